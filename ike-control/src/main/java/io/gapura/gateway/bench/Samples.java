package io.gapura.gateway.bench;

import java.util.Arrays;

/** Times of rounds, of which most were disturbed by somebody on a shared machine: what counts is the floor. */
final class Samples {
    /** The fraction of rounds that were faster than the floor. */
    private static final double FLOOR = 0.1;

    private final long[] ns;
    private int size;

    Samples(int most) {
        ns = new long[most];
    }

    void add(long roundNs) {
        ns[size++] = roundNs;
    }

    void clear() {
        size = 0;
    }

    /** Nanoseconds for one of the {@code packets} packets of a round, in a round that nobody disturbed. */
    double floor(int packets) {
        return quantile(FLOOR) / (double) packets;
    }

    double median(int packets) {
        return quantile(0.5) / (double) packets;
    }

    private long quantile(double fraction) {
        if (size == 0) {
            throw new IllegalStateException("nothing was measured");
        }
        long[] sorted = Arrays.copyOf(ns, size);
        Arrays.sort(sorted);
        return sorted[(int) (fraction * (size - 1))];
    }
}
