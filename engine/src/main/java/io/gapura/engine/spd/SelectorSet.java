package io.gapura.engine.spd;

import java.util.List;

/**
 * The traffic that an inbound SA may carry: what was negotiated for it, checked exactly against each packet
 * after decryption (RFC 4301 §5.2 step 4). Immutable; any thread.
 */
public final class SelectorSet {
    private final SelectorRows ipv4;
    private final SelectorRows ipv6;
    private final List<Selector> selectors;

    private SelectorSet(List<Selector> selectors) {
        this.selectors = List.copyOf(selectors);
        this.ipv4 = SelectorRows.of(true, this.selectors);
        this.ipv6 = SelectorRows.of(false, this.selectors);
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

    /** Whether a packet of this flow, from the other side, may come through the SA. */
    public boolean permits(Flow flow) {
        SelectorRows rows = flow.isIpv4() ? ipv4 : ipv6;
        for (int row = 0; row < rows.count(); row++) {
            if (rows.matches(row, flow)) {
                return true;
            }
        }
        return false;
    }

    /** Reads a field in each cache line that a lookup needs. The sum means nothing. */
    public long touch() {
        return ipv4.touch(0) + ipv6.touch(0);
    }

    @Override
    public String toString() {
        return selectors.toString();
    }
}
