package io.gapura.engine.route;

import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.ffi.IpAddress;
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
 * Longest-prefix match for IPv4 and IPv6: an immutable snapshot of the kernel's routes and neighbours.
 *
 * <p>Nested prefixes are flattened at build time into ranges that do not overlap, so a lookup is one binary
 * search. Each OutboundSa remembers its own answer for as long as the snapshot is the current one.
 */
public final class Fib {
    private static final Fib EMPTY = new Builder().build();

    /** First IPv4 address of each range, ascending as signed ints: the sign bit is flipped. */
    private final int[] firsts;
    private final @Nullable Adjacency[] adjacencies;
    /** First IPv6 address of each range, in two longs, ascending and unsigned. */
    private final long[] highs;
    private final long[] lows;
    private final @Nullable Adjacency[] ipv6;

    private Fib(Ranges ipv4Ranges, Ranges ipv6Ranges) {
        firsts = ipv4Ranges.firsts.stream().mapToInt(first -> flip(first.ipv4())).toArray();
        adjacencies = ipv4Ranges.adjacencies.toArray(new @Nullable Adjacency[0]);
        highs = ipv6Ranges.firsts.stream().mapToLong(IpAddress::high).toArray();
        lows = ipv6Ranges.firsts.stream().mapToLong(IpAddress::low).toArray();
        ipv6 = ipv6Ranges.adjacencies.toArray(new @Nullable Adjacency[0]);
    }

    /** No route to anywhere. */
    public static Fib empty() {
        return EMPTY;
    }

    /** The next hop towards the destination of the datagram at {@code ip}, or null if there is no route. */
    public @Nullable Adjacency towardsDestination(long ip) {
        return IpHeader.isIpv4(ip)
                ? lookup(Ipv4Header.destination(ip))
                : lookup(Ipv6Header.destinationHigh(ip), Ipv6Header.destinationLow(ip));
    }

    /** The next hop towards its source. */
    public @Nullable Adjacency towardsSource(long ip) {
        return IpHeader.isIpv4(ip)
                ? lookup(Ipv4Header.source(ip))
                : lookup(Ipv6Header.sourceHigh(ip), Ipv6Header.sourceLow(ip));
    }

    /** The next hop towards {@code destination}, or null if there is no route. */
    public @Nullable Adjacency lookup(IpAddress destination) {
        return destination.isIpv4() ? lookup(destination.ipv4()) : lookup(destination.high(), destination.low());
    }

    /** The next hop towards an IPv4 address, or null if there is no route. */
    public @Nullable Adjacency lookup(int destination) {
        int key = flip(destination);
        int found = Arrays.binarySearch(firsts, key);
        return adjacencies[found >= 0 ? found : -found - 2];
    }

    /** The next hop towards an IPv6 address, or null if there is no route. */
    public @Nullable Adjacency lookup(long high, long low) {
        int from = 0; // the last range that starts here or before is in [from, to)
        int to = highs.length;
        while (to - from > 1) {
            int middle = (from + to) >>> 1;
            boolean before = Long.compareUnsigned(high, highs[middle]) < 0
                    || (high == highs[middle] && Long.compareUnsigned(low, lows[middle]) < 0);
            to = before ? middle : to;
            from = before ? from : middle;
        }
        return ipv6[from];
    }

    /** The distinct next hops. */
    public Set<Adjacency> adjacencies() {
        Set<Adjacency> distinct = new HashSet<>();
        collect(adjacencies, distinct);
        collect(ipv6, distinct);
        return distinct;
    }

    private static void collect(@Nullable Adjacency[] from, Set<Adjacency> distinct) {
        for (Adjacency adjacency : from) {
            if (adjacency != null) {
                distinct.add(adjacency);
            }
        }
    }

    private static int flip(int address) {
        return address ^ Integer.MIN_VALUE;
    }

