package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.engine.counters.PortCounter;
import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The engine around its workers: threads, faults, owners, and what it refuses. */
final class EngineTest {
    private static final int TUNNEL_PACKETS = 500;
    private static final byte[] FRAME = TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 1, 2, 64).frame();

    private final List<Throwable> faults = new CopyOnWriteArrayList<>();

    /** A worker's two ports. */
    private static List<Port> ports() {
        BufferPool pool = BufferPool.allocate(512, 2048);
        return List.of(new MemoryPort(new PortSpec(0, "lan", PortRole.PROTECTED, 0, 1, address("10.1.0.254"), 1500),
                pool, 128), new MemoryPort(new PortSpec(1, "wan", PortRole.UNPROTECTED, 0, 2, 0, 1500), pool, 128));
    }

    private static Tap tap(Port port) {
        return new Tap((MemoryPort) port);
    }

    /** Sends everything to 192.0.2.2 through one tunnel. */
    private static int protectAll(Engine engine) {
        int tunnel = engine.openTunnel();
        engine.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, tunnel))));
        engine.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(1, 1500, 3, 2)).build());
        EspCipher cipher = EspCipher.AES_128_GCM_16;
        engine.installOutbound(tunnel, 0x1001, SaSpec.of(cipher, KeyMaterial.copyOf(new byte[20]), true,
                address("192.0.2.1"), address("192.0.2.2")));
        return tunnel;
    }

    @Test
    void carriesPacketsOnThreadsOfItsOwnUntilItIsClosed() throws InterruptedException {
        List<Port> ports = ports();
        Tap lan = tap(ports.get(0));
        Tap wan = tap(ports.get(1));
        List<byte[]> sent = new ArrayList<>();
        Engine engine = Engine.start(EngineSettings.of(1, faults::add), new JcaSuite(), List.of(ports));
        try (engine) {
            protectAll(engine);
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            for (int packet = 0; packet < TUNNEL_PACKETS; packet++) {
                lan.send(FRAME);
                while (sent.size() <= packet && System.nanoTime() < deadline) {
                    sent.addAll(wan.receive());
                    Thread.sleep(0, 10_000);
                }
            }
        }
        assertThat(sent).hasSize(TUNNEL_PACKETS);
        assertThat(engine.ledger().balances()).isTrue();
        assertThat(engine.portCounter(0, PortCounter.RECEIVED_PACKETS)).isEqualTo(TUNNEL_PACKETS);
        assertThat(engine.portCounter(1, PortCounter.SENT_BYTES))
                .isEqualTo(TUNNEL_PACKETS * (long) sent.getFirst().length);
        assertThat(faults).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("gapura-worker"));
    }

    @Test
    void dropsTheWholeBatchOfAFaultAndWorksOn() {
        List<Port> ports = ports();
        Tap lan = tap(ports.get(0));
        Tap wan = tap(ports.get(1));
        FaultySuite suite = new FaultySuite();
        try (Engine engine = Engine.stepped(EngineSettings.of(1, faults::add), suite, List.of(ports))) {
            protectAll(engine);
            lan.send(FRAME);
            lan.send(FRAME);
            suite.failing = true;
            engine.doWork();
            assertThat(wan.receive()).isEmpty();
            assertThat(engine.ledger().dropped(DropReason.INTERNAL_ERROR)).isEqualTo(2);
            assertThat(faults).singleElement().isInstanceOf(IllegalStateException.class);
            assertThat(engine.counters().getFirst().value(WorkerCounter.FAULTS)).isEqualTo(1);

            suite.failing = false;
            lan.send(FRAME);
            engine.doWork();
            assertThat(wan.receive()).hasSize(1);
            assertThat(engine.ledger().balances()).isTrue();
            assertThat(ports.getFirst().pool().available()).isEqualTo(511);
        }
    }

    @Test
    void handsPacketsToTheWorkerThatOwnsTheirSa() {
        List<Port> first = ports();
        List<Port> second = ports();
        List<Tap> lans = List.of(tap(first.get(0)), tap(second.get(0)));
        List<Tap> wans = List.of(tap(first.get(1)), tap(second.get(1)));
        try (Engine engine = Engine.stepped(EngineSettings.of(2, faults::add), new JcaSuite(),
                List.of(first, second))) {
            protectAll(engine);
            for (int round = 0; round < 100; round++) {
                lans.get(round % 2).send(FRAME);
                while (engine.doWork() > 0) {
                    // until the frame has left the link, too
                }
            }
            assertThat(sequences(wans.get(0).receive())).hasSize(100).doesNotHaveDuplicates();
            assertThat(wans.get(1).receive()).isEmpty();
            assertThat(engine.ledger().balances()).isTrue();
            assertThat(engine.ledger().received()).isEqualTo(100);
        }
    }

    private static List<Integer> sequences(List<byte[]> frames) {
        return frames.stream().map(frame -> ByteBuffer.wrap(frame).getInt(14 + 20 + 4)).toList();
    }

    @Test
    void refusesPortsOutOfOrderAndRoutesByPortsThatAreNot() {
        List<Port> ports = ports();
        EngineSettings settings = EngineSettings.of(1, faults::add);
        assertThatThrownBy(() -> Engine.stepped(settings, new JcaSuite(), List.of(ports.reversed())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Engine.stepped(settings, new JcaSuite(), List.of(ports, ports)))
                .isInstanceOf(IllegalArgumentException.class);
        try (Engine engine = Engine.stepped(settings, new JcaSuite(), List.of(ports))) {
            Fib fib = new Fib.Builder().add(0, 0, Adjacency.unresolved(2, 1500)).build();
            assertThatThrownBy(() -> engine.publish(fib)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Fails on demand, like a bug would: in the middle of a batch whose headers are written. */
    private static final class FaultySuite implements AeadSuite {
        private final JcaSuite suite = new JcaSuite();
        private boolean failing;

        @Override
        public String description() {
            return "faulty";
        }

        @Override
        public AeadKey key(EspCipher cipher, KeyMaterial keys) {
            return suite.key(cipher, keys);
        }

        @Override
        public AeadBatch batch(int worker) {
            return new AeadBatch() {
                @Override
                public void seal() {
                    if (failing) {
                        throw new IllegalStateException("on demand");
                    }
                }

                @Override
                public void open() {
                    seal();
                }
            };
        }

        @Override
        public void close() {
            suite.close();
        }
    }
}
