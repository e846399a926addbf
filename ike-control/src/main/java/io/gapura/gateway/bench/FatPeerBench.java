package io.gapura.gateway.bench;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.Idle;
import io.gapura.engine.SaSpec;
import io.gapura.engine.counters.PortCounter;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.GeneratorPort;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * One peer whose packets are more than one worker can carry: what several workers carry of them, outbound, each as fast as it can.
 *
 * <pre>
 *   GeneratorPort ─▶ [ worker 0 ] ── ESP ─▶ GeneratorPort
 *                       ▲ hand-over: the SA is worker 0's
 *   GeneratorPort ─▶ [ worker 1 ] ── ESP ─▶ GeneratorPort      if it has an SA of its own
 * </pre>
 */
public final class FatPeerBench {
    /** Which worker gets the peer's packets, and whose the SA is. */
    public enum Spread {
        /** The first worker, which has the SA. */
        ONE_WORKER,
        /** All but the first, which has the SA: everything is handed over. */
        OTHERS,
        /** All; one SA, the first worker's, to which the others hand over. */
        HAND_OVER,
        /** All; each has an SA of its own, RFC 9611. */
        OWN_SAS
    }

    private static final int LAN = 0;
    private static final int WAN = 1;
    private static final int MTU = 1500;
    private static final int CHUNKS = 2048;
    private static final int CHUNK_BYTES = 2048;
    private static final int SLOTS = 64;
    private static final int INTERVALS = 5;

    private final long warmUpMs;
    private final long intervalMs;

    /** Warm-up and each of five intervals in milliseconds. */
    public FatPeerBench(long warmUpMs, long intervalMs) {
        this.warmUpMs = warmUpMs;
        this.intervalMs = intervalMs;
    }

    /** The best interval's rate, by workers on these cores. */
    public Row measure(Load load, Spread spread, List<Integer> cores) throws InterruptedException {
        EngineSettings settings = new EngineSettings(spread == Spread.ONE_WORKER ? cores.subList(0, 1) : cores,
                Idle.SPIN,
                PacketBatch.CAPACITY, SLOTS, SLOTS, fault -> {
                    throw new IllegalStateException(fault);
                });
        List<List<Port>> ports = IntStream.range(0, settings.workers()).mapToObj(worker -> ports(load, spread, worker))
                .toList();
        try (Engine engine = Engine.start(settings, SuiteChoice.preferred(), ports)) {
            lead(engine, load, spread == Spread.OWN_SAS ? settings.workers() : 1);
            TimeUnit.MILLISECONDS.sleep(warmUpMs);
            double best = 0;
            for (int interval = 0; interval < INTERVALS; interval++) {
                best = Math.max(best, rate(engine));
            }
            return Row.of("fat-peer " + spread.name().toLowerCase(Locale.ROOT), "out", load, settings.workers(),
                    settings.workers() * 1e9 / best, Double.NaN);
        }
    }

    /** Packets a second of ESP. */
    private double rate(Engine engine) throws InterruptedException {
        long before = engine.portCounter(WAN, PortCounter.SENT_PACKETS);
        long beganNs = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(intervalMs);
        long sent = engine.portCounter(WAN, PortCounter.SENT_PACKETS) - before;
        return sent * 1e9 / (System.nanoTime() - beganNs);
    }

    private static List<Port> ports(Load load, Spread spread, int worker) {
        BufferPool pool = BufferPool.allocate(CHUNKS, CHUNK_BYTES);
        boolean fed = spread != Spread.OTHERS || worker > 0;
        return List.of(port(LAN, PortRole.PROTECTED, pool, fed ? frames(load) : List.of()),
                port(WAN, PortRole.UNPROTECTED, pool, List.of()));
    }

    private static Port port(int index, PortRole role, BufferPool pool, List<MemorySegment> frames) {
        return new GeneratorPort(new PortSpec(index, role.toString(), role, 0, index, 0, MTU), pool, frames);
    }

    private static List<MemorySegment> frames(Load load) {
        return load.sizes().stream().map(FatPeerBench::frame).toList();
    }

    private static MemorySegment frame(int bytes) {
        MemorySegment frame = Arena.ofAuto().allocate(EthernetHeader.BYTES + bytes);
        EthernetHeader.write(frame.address(), 1, 2, EthernetHeader.TYPE_IPV4);
        Ipv4Header.write(frame.address() + EthernetHeader.BYTES, bytes, 0, 0, 0, 64, Ipv4Header.UDP, SaPairs.LEFT_HOST,
                SaPairs.RIGHT_HOSTS);
        return frame;
    }

    private static void lead(Engine engine, Load load, int sas) {
        engine.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(WAN, MTU, 1, 2)).build());
        List<Integer> tunnels = new ArrayList<>();
        do {
            tunnels.add(engine.openTunnel());
        } while (tunnels.getLast() % engine.workerCount() != 0); // whose first SA is the first worker's
        for (int lane = 0; lane < sas; lane++) {
            byte[] key = new byte[load.cipher().keyMaterialBytes()];
            key[0] = (byte) lane;
            try (KeyMaterial keys = KeyMaterial.copyOf(key)) {
                engine.installLane(tunnels.getLast(), lane, lane + 1,
                        SaSpec.of(load.cipher(), keys, true, SaPairs.LEFT_GATEWAY, SaPairs.RIGHT_GATEWAY));
            }
        }
        engine.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, tunnels.getLast()))));
    }
}
