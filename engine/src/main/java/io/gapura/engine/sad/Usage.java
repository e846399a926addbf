package io.gapura.engine.sad;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counts of one direction of an SA, one cache line. Written by the worker that owns the SA, by opaque
 * stores, so that any thread reads whole and recent numbers.
 */
final class Usage {
    static final int PACKETS = 0;
    static final int BYTES = 1;
    static final int LAST_USED_NS = 2;
    static final int REPLAYED = 3;
    static final int NOT_AUTHENTIC = 4;
    static final int MISMATCHED = 5;

    private final AtomicLongArray counts = new AtomicLongArray(6);

    /** The owner's own view. */
    long of(int count) {
        return counts.getPlain(count);
    }

    void set(int count, long value) {
        counts.setOpaque(count, value);
    }

    void increment(int count) {
        set(count, of(count) + 1);
    }

    /** Any thread. */
    SaCounters snapshot() {
        return new SaCounters(counts.getOpaque(PACKETS), counts.getOpaque(BYTES), counts.getOpaque(LAST_USED_NS),
                counts.getOpaque(REPLAYED), counts.getOpaque(NOT_AUTHENTIC), counts.getOpaque(MISMATCHED));
    }
}
