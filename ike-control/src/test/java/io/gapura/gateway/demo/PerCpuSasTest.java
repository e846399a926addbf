package io.gapura.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.gateway.process.EngineDataPlane;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.IkeListener;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One fat peer and two workers on either side, each with a queue of its own on every port:
 *
 * <pre>
 *   host ── lan [ worker 0 ] wan ════ wan [ worker 0 ] lan ── host
 *   host ── lan [ worker 1 ] wan ════ wan [ worker 1 ] lan ── host
 * </pre>
 */
final class PerCpuSasTest {
    private static final int WORKERS = 2;
    private static final int LAN = 0;
    private static final int WAN = 1;
    private static final int MTU = 1500;
    private static final int BURST = 32;
    private static final int ROUNDS = 50;
    private static final int PACKET_BYTES = 500;

    private final MemoryLink link = new MemoryLink();
    private final List<Gateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(gateway -> gateway.engine.close());
    }

    private static final class Gateway {
        private final List<List<Port>> ports = new ArrayList<>();
        private final List<DemoHost> hosts = new ArrayList<>();
        private final Engine engine;
        private final IkeAgent agent;

        Gateway(int number, Transport transport, int perCpuSas) {
            for (int worker = 0; worker < WORKERS; worker++) {
                BufferPool pool = BufferPool.allocate(1024, 2048);
                MemoryPort lan = port(LAN, PortRole.PROTECTED, number, pool);
                ports.add(List.of(lan, port(WAN, PortRole.UNPROTECTED, number, pool)));
                hosts.add(new DemoHost("host", pool, DemoGateway.host(number, 1), DemoGateway.host(3 - number, 1),
                        lan));
            }
            engine = Engine.stepped(EngineSettings.of(WORKERS, fault -> {
                throw new AssertionError(fault);
            }), SuiteChoice.preferred(), ports);
            int other = 3 - number;
            engine.publish(new Fib.Builder()
                    .add(DemoGateway.host(number, 0), 16, Adjacency.resolved(LAN, MTU, DemoGateway.HOST_MAC, number))
                    .add(0, 0, Adjacency.resolved(WAN, MTU, other, number)).build());
            Connection connection = connection(number, other, perCpuSas);
            agent = new IkeAgent(IkeSettings.DEFAULT, new EngineDataPlane(engine, List.of(), List.of(connection)),
                    transport, new SecureRandom(), new IkeListener() {
                    }, System.nanoTime());
            agent.load(List.of(connection), System.nanoTime());
        }

        private static MemoryPort port(int index, PortRole role, int number, BufferPool pool) {
            return new MemoryPort(new PortSpec(index, role.name(), role, 0, number, 1, MTU), pool, 256);
        }

        private static Connection connection(int number, int other, int perCpuSas) {
            Child child = Child.of("net", network(number), network(other)).withPerCpuSas(perCpuSas);
            return new Connection("peer", InetAddress.ofLiteral("192.0.2." + number),
                    InetAddress.ofLiteral("192.0.2." + other), Connection.DEFAULT_PORT,
                    Authentication.byKey(Identity.parse("gateway-" + number), Identity.parse("gateway-" + other),
                            Secret.ofUtf8("known to both")),
                    Proposals.ike(List.of()), List.of(child), IkeOptions.DEFAULT);
        }

        private static TrafficSelector network(int number) {
            return TrafficSelector.ofAddresses(Bytes.ofInt(DemoGateway.host(number, 0)),
                    Bytes.ofInt(DemoGateway.host(number, 0xffff)));
        }

        private List<Long> counted(WorkerCounter counter) {
            return engine.counters().stream().map(worker -> worker.value(counter)).toList();
        }

        private int doWork() {
            return agent.doWork(System.nanoTime()) + engine.doWork();
        }
    }

    /** Two gateways whose child is up; what the first one's hosts send arrives at the second one's. */
    private void exchange(int perCpuSas) {
        gateways.add(new Gateway(1, link.left(), perCpuSas));
        gateways.add(new Gateway(2, link.right(), perCpuSas));
        for (int worker = 0; worker < WORKERS; worker++) {
            MemoryPort.join((MemoryPort) gateways.get(0).ports.get(worker).get(WAN),
                    (MemoryPort) gateways.get(1).ports.get(worker).get(WAN));
        }
        gateways.getFirst().agent.initiate("peer", null, System.nanoTime());
        settle();
        for (int round = 0; round < ROUNDS; round++) {
            gateways.getFirst().hosts.forEach(host -> host.send(BURST, PACKET_BYTES));
            settle();
            gateways.getLast().hosts.forEach(host -> host.receive(true));
            settle();
        }
        long arrived = gateways.getLast().hosts.stream().mapToLong(DemoHost::received).sum();
        assertThat(arrived).isEqualTo((long) WORKERS * ROUNDS * BURST);
        assertThat(gateways.getLast().hosts).allMatch(host -> host.damaged() == 0);
    }

    private void settle() {
        int work = 1;
        while (work > 0) {
            work = gateways.getFirst().doWork() + gateways.getLast().doWork();
        }
    }

    @Test
    void eachWorkerEncryptsAndDecryptsByItsOwnSa() {
        exchange(Child.ONE_PER_WORKER);
        assertThat(gateways.getFirst().agent.status(0).getFirst().children()).hasSize(WORKERS);
        long half = (long) ROUNDS * BURST;
        for (WorkerCounter counter : List.of(WorkerCounter.ENCAPSULATED, WorkerCounter.HANDED_OVER)) {
            long expected = counter == WorkerCounter.HANDED_OVER ? 0 : half;
            assertThat(gateways.getFirst().counted(counter)).as(counter.name()).containsOnly(expected);
        }
        assertThat(gateways.getLast().counted(WorkerCounter.DECAPSULATED)).containsOnly(half);
        assertThat(gateways.getLast().counted(WorkerCounter.HANDED_OVER)).containsOnly(0L);
    }

    @Test
    void withoutThemOneWorkerEncryptsForBothAndIsHandedTheOthersPackets() {
        exchange(0);
        long all = (long) WORKERS * ROUNDS * BURST;
        assertThat(gateways.getFirst().counted(WorkerCounter.ENCAPSULATED)).containsExactlyInAnyOrder(all, 0L);
        assertThat(gateways.getFirst().counted(WorkerCounter.HANDED_OVER)).containsExactlyInAnyOrder(all / 2, 0L);
        assertThat(gateways.getLast().counted(WorkerCounter.DECAPSULATED)).containsExactlyInAnyOrder(all, 0L);
    }
}
