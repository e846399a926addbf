package io.gapura.engine.port;

import io.gapura.ffi.IpAddress;
import java.util.Collection;

/** Which addresses are this host's, in a table that is never written again. Any thread. */
final class LocalAddresses {
    static final int NONE = 0;
    /** One of the port's that is asked about. */
    static final int PORTS = 1;
    /** One of another interface's. */
    static final int HOSTS = 2;

    /** As in {@link IpAddress}. */
    private static final long IPV4_MAPPED = 0xffffL << 32;

    static final LocalAddresses EMPTY = new LocalAddresses(0);

    /** Open addressing with at least half of the slots free; a slot of kind {@link #NONE} is free. */
    private final long[] highs;
    private final long[] lows;
    private final byte[] kinds;
    private final int mask;

    private LocalAddresses(int count) {
        int slots = Integer.highestOneBit(Math.max(1, count)) * 4;
        this.highs = new long[slots];
        this.lows = new long[slots];
        this.kinds = new byte[slots];
        this.mask = slots - 1;
    }

    /** An address in both is the port's. */
    static LocalAddresses of(Collection<IpAddress> ports, Collection<IpAddress> hosts) {
        LocalAddresses table = new LocalAddresses(ports.size() + hosts.size());
        ports.forEach(address -> table.add(address, PORTS));
        hosts.forEach(address -> table.add(address, HOSTS));
        return table;
    }

    private void add(IpAddress address, int kind) {
        int slot = slot(address.high(), address.low());
        if (kinds[slot] == NONE) {
            highs[slot] = address.high();
            lows[slot] = address.low();
            kinds[slot] = (byte) kind;
        }
    }

    /** {@link #NONE}, {@link #PORTS} or {@link #HOSTS}. */
    int kind(int address) {
        return kind(0, IPV4_MAPPED | (address & 0xffff_ffffL));
    }

    /** Of an IPv6 address, or an IPv4 one in its mapped form. */
    int kind(long high, long low) {
        return kinds[slot(high, low)];
    }

    /** The slot of the address, or the free one where it would be. */
    private int slot(long high, long low) {
        int slot = (int) (((high ^ low) * 0x9e37_79b9_7f4a_7c15L) >>> 40) & mask;
        while (kinds[slot] != NONE && (lows[slot] != low || highs[slot] != high)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
