package io.gapura.gateway.bench;

import io.gapura.engine.EngineSettings;
import io.gapura.engine.Idle;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.traffic.FrameGenerator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * From end to end: a generator, two engines over AF_XDP, a sink, all on this machine. Finds the highest rate at which no
 * more than the tolerated share of the frames is lost (RFC 2544 §26.1 tolerates none), by bisection, first in clear and
 * then by ESP.
 */
public final class TunnelBench {
    /** Of the interval from nothing to all that can be sent, each step leaves half. */
    private static final int STEPS = 8;
    private static final int TRIES = 2;
    private static final double LOAD_OF_REKEYS = 0.8;
    private static final long REKEY_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(4);
    /** An old SA's last packets are through by then: RFC 7296 §2.8 leaves it open until it is deleted. */
    private static final int REKEYS_IN_FLIGHT = 16;

    private final Settings settings;
    private final Consumer<String> progress;

    /**
     * How it is measured.
     *
     * @param tolerance the share of frames that may be lost
     * @param seconds   of each step
     * @param rekeys    at 80 % of the rate that was found, after it
     */
    public record Settings(double tolerance, double seconds, int rekeys) {}

    /** One step: what was sent, and what came of it. */
    private record Step(long sent, long received, double seconds) {
        double rate() {
            return sent / seconds;
        }

        double lost() {
            return 1 - received / (double) Math.max(sent, 1);
        }
    }

