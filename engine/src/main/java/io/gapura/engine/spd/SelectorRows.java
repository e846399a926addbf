package io.gapura.engine.spd;

import io.gapura.ffi.IpAddress;
import java.util.List;

/**
 * Selectors of one family as a few longs each. Those of IPv4 are four, so that testing one touches half a cache line
 * and nothing else:
 *
 * <pre>
 *     63              50 49      42 41      34 33              17 16               0
 *   +---------------------------------------+---------------------------------------+
 *   | first local address (32 bits)         | last - first (32 bits)                |
 *   +---------------------------------------+---------------------------------------+
 *   | first remote address (32 bits)        | last - first (32 bits)                |
 *   +-----------------+----------+----------+------------------+--------------------+
 *   | 0               | protocol | protocol | lowest local     | last - lowest      |
 *   |                 | mask     |          | port + 1         |                    |
 *   +-----------------+----------+----------+------------------+--------------------+
 *   | 0                                     | lowest remote    | last - lowest      |
 *   |                                       | port + 1         |                    |
 *   +-----------------+----------+----------+------------------+--------------------+
 * </pre>
 *
 * Those of IPv6 have four longs for each of the two upper rows: the first address and last - first, 128 bits each.
 *
 * <p>"From first to last" is one unsigned comparison, {@code address - first <= last - first}. Ports are
 * shifted by one so that the opaque port, -1, takes part in it. Immutable; any thread.
 */
final class SelectorRows {
    private static final int IPV4_ROW = 4;
    private static final int IPV6_ROW = 10;
    private static final int SPAN_BITS = 17;
    private static final int SPAN = (1 << SPAN_BITS) - 1;
    private static final int PROTOCOL_SHIFT = 2 * SPAN_BITS;
    private static final int PROTOCOL_MASK_SHIFT = PROTOCOL_SHIFT + 8;

    private final boolean ipv4;
    private final int rowLongs;
    private final long[] words;

    private SelectorRows(boolean ipv4, int rows) {
        this.ipv4 = ipv4;
        this.rowLongs = ipv4 ? IPV4_ROW : IPV6_ROW;
        this.words = new long[rows * rowLongs];
    }

    /** Of selectors of one family, IPv4 or IPv6; rows of the other one never match. */
    static SelectorRows of(boolean ipv4, List<Selector> selectors) {
        boolean any = selectors.stream().anyMatch(selector -> selector.isIpv4() == ipv4);
        SelectorRows rows = new SelectorRows(ipv4, any ? selectors.size() : 0);
        for (int row = 0; row < rows.count(); row++) {
            rows.put(row * rows.rowLongs, selectors.get(row));
        }
        return rows;
    }

    private void put(int at, Selector selector) {
        int next = at + rowLongs - 2;
        if (selector.isIpv4() != ipv4) {
            words[next] = packed(PortRange.OPAQUE) | packedProtocol(Selector.ANY_PROTOCOL);
            words[next + 1] = packed(PortRange.single(0));
            return; // no packet has an opaque port and another
        }
        if (ipv4) {
            words[at] = packed(selector.local());
            words[at + 1] = packed(selector.remote());
        } else {
            put(at, selector.local());
            put(at + 4, selector.remote());
        }
        words[next] = packed(selector.localPorts()) | packedProtocol(selector.protocol());
        words[next + 1] = packed(selector.remotePorts());
    }

    private void put(int at, AddressRange range) {
        IpAddress span = range.span();
        words[at] = range.first().high();
        words[at + 1] = range.first().low();
        words[at + 2] = span.high();
        words[at + 3] = span.low();
    }

    /** The first and the last word of a row, to read them before they are needed. */
    long touch(int row) {
        int at = row * rowLongs;
        return at < words.length ? words[at] + words[at + rowLongs - 1] : 0;
    }

    int count() {
        return words.length / rowLongs;
    }

    /** {@link Selector#matches} of the selector at {@code row}, for a flow of its family. */
    boolean matches(int row, Flow flow) {
        return ipv4 ? matchesIpv4(row * IPV4_ROW, flow) : matchesIpv6(row * IPV6_ROW, flow);
    }

    private boolean matchesIpv4(int at, Flow flow) {
        return spans(words[at], flow.local()) && spans(words[at + 1], flow.remote()) && matchesUpper(at + 2, flow);
    }

    private boolean matchesIpv6(int at, Flow flow) {
        return spans(at, flow.localHigh(), flow.localLow()) && spans(at + 4, flow.remoteHigh(), flow.remoteLow())
                && matchesUpper(at + 8, flow);
    }

    private boolean matchesUpper(int at, Flow flow) {
        long ports = words[at];
        int wrongProtocol = (flow.protocol() ^ (int) (ports >>> PROTOCOL_SHIFT))
                & (int) (ports >>> PROTOCOL_MASK_SHIFT);
        return wrongProtocol == 0 && spansPort(ports, flow.localPort()) && spansPort(words[at + 1], flow.remotePort());
    }

    private static boolean spans(long range, int address) {
        return Integer.compareUnsigned(address - (int) (range >>> 32), (int) range) <= 0;
    }

    /** In 128 bits. */
    private boolean spans(int at, long high, long low) {
        long borrow = Long.compareUnsigned(low, words[at + 1]) < 0 ? 1 : 0;
        int upper = Long.compareUnsigned(high - words[at] - borrow, words[at + 2]);
        return upper < 0 || (upper == 0 && Long.compareUnsigned(low - words[at + 1], words[at + 3]) <= 0);
    }

    private static boolean spansPort(long range, int port) {
        int lowest = (int) (range >>> SPAN_BITS) & SPAN;
        return Integer.compareUnsigned(port + 1 - lowest, (int) range & SPAN) <= 0;
    }

    private static long packed(AddressRange range) {
        int first = range.first().ipv4();
        return (long) first << 32 | Integer.toUnsignedLong(range.last().ipv4() - first);
    }

    private static long packed(PortRange range) {
        return (long) (range.lowest() + 1) << SPAN_BITS | range.last() - range.lowest();
    }

    private static long packedProtocol(int protocol) {
        int mask = protocol == Selector.ANY_PROTOCOL ? 0 : 0xff;
        return (long) mask << PROTOCOL_MASK_SHIFT | (long) protocol << PROTOCOL_SHIFT;
    }
}
