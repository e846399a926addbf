package io.gapura.engine.rehearsal;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineEvents;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.SaSpec;
import io.gapura.engine.UdpPorts;
import io.gapura.engine.counters.Ledger;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.AeadCipher;
import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.port.AfXdpLoopback;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.Lifetime;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.IpAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The engine that rehearses, with ports over rings that no kernel reads. What it sends by the unprotected port comes
 * back to it there, so that one gateway plays both peers:
 *
 * <pre>
 *   script ──▶ lan [ 10.0.0.0/8   192.0.2.1 ] wan ──▶ wire ──┐
 *          ◀── lan [              192.0.2.2 ] wan ◀──────────┘
 * </pre>
 *
 * The second byte of a packet's destination says what becomes of it; {@link #TUNNELS} and the next few are tunnels,
 * one for each kind of cipher.
 */
final class Stage implements AutoCloseable {
    static final int LAN = 0;
    static final int WAN = 1;
    static final int MTU = 1500;

    /** Second bytes of 10.x.0.1. */
    static final int BYPASSED = 1;
    static final int DISCARDED = 2;
    static final int WITHOUT_POLICY = 3;
    static final int WITHOUT_SA = 4;
    static final int WITHOUT_NEIGHBOUR = 5;
    static final int TUNNELS = 16;

    static final int HOST = 0x0a00_0001;
    static final int PEER = 0xc000_0202;
    static final int OURSELVES = 0xc000_0209;

    private static final int GATEWAY = 0xc000_0201;
    private static final List<EspCipher> CIPHERS = List.of(AeadCipher.AES_128_GCM_16, AeadCipher.AES_256_GCM_16,
            AeadCipher.CHACHA20_POLY1305);
    private static final int HOST_BITS = 16;
    private static final int RING_FRAMES = 256;
    private static final int MOST_WORKERS = 2;
    /** So that the soft limit has been passed, too. */
    private static final long SOFT_PACKETS = 300;
    private static final EngineEvents NOBODY = new EngineEvents() {
        @Override
        public void onSoftLimit(int tunnel, int spi) {
            // It is enough that it was said.
        }

        @Override
        public void onHardLimit(int tunnel, int spi) {
            // No SA here has one.
        }

        @Override
        public void onAcquire(int tunnel) {
            // There is no peer to ask.
        }

        @Override
        public void onUnknownSpi(int spi, IpAddress from) {
            // Nor one to tell.
        }
    };

    private final List<AfXdpLoopback> workers = new ArrayList<>();
    private final Engine engine;
    private final List<Integer> inbound = new ArrayList<>();
    private final List<Long> outbound = new ArrayList<>();
    private final SecureRandom random = new SecureRandom();

    /** @param count of the real engine's workers; more than two have nothing new to show */
    Stage(AeadSuite suite, int count, int burst) {
        List<PortSpec> specs = List.of(
                new PortSpec(LAN, "lan", PortRole.PROTECTED, 0, 1, HOST + 1, MTU),
                new PortSpec(WAN, "wan", PortRole.UNPROTECTED, 0, 2, GATEWAY, MTU));
        for (int worker = 0; worker < Math.min(count, MOST_WORKERS); worker++) {
            workers.add(AfXdpLoopback.open(specs, RING_FRAMES));
        }
        List<List<Port>> ports = workers.stream().map(AfXdpLoopback::ports).toList();
        EngineSettings settings = EngineSettings.of(workers.size(), Stage::rethrow).withBurst(burst);
        engine = Engine.stepped(settings, new Borrowed(suite), ports);
        publishRoutes();
        publishPolicies(openTunnels());
    }

    private static void rethrow(Throwable fault) {
        throw new IllegalStateException("rehearsing a packet", fault);
    }

    /** 10.x.0.0. */
    static int network(int second) {
        return (HOST & 0xff00_0000) | (second << HOST_BITS);
    }

