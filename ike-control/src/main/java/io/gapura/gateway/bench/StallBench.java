package io.gapura.gateway.bench;

import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.ffi.libc.Affinity;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/**
 * How long a worker is held up beside a control thread that never rests: it sets up IKE SAs, reloads policies and reads
 * all counters, and makes garbage by all of them. A worker that carries batches without a pause looks at the clock after
 * each; what is longer than a batch can take was not its own doing: the collector's, or the machine's.
 */
public final class StallBench {
    private static final int TUNNELS_AT_ONCE = 50;
    private static final int READINGS = 100;
    /** The machine alone is watched for this part of the time. */
    private static final int BARE_SHARE = 10;
    private static final long WARM_UP_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private StallBench() {
    }

    /**
     * In microseconds from the end of a round, 64 packets out and in, to that of the next.
     *
     * @param overTwoMs  how many were longer than 2 ms
     * @param handshakes that the control thread made meanwhile
     * @param machine    what the machine itself took before, from a thread on that core that only looked at the clock
     */
    public record Result(double seconds, double median, double p9999, double longest, long overTwoMs,
            long handshakes, Bare machine) {}

    /** As {@link Result}, without any work. */
    public record Bare(double seconds, double longest, long overTwoMs) {}

    /** The worker on {@code core}, or on any if it is negative. */
    public static Result measure(Load load, long seconds, int core) throws InterruptedException, ExecutionException {
        AtomicBoolean over = new AtomicBoolean();
        if (core >= 0) {
            Affinity.vacate(List.of(core)); // as a gateway does
        }
        long bareSeconds = Math.max(1, seconds / BARE_SHARE);
        FutureTask<Histogram> nobody = new FutureTask<>(() -> watch(bareSeconds, core));
        Thread.ofPlatform().name("bench-nobody").start(nobody);
        Bare bare = new Bare(bareSeconds, nobody.get().getMaxValue() / 1e3, overTwoMs(nobody.get()));
        try (GatewayPair gateways = new GatewayPair(load, SuiteChoice::preferred)) {
            FutureTask<Histogram> worker = new FutureTask<>(() -> work(gateways, seconds, core));
            FutureTask<Long> control = new FutureTask<>(() -> control(gateways, over));
            Thread.ofPlatform().name("bench-control").start(control);
            Thread.ofPlatform().name("bench-worker").start(worker);
            Histogram gaps = worker.get();
            over.set(true);
            return new Result(seconds, gaps.getValueAtPercentile(50) / 1e3, gaps.getValueAtPercentile(99.99) / 1e3,
                    gaps.getMaxValue() / 1e3, overTwoMs(gaps), control.get(), bare);
        }
    }

    private static long overTwoMs(Histogram gaps) {
        return gaps.getCountBetweenValues(STALL_NS, LONGEST_NS);
    }

    /** The gaps between two looks at the clock. */
    private static Histogram watch(long seconds, int core) {
        if (core >= 0) {
            Affinity.pin(core);
        }
        Histogram gaps = new Histogram(LONGEST_NS, 3);
        long lastNs = System.nanoTime();
        long endNs = lastNs + TimeUnit.SECONDS.toNanos(seconds);
        while (lastNs - endNs < 0) {
            long nowNs = System.nanoTime();
            gaps.recordValue(Math.min(nowNs - lastNs, LONGEST_NS));
            lastNs = nowNs;
        }
        return gaps;
    }

    private static Histogram work(GatewayPair gateways, long seconds, int core) {
        if (core >= 0) {
            Affinity.pin(core);
        }
        Histogram gaps = new Histogram(LONGEST_NS, 3);
        long lastNs = System.nanoTime();
        long beginNs = lastNs + WARM_UP_NS;
        long endNs = beginNs + TimeUnit.SECONDS.toNanos(seconds);
        while (lastNs - endNs < 0) {
            gateways.offer();
            gateways.encapsulate();
            gateways.decapsulate();
            if (gateways.collect() != GatewayPair.BATCH) {
                throw new IllegalStateException("packets were lost: " + gateways.received().drops());
            }
            long nowNs = System.nanoTime();
            if (nowNs - beginNs > 0) {
                gaps.recordValue(Math.min(nowNs - lastNs, LONGEST_NS));
            }
            lastNs = nowNs;
        }
        return gaps;
    }

    /** How many handshakes it made. */
    private static long control(GatewayPair gateways, AtomicBoolean over) {
        long handshakes = 0;
        long read = 0;
        while (!over.get()) {
            handshakes += new IkeBench(TUNNELS_AT_ONCE).measure(line -> {}).tunnels();
            gateways.publishPolicies();
            for (int reading = 0; reading < READINGS; reading++) {
                read += (gateways.sent() + "" + gateways.received()).length();
            }
        }
        return read == 0 ? 0 : handshakes;
    }
}