    /** A prefix as the range it covers, both ends included. */
    private record Range(IpAddress first, IpAddress last) {
        static Range of(IpAddress address, int prefixBits) {
            int bits = address.bits();
            if (prefixBits < 0 || prefixBits > bits) {
                throw new IllegalArgumentException("prefix length " + prefixBits);
            }
            int free = bits - prefixBits;
            long highFree = free <= Long.SIZE ? 0 : free == 2 * Long.SIZE ? -1 : (1L << (free - Long.SIZE)) - 1;
            long lowFree = free >= Long.SIZE ? -1 : (1L << free) - 1;
            return new Range(new IpAddress(address.high() & ~highFree, address.low() & ~lowFree),
                    new IpAddress(address.high() | highFree, address.low() | lowFree));
        }
    }

    /** Collects routes; of two for the same prefix the later one wins. Control thread. */
    public static final class Builder {
        private final Map<Range, Adjacency> ipv4 = new HashMap<>();
        private final Map<Range, Adjacency> ipv6 = new HashMap<>();

        /**
         * Adds a route to IPv4 addresses.
         *
         * @param prefixBits 0 to 32; the address's other bits are ignored
         */
        public Builder add(int address, int prefixBits, Adjacency adjacency) {
            return add(IpAddress.ofIpv4(address), prefixBits, adjacency);
        }

        /**
         * Adds a route.
         *
         * @param prefixBits 0 to 32 or 128; the address's other bits are ignored
         */
        public Builder add(IpAddress address, int prefixBits, Adjacency adjacency) {
            (address.isIpv4() ? ipv4 : ipv6).put(Range.of(address, prefixBits), adjacency);
            return this;
        }

        public Fib build() {
            return new Fib(new Ranges(ipv4, Range.of(IpAddress.ANY_IPV4, 0)),
                    new Ranges(ipv6, Range.of(IpAddress.ANY_IPV6, 0)));
        }
    }

    /** One family's ranges: swept from left to right, the routes that enclose the current place on a stack. */
    private static final class Ranges {
        private final Map<Range, Adjacency> routes;
        private final IpAddress end;
        private final List<IpAddress> firsts = new ArrayList<>();
        private final List<@Nullable Adjacency> adjacencies = new ArrayList<>();

        Ranges(Map<Range, Adjacency> routes, Range all) {
            this.routes = routes;
            this.end = all.last;
            Deque<Range> enclosing = new ArrayDeque<>();
            start(all.first, null);
            for (Range range : outermostFirst()) {
                leave(enclosing, range.first);
                start(range.first, routes.get(range));
                enclosing.push(range);
            }
            leaveAll(enclosing);
        }

        private List<Range> outermostFirst() {
            return routes.keySet().stream()
                    .sorted(Comparator.comparing(Range::first).thenComparing(Range::last, Comparator.reverseOrder()))
                    .toList();
        }

        /** Ends the enclosing routes that do not reach {@code address}. */
        private void leave(Deque<Range> enclosing, IpAddress address) {
            for (Range inner = enclosing.peek(); inner != null
                    && inner.last.compareTo(address) < 0; inner = enclosing.peek()) {
                leaveInnermost(enclosing);
            }
        }

        private void leaveAll(Deque<Range> enclosing) {
            while (!enclosing.isEmpty()) {
                leaveInnermost(enclosing);
            }
        }

        private void leaveInnermost(Deque<Range> enclosing) {
            Range inner = enclosing.pop();
            Range outer = enclosing.peek();
            if (!inner.last.equals(end)) {
                start(inner.last.next(), outer == null ? null : routes.get(outer));
            }
        }

        private void start(IpAddress first, @Nullable Adjacency adjacency) {
            int last = firsts.size() - 1;
            if (last >= 0 && firsts.get(last).equals(first)) {
                adjacencies.set(last, adjacency);
            } else {
                firsts.add(first);
                adjacencies.add(adjacency);
            }
        }
    }
}
