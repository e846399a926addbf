package io.gapura.engine.spd;

import java.util.List;

/**
 * Selectors as four longs each, so that testing one touches half a cache line and nothing else:
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
 * <p>"From first to last" is one unsigned comparison, {@code address - first <= last - first}. Ports are
 * shifted by one so that the opaque port, -1, takes part in it. Immutable; any thread.
 */
final class SelectorRows {
    private static final int ROW = 4;
    private static final int SPAN_BITS = 17;
    private static final int SPAN = (1 << SPAN_BITS) - 1;
    private static final int PROTOCOL_SHIFT = 2 * SPAN_BITS;
    private static final int PROTOCOL_MASK_SHIFT = PROTOCOL_SHIFT + 8;

    private final long[] words;

    private SelectorRows(long[] words) {
        this.words = words;
    }

    static SelectorRows of(List<Selector> selectors) {
        long[] words = new long[selectors.size() * ROW];
        int at = 0;
        for (Selector selector : selectors) {
            words[at++] = packed(selector.local());
            words[at++] = packed(selector.remote());
            words[at++] = packed(selector.localPorts()) | packedProtocol(selector.protocol());
            words[at++] = packed(selector.remotePorts());
        }
        return new SelectorRows(words);
    }

    /** The first and the last word of a row, to read them before they are needed. */
    long touch(int row) {
        int at = row * ROW;
        return at < words.length ? words[at] + words[at + ROW - 1] : 0;
    }

    int count() {
        return words.length / ROW;
    }

    /** {@link Selector#matches} of the selector at {@code row}. */
    boolean matches(int row, int local, int remote, int protocol, int localPort, int remotePort) {
        int at = row * ROW;
        long ports = words[at + 2];
        int wrongProtocol = (protocol ^ (int) (ports >>> PROTOCOL_SHIFT)) & (int) (ports >>> PROTOCOL_MASK_SHIFT);
        return spans(words[at], local) && spans(words[at + 1], remote) && wrongProtocol == 0
                && spansPort(ports, localPort) && spansPort(words[at + 3], remotePort);
    }

    private static boolean spans(long range, int address) {
        return Integer.compareUnsigned(address - (int) (range >>> 32), (int) range) <= 0;
    }

    private static boolean spansPort(long range, int port) {
        int lowest = (int) (range >>> SPAN_BITS) & SPAN;
        return Integer.compareUnsigned(port + 1 - lowest, (int) range & SPAN) <= 0;
    }

    private static long packed(AddressRange range) {
        return (long) range.first() << 32 | Integer.toUnsignedLong(range.last() - range.first());
    }

    private static long packed(PortRange range) {
        return (long) (range.lowest() + 1) << SPAN_BITS | range.last() - range.lowest();
    }

    private static long packedProtocol(int protocol) {
        int mask = protocol == Selector.ANY_PROTOCOL ? 0 : 0xff;
        return (long) mask << PROTOCOL_MASK_SHIFT | (long) protocol << PROTOCOL_SHIFT;
    }
}