    public TunnelBench(Settings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * One row, whose yardstick are the same ports in clear; out of the one engine and into the other.
     *
     * @param cores of each engine's workers
     */
    public Row measure(Load load, List<Integer> cores) throws InterruptedException {
        Map<String, Object> details = new LinkedHashMap<>();
        double generated = GeneratorBench.rate(load, settings.seconds());
        say("the generator alone: %.0f kpps".formatted(generated / 1e3));
        details.put("generator_kpps", rounded(generated / 1e3));
        double clear = rate("in clear", load, cores, false, new LinkedHashMap<>());
        double rate = rate("by ESP", load, cores, true, details);
        int workers = cores.size();
        return new Row("tunnel", "out", load.cipher().keyword(), load.label(), load.meanBytes(), load.sas(), workers,
                workers * 1e9 / rate, workers * 1e9 / clear, details);
    }

    private static EngineSettings engine(Load load, List<Integer> cores) {
        int slots = Integer.highestOneBit(Math.max(load.sas(), 1_024)) * 4;
        return new EngineSettings(cores, Idle.ADAPTIVE, PacketBatch.CAPACITY, slots, slots, fault -> {
            throw new IllegalStateException(fault);
        });
    }

    private double rate(String how, Load load, List<Integer> cores, boolean encrypted, Map<String, Object> details)
            throws InterruptedException {
        try (TunnelLine line = new TunnelLine(load, engine(load, cores), encrypted);
                Arrivals arrivals = new Arrivals(line.sink())) {
            step(line, arrivals, Double.POSITIVE_INFINITY); // for the compiler
            Step flood = step(line, arrivals, Double.POSITIVE_INFINITY);
            say("%s: %.0f kpps offered, %.0f kpps arrive".formatted(how, flood.rate() / 1e3,
                    flood.received() / flood.seconds() / 1e3));
            if (flood.received() == 0) {
                throw new IllegalStateException("nothing arrives; dropped: " + line.drops());
            }
            double rate = bisect(how, line, arrivals, flood);
            describe(line, arrivals, rate, details);
            if (encrypted && settings.rekeys() > 0) {
                rekey(line, arrivals, load, rate, details);
            }
            return rate;
        }
    }

    private double bisect(String how, TunnelLine line, Arrivals arrivals, Step flood) {
        double low = 0;
        double high = flood.rate();
        double next = flood.lost() <= settings.tolerance() ? high : flood.received() / flood.seconds();
        for (int count = 0; count < STEPS && next < high * 1.01; count++) {
            Step step = best(line, arrivals, next);
            boolean clean = step.lost() <= settings.tolerance();
            say("%s: %.0f kpps, %.3f %% lost".formatted(how, step.rate() / 1e3, 100 * Math.max(step.lost(), 0)));
            if (clean) {
                low = Math.max(low, step.rate());
            } else {
                high = next;
            }
            next = low > 0 ? (low + high) / 2 : high * 0.7;
        }
        if (low == 0) {
            throw new IllegalStateException("no rate was found without loss; dropped: " + line.drops());
        }
        return low;
    }

    /** A step that fails has another try: somebody else may have wanted the machine. */
    private Step best(TunnelLine line, Arrivals arrivals, double rate) {
        Step step = step(line, arrivals, rate);
        for (int more = 1; more < TRIES && step.lost() > settings.tolerance(); more++) {
            step = step(line, arrivals, rate);
        }
        return step;
    }

    private Step step(TunnelLine line, Arrivals arrivals, double rate) {
        return step(line, arrivals, rate, settings.seconds());
    }

    private Step step(TunnelLine line, Arrivals arrivals, double rate, double seconds) {
        long arrived = arrivals.settled();
        FrameGenerator generator = line.generator();
        long sent = generator.sent();
        long[] tookNs = new long[1];
        arrivals.restart();
        line.atSource(() -> {
            long beganNs = System.nanoTime();
            long endNs = beganNs + (long) (seconds * 1e9);
            generator.begin(rate, Double.isInfinite(rate) ? Long.MAX_VALUE / 2 : (long) (rate * seconds));
            while (generator.run() && System.nanoTime() - endNs < 0) {
                // until its time is over, or all is sent
            }
            tookNs[0] = System.nanoTime() - beganNs;
        });
        return new Step(generator.sent() - sent, arrivals.settled() - arrived, tookNs[0] / 1e9);
    }

    /** A last step at the rate that was found: how long frames travel. */
    private void describe(TunnelLine line, Arrivals arrivals, double rate, Map<String, Object> details) {
        Step step = step(line, arrivals, rate);
        Histogram travelled = arrivals.travelled();
        details.put("lost_percent", rounded(100 * Math.max(step.lost(), 0)));
        details.put("tolerance_percent", rounded(100 * settings.tolerance()));
        details.put("out_of_order", arrivals.outOfOrder());
        details.put("latency_us_p50", travelled.getValueAtPercentile(50) / 1_000);
        details.put("latency_us_p99", travelled.getValueAtPercentile(99) / 1_000);
        details.put("latency_us_max", travelled.getMaxValue() / 1_000);
        say("at %.0f kpps: %s".formatted(rate / 1e3, details));
    }

    /** Replaces SAs, one after the other, while frames travel at 80 % of the rate that was found. */
    private void rekey(TunnelLine line, Arrivals arrivals, Load load, double rate, Map<String, Object> details)
            throws InterruptedException {
        double seconds = settings.rekeys() * REKEY_INTERVAL_NS / 1e9;
        int[] done = {0};
        Thread control = Thread.ofPlatform().name("bench-rekeys").start(() -> {
            List<Runnable> endings = new ArrayList<>();
            while (done[0] < settings.rekeys()) {
                endings.add(line.sas().rekey(done[0] % load.sas()));
                if (endings.size() > REKEYS_IN_FLIGHT) {
                    endings.removeFirst().run();
                }
                line.reclaim();
                done[0]++;
                LockSupport.parkNanos(REKEY_INTERVAL_NS);
            }
        });
        Step step = step(line, arrivals, LOAD_OF_REKEYS * rate, seconds);
        control.join();
        details.put("rekeys", done[0]);
        details.put("rekeys_sent", step.sent());
        details.put("rekeys_lost", step.sent() - step.received());
        say("%,d rekeys at %.0f kpps: %,d of %,d frames lost; %s".formatted(done[0], step.rate() / 1e3,
                step.sent() - step.received(), step.sent(), line.drops()));
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }

    private void say(String line) {
        progress.accept("tunnel: " + line);
    }
}
