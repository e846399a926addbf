package io.gapura.gateway.demo;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineEvents;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.ffi.IpAddress;
import io.gapura.gateway.process.EngineDataPlane;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.IkeListener;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.IkeSettings;
import io.gapura.ike.Transport;
import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole gateway on the caller's thread: engine, IKE and policies as in the real process, ports in memory.
 *
 * <pre>
 *   lan ── 10.n.0.0/16 ── [ 10.n.0.254   192.0.2.n ] ── 192.0.2.0/24 ── wan
 * </pre>
 */
final class DemoGateway implements AutoCloseable {
    static final long HOST_MAC = 0x0200_0000_00aaL;
    static final String CONNECTION = "demo";
    static final String CHILD = "net";

    private static final int LAN = 0;
    private static final int WAN = 1;
    private static final int MTU = 1500;
    /** So that packets of 1420 bytes still fit when they are in ESP. */
    private static final int RING_FRAMES = 256;
    private static final int NETWORK_BITS = 16;

    private final int number;
    private final MemoryPort lan;
    private final MemoryPort wan;
    private final Engine engine;
    private final IkeAgent agent;
    private final List<Throwable> faults = new ArrayList<>();
    private long handshakeNs;

    DemoGateway(int number, AeadSuite suite, BufferPool pool, Transport transport, long nowNs) {
        this.number = number;
        this.lan = new MemoryPort(new PortSpec(LAN, "lan", PortRole.PROTECTED, 0, 0x0200_0000_1000L + number,
                host(number, 254), MTU), pool, RING_FRAMES);
        this.wan = new MemoryPort(new PortSpec(WAN, "wan", PortRole.UNPROTECTED, 0, 0x0200_0000_2000L + number,
                outer(number), MTU), pool, RING_FRAMES);
        this.engine = Engine.stepped(EngineSettings.of(1, faults::add), suite, List.of(List.of(lan, wan)));
        engine.publish(routes());
        Connection connection = connection();
        this.agent = new IkeAgent(IkeSettings.DEFAULT, new EngineDataPlane(engine, List.of(), List.of(connection)),
                transport, new SecureRandom(), new IkeListener() {
                    @Override
                    public void onIkeUp(IkeSaStatus ikeSa) {
                        handshakeNs = ikeSa.handshakeNs();
                    }
                }, nowNs);
        agent.load(List.of(connection), nowNs);
    }

    /** Lays the wire between the two. */
    void connect(DemoGateway other) {
        MemoryPort.join(wan, other.wan);
    }

    private Fib routes() {
        Adjacency towardsPeer = Adjacency.resolved(WAN, MTU, 0x0200_0000_2000L + other(), wan.spec().mac());
        return new Fib.Builder()
                .add(host(number, 0), NETWORK_BITS, Adjacency.resolved(LAN, MTU, HOST_MAC, lan.spec().mac()))
                .add(host(other(), 0), NETWORK_BITS, towardsPeer)
                .add(outer(other()), Integer.SIZE, towardsPeer)
                .add(outer(number), Integer.SIZE, Adjacency.LOCAL).build();
    }

    private Connection connection() {
        Child child = Child.of(CHILD, network(number), network(other()));
        return new Connection(CONNECTION, InetAddress.ofLiteral("192.0.2." + number),
                InetAddress.ofLiteral("192.0.2." + other()), Connection.DEFAULT_PORT,
                Authentication.byKey(identity(number), identity(other()),
                        Secret.ofUtf8("nobody else is here to guess it")),
                Proposals.ike(List.of()),
                List.of(child), IkeOptions.DEFAULT);
    }

    private int other() {
        return 3 - number;
    }

    private static Identity identity(int number) {
        return Identity.parse("gateway-" + number + ".example.org");
    }

    private static TrafficSelector network(int number) {
        return TrafficSelector.ofAddresses(Bytes.ofInt(host(number, 0)), Bytes.ofInt(host(number, 0xffff)));
    }

    /** 10.n.0.0 and on. */
    static int host(int number, int offset) {
        return (10 << 24) | (number << 16) | offset;
    }

    private static int outer(int number) {
        return (192 << 24) | (2 << 8) | number;
    }

    /** One duty cycle of IKE, one of the worker; how much there was to do. */
    int doWork(long nowNs) {
        int work = agent.doWork(nowNs);
        work += engine.doWork();
        engine.drainEvents(new EngineEvents() {
            @Override
            public void onSoftLimit(int tunnel, int spi) {
                agent.onSoftLimit(tunnel, spi, nowNs);
            }

            @Override
            public void onHardLimit(int tunnel, int spi) {
                agent.onHardLimit(tunnel, spi, nowNs);
            }

            @Override
            public void onAcquire(int tunnel) {
                // The demo sets its tunnel up before there is traffic.
            }

            @Override
            public void onUnknownSpi(int spi, IpAddress from) {
                agent.onUnknownSpi(spi, from.toInetAddress(), nowNs);
            }
        });
        return work;
    }

    /** The worker alone. */
    int forward() {
        return engine.doWork();
    }

    MemoryPort lan() {
        return lan;
    }

    Engine engine() {
        return engine;
    }

    IkeAgent agent() {
        return agent;
    }

    /** From the first message of IKE_SA_INIT to the end of IKE_AUTH; 0 before that. */
    long handshakeNs() {
        return handshakeNs;
    }

    /** How many children are up. */
    int children() {
        return agent.status(0).stream().mapToInt(sa -> sa.children().size()).sum();
    }

    /** One IKE SA with one child: no rekey is under way. */
    boolean isSettled() {
        return agent.status(0).size() == 1 && children() == 1;
    }

    /** Those of IKE SAs and children: they change with each rekey. */
    String spis() {
        StringBuilder spis = new StringBuilder();
        for (IkeSaStatus sa : agent.status(0)) {
            spis.append(sa.initiatorSpi()).append(' ');
            sa.children().forEach(child -> spis.append(child.spiIn()).append(' '));
        }
        return spis.toString();
    }

    List<Throwable> faults() {
        return faults;
    }

    @Override
    public void close() {
        engine.close();
    }
}
