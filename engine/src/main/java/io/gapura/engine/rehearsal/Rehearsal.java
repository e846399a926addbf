package io.gapura.engine.rehearsal;

import io.gapura.engine.crypto.AeadSuite;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Warms up the workers' code before there is a network card: an engine of its own, on this thread, carries packets
 * both ways by the very classes that real ones will take, with the suite that will encrypt them. Without it the first
 * packets find code that is interpreted, or compiled for nothing but empty polls and thrown away at the first packet.
 *
 * <p>Its keys are random, its counters its own; it ends when the compiler has nothing more to do for it.
 */
public final class Rehearsal {
    private static final long LEAST_NS = TimeUnit.MILLISECONDS.toNanos(200);
    /** So long without a compilation, and there will be none. */
    private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(60);
    private static final int ROUNDS_AT_ONCE = 32;

    private Rehearsal() {
    }

    /**
     * What it took.
     *
     * @param packets  that the engine received
     * @param complete whether it ended before its time was over
     */
    public record Report(long packets, Duration elapsed, boolean complete) {}

    /**
     * Runs for {@code longest} at most.
     *
     * @param suite   stays open
     * @param workers that the real engine has
     * @param burst   likewise
     */
    public static Report run(AeadSuite suite, int workers, int burst, Duration longest) {
        long startNs = System.nanoTime();
        long endNs = startNs + longest.toNanos();
        Compiler compiler = new Compiler(startNs);
        try (Stage stage = new Stage(suite, workers, burst)) {
            Script script = new Script(stage);
            long nowNs = startNs;
            boolean quiet = false;
            while (!quiet && nowNs - endNs < 0) {
                for (int round = 0; round < ROUNDS_AT_ONCE; round++) {
                    script.play();
                }
                nowNs = System.nanoTime();
                quiet = nowNs - startNs > LEAST_NS && compiler.isQuiet(nowNs);
            }
            return new Report(stage.ledger().received(), Duration.ofNanos(nowNs - startNs), quiet);
        }
    }

    /** How long the just-in-time compiler has had nothing to do. */
    private static final class Compiler {
        private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        private long timeMs;
        private long changedNs;

        private Compiler(long nowNs) {
            this.changedNs = nowNs;
        }

        boolean isQuiet(long nowNs) {
            long total = compiler == null ? 0 : compiler.getTotalCompilationTime();
            if (total != timeMs) {
                timeMs = total;
                changedNs = nowNs;
            }
            return nowNs - changedNs > QUIET_NS;
        }
    }
}
