package io.gapura.engine;

import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;

/** What a worker does when there is no packet: how soon it sees the next one, and what that costs. */
public enum Idle {
    /** Spins for a moment, then yields, then sleeps for up to 100 µs: shares its core with others. */
    ADAPTIVE,
    /** Polls without a rest: the shortest latency, for a core of its own, whose sibling thread it slows. */
    SPIN,
    /** Polls with the processor's spin hint between two rounds: leaves a sibling thread more, and takes less power. */
    PAUSE,
    /** Sleeps for 50 µs at once: next to no power, and the kernel's timer slack on top of each sleep. */
    PARK;

    private static final int MAX_SPINS = 200;
    private static final int MAX_YIELDS = 20;
    private static final long MIN_PARK_NS = 5_000;
    private static final long MAX_PARK_NS = 100_000;
    private static final long PARK_NS = 50_000;

    IdleStrategy strategy() {
        return switch (this) {
            case ADAPTIVE -> new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NS, MAX_PARK_NS);
            case SPIN -> NoOpIdleStrategy.INSTANCE;
            case PAUSE -> new BusySpinIdleStrategy();
            case PARK -> new SleepingIdleStrategy(PARK_NS);
        };
    }
}
