package io.gapura.engine.spd;

import java.util.List;

/**
 * The traffic that an inbound SA may carry: what was negotiated for it, checked exactly against each packet
 * after decryption (RFC 4301 §5.2 step 4). Immutable; any thread.
 */
public final class SelectorSet {
    private final SelectorRows rows;
    private final List<Selector> selectors;

    private SelectorSet(List<Selector> selectors) {
        this.selectors = List.copyOf(selectors);
        this.rows = SelectorRows.of(this.selectors);
    }

    public static SelectorSet of(List<Selector> selectors) {
        return new SelectorSet(selectors);
    }

    public static SelectorSet of(Selector selector) {
        return new SelectorSet(List.of(selector));
    }

    public List<Selector> selectors() {
        return selectors;
    }

    /**
     * Whether a packet from the other side may come through the SA.
     *
     * @param sourcePort {@link PortRange#OPAQUE_PORT} where it is not visible; so {@code destinationPort}
     */
    public boolean permitsInbound(int source, int destination, int protocol, int sourcePort, int destinationPort) {
        for (int row = 0; row < rows.count(); row++) {
            if (rows.matches(row, destination, source, protocol, destinationPort, sourcePort)) {
                return true;
            }
        }
        return false;
    }

    /** Reads a field in each cache line that a lookup needs. The sum means nothing. */
    public long touch() {
        return rows.touch(0);
    }

    @Override
    public String toString() {
        return selectors.toString();
    }
}
