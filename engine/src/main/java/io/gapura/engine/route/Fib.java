package io.gapura.engine.route;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Longest-prefix match for IPv4: an immutable snapshot of the kernel's routes and neighbours.
 *
 * <p>Nested prefixes are flattened at build time into ranges that do not overlap, so a lookup is one binary
 * search. Each OutboundSa remembers its own answer for as long as the snapshot is the current one.
 */
public final class Fib {
    private static final Fib EMPTY = new Builder().build();

    /** First address of each range, ascending as signed ints: the sign bit is flipped. */
    private final int[] firsts;
    private final @Nullable Adjacency[] adjacencies;

    private Fib(int[] firsts, @Nullable Adjacency[] adjacencies) {
        this.firsts = firsts;
        this.adjacencies = adjacencies;
    }

    /** No route to anywhere. */
    public static Fib empty() {
        return EMPTY;
    }

    /** The next hop towards {@code destination}, or null if there is no route. */
    public @Nullable Adjacency lookup(int destination) {
        int key = flip(destination);
        int found = Arrays.binarySearch(firsts, key);
        return adjacencies[found >= 0 ? found : -found - 2];
    }

    /** The distinct next hops. */
    public Set<Adjacency> adjacencies() {
        Set<Adjacency> distinct = new HashSet<>();
        for (Adjacency adjacency : adjacencies) {
            if (adjacency != null) {
                distinct.add(adjacency);
            }
        }
        return distinct;
    }

    private static int flip(int address) {
        return address ^ Integer.MIN_VALUE;
    }

    /** A prefix as the range it covers, in 64 bits so that the end of the address space needs no care. */
    private record Range(long first, long end) {}

    /** Collects routes; of two for the same prefix the later one wins. Control thread. */
    public static final class Builder {
        private static final long ADDRESSES = 1L << 32;

        private final Map<Range, Adjacency> routes = new HashMap<>();
        private final List<Integer> firsts = new ArrayList<>();
        private final List<@Nullable Adjacency> adjacencies = new ArrayList<>();

        /**
         * Adds a route.
         *
         * @param prefixBits 0 to 32; the address's other bits are ignored
         */
        public Builder add(int address, int prefixBits, Adjacency adjacency) {
            if (prefixBits < 0 || prefixBits > 32) {
                throw new IllegalArgumentException("prefix length " + prefixBits);
            }
            long size = ADDRESSES >>> prefixBits;
            long first = Integer.toUnsignedLong(address) & -size;
            routes.put(new Range(first, first + size), adjacency);
            return this;
        }

        /** Sweeps the address space from left to right, the routes that enclose the current place on a stack. */
        public Fib build() {
            firsts.clear();
            adjacencies.clear();
            Deque<Range> enclosing = new ArrayDeque<>();
            startRange(0, null);
            for (Range range : outermostFirst()) {
                leave(enclosing, range.first);
                startRange(range.first, routes.get(range));
                enclosing.push(range);
            }
            leave(enclosing, ADDRESSES);
            return new Fib(firsts.stream().mapToInt(Integer::intValue).toArray(),
                    adjacencies.toArray(new @Nullable Adjacency[0]));
        }

        private List<Range> outermostFirst() {
            return routes.keySet().stream()
                    .sorted(Comparator.comparingLong(Range::first)
                            .thenComparing(Range::end, Comparator.reverseOrder()))
                    .toList();
        }

        /** Ends the enclosing routes that do not reach beyond {@code address}. */
        private void leave(Deque<Range> enclosing, long address) {
            for (Range inner = enclosing.peek(); inner != null && inner.end <= address; inner = enclosing.peek()) {
                enclosing.pop();
                Range outer = enclosing.peek();
                if (inner.end < ADDRESSES) {
                    startRange(inner.end, outer == null ? null : routes.get(outer));
                }
            }
        }

        private void startRange(long first, @Nullable Adjacency adjacency) {
            int key = flip((int) first);
            int last = firsts.size() - 1;
            if (last >= 0 && firsts.get(last) == key) {
                adjacencies.set(last, adjacency);
            } else {
                firsts.add(key);
                adjacencies.add(adjacency);
            }
        }
    }
}
