package io.gapura.engine.port;

import java.util.Collection;

/** Which IPv4 addresses are this host's, in a table that is never written again. Any thread. */
final class LocalAddresses {
    static final int NONE = 0;
    /** One of the port's that is asked about. */
    static final int PORTS = 1;
    /** One of another interface's. */
    static final int HOSTS = 2;

    static final LocalAddresses EMPTY = new LocalAddresses(0);

    /** Open addressing with at least half of the slots free; a slot of kind {@link #NONE} is free. */
    private final int[] addresses;
    private final byte[] kinds;
    private final int mask;

    private LocalAddresses(int count) {
        int slots = Integer.highestOneBit(Math.max(1, count)) * 4;
        this.addresses = new int[slots];
        this.kinds = new byte[slots];
        this.mask = slots - 1;
    }

    /** An address in both is the port's. */
    static LocalAddresses of(Collection<Integer> ports, Collection<Integer> hosts) {
        LocalAddresses table = new LocalAddresses(ports.size() + hosts.size());
        ports.forEach(address -> table.add(address, PORTS));
        hosts.forEach(address -> table.add(address, HOSTS));
        return table;
    }

    private void add(int address, int kind) {
        int slot = slot(address);
        if (kinds[slot] == NONE) {
            addresses[slot] = address;
            kinds[slot] = (byte) kind;
        }
    }

    /** {@link #NONE}, {@link #PORTS} or {@link #HOSTS}. */
    int kind(int address) {
        return kinds[slot(address)];
    }

    /** The slot of the address, or the free one where it would be. */
    private int slot(int address) {
        int slot = ((address * 0x9e3779b1) >>> 16) & mask;
        while (kinds[slot] != NONE && addresses[slot] != address) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