    private void publishRoutes() {
        Adjacency lan = Adjacency.resolved(LAN, MTU, 3, 1);
        Adjacency wan = Adjacency.resolved(WAN, MTU, 4, 2);
        engine.publish(new Fib.Builder().add(network(0), 8, lan)
                .add(network(BYPASSED), HOST_BITS, wan)
                .add(network(WITHOUT_NEIGHBOUR), HOST_BITS, Adjacency.unresolved(WAN, MTU))
                .add(GATEWAY, 24, wan)
                .add(OURSELVES, Integer.SIZE, Adjacency.LOCAL).build());
    }

    private void publishPolicies(List<Integer> tunnels) {
        List<Policy> policies = new ArrayList<>();
        policies.add(Policy.bypass("bypassed", to(BYPASSED)));
        policies.add(Policy.bypass("without neighbour", to(WITHOUT_NEIGHBOUR)));
        policies.add(Policy.discard("discarded", to(DISCARDED)));
        policies.add(Policy.protect("without SA", to(WITHOUT_SA), engine.openTunnel()));
        for (int tunnel = 0; tunnel < tunnels.size(); tunnel++) {
            policies.add(Policy.protect("tunnel", to(TUNNELS + tunnel), tunnels.get(tunnel)));
        }
        engine.publish(Spd.compile(policies));
    }

    private static Selector to(int second) {
        return Selector.between(AddressRange.ANY, AddressRange.prefix(network(second), HOST_BITS));
    }

    private List<Integer> openTunnels() {
        List<Integer> tunnels = new ArrayList<>();
        for (EspCipher cipher : CIPHERS) {
            int tunnel = engine.openTunnel();
            tunnels.add(tunnel);
            byte[] secret = new byte[cipher.keyMaterialBytes()];
            random.nextBytes(secret);
            try (KeyMaterial keys = KeyMaterial.copyOf(secret)) {
                SaSpec sent = spec(cipher, keys, GATEWAY, PEER);
                int spi = engine.allocateSpi();
                engine.installInbound(spi, spec(cipher, keys, PEER, GATEWAY), SelectorSet.of(Selector.ANY));
                inbound.add(spi);
                outbound.add(engine.installOutbound(tunnel, spi, sent));
            } finally {
                Arrays.fill(secret, (byte) 0);
            }
        }
        return tunnels;
    }

    /** Every other cipher in UDP and without extended sequence numbers. */
    private static SaSpec spec(EspCipher cipher, KeyMaterial keys, int local, int remote) {
        boolean plain = CIPHERS.indexOf(cipher) % 2 == 0;
        SaSpec spec = SaSpec.of(cipher, keys, plain, local, remote).withLifetime(
                new Lifetime(SOFT_PACKETS, Lifetime.UNLIMITED, Lifetime.UNLIMITED, Lifetime.UNLIMITED));
        return plain
                ? spec
                : spec.inUdp(new UdpPorts(UdpHeader.NAT_TRAVERSAL_PORT, UdpHeader.NAT_TRAVERSAL_PORT));
    }

    int tunnels() {
        return outbound.size();
    }

    List<AfXdpLoopback> workers() {
        return workers;
    }

    int doWork() {
        return engine.doWork();
    }

    /** Takes what is for the control thread. */
    void drain() {
        engine.drainEvents(NOBODY);
        engine.drainPunts((address, bytes) -> {});
    }

    Ledger ledger() {
        return engine.ledger();
    }

    /** Wipes the keys and gives everything back but the suite. */
    @Override
    public void close() {
        inbound.forEach(engine::retireInbound);
        outbound.forEach(engine::retireOutbound);
        engine.close();
        workers.forEach(AfXdpLoopback::close);
    }

    /** The suite, which the real engine closes; all batches are its first worker's, whose library is loaded already. */
    private record Borrowed(AeadSuite suite) implements AeadSuite {
        @Override
        public String description() {
            return suite.description();
        }

        @Override
        public AeadKey key(EspCipher cipher, KeyMaterial keys) {
            return suite.key(cipher, keys);
        }

        @Override
        public AeadBatch batch(int worker) {
            return suite.batch(0);
        }

        @Override
        public void close() {
            // Not ours.
        }
    }
}
