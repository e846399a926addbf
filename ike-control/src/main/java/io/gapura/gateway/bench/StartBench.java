package io.gapura.gateway.bench;

import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.rehearsal.Rehearsal;
import java.time.Duration;

/**
 * How long the first packets through a fresh gateway take: in a process that has carried none before, after the
 * rehearsal with which a gateway starts, and after a while in which its workers polled for nothing.
 */
public final class StartBench {
    private static final int EMPTY_POLLS = 200_000;
    private static final int FIRST_PACKETS = 100;

    private StartBench() {
    }

    /**
     * In microseconds, a duty cycle with one packet each.
     *
     * @param warmUpMs  what the rehearsal took; 0 without
     * @param firstOut  from clear text to ESP
     * @param firstIn   from ESP to clear text
     * @param slowestOut of the first hundred
     * @param slowestIn  likewise
     */
    public record Result(long warmUpMs, double firstOut, double firstIn, double slowestOut, double slowestIn) {}

    /**
     * Sends a hundred packets, one after the other.
     *
     * @param warmUp at most so long; nothing at all if it is zero
     */
    public static Result measure(Load load, Duration warmUp) {
        long warmUpMs = warmUp.isZero() ? 0 : rehearse(warmUp);
        long[] out = new long[FIRST_PACKETS];
        long[] in = new long[FIRST_PACKETS];
        try (GatewayPair gateways = new GatewayPair(load, SuiteChoice::preferred)) {
            for (int poll = 0; poll < EMPTY_POLLS; poll++) {
                gateways.encapsulate();
                gateways.decapsulate();
            }
            for (int packet = 0; packet < FIRST_PACKETS; packet++) {
                gateways.offer(1);
                long start = System.nanoTime();
                gateways.encapsulate();
                long between = System.nanoTime();
                gateways.decapsulate();
                in[packet] = System.nanoTime() - between;
                out[packet] = between - start;
                if (gateways.collect() != 1) {
                    throw new IllegalStateException("the packet was lost: " + gateways.received().drops());
                }
            }
        }
        return new Result(warmUpMs, out[0] / 1e3, in[0] / 1e3, slowest(out), slowest(in));
    }

    private static long rehearse(Duration warmUp) {
        try (AeadSuite suite = SuiteChoice.preferred()) {
            return Rehearsal.run(suite, 1, PacketBatch.CAPACITY, warmUp).elapsed().toMillis();
        }
    }

    private static double slowest(long[] ns) {
        long slowest = 0;
        for (long each : ns) {
            slowest = Math.max(slowest, each);
        }
        return slowest / 1e3;
    }
}
