package io.gapura.engine.spd;

import java.util.ArrayList;
import java.util.List;

/**
 * The hash table of one {@link Shape}. A bucket is a run of {@code entries}, ascending, from
 * {@code starts[bucket]} to {@code starts[bucket + 1]}; two keys may share it, since each candidate is
 * checked in full against its selector. Immutable; any thread.
 */
final class Tuple {
    /** The answer when no entry matches: later than every entry. */
    static final int NONE = Integer.MAX_VALUE;

    /** Multipliers with well-spread bits (from the golden ratio and from MurmurHash3's finalizer). */
    private static final long MIX_ADDRESSES = 0x9e37_79b9_7f4a_7c15L;
    private static final long MIX_UPPER = 0xc4ce_b9fe_1a85_ec53L;

    private static final int PORT_BITS = 17;
    private static final int PORT_MASK = (1 << PORT_BITS) - 1;

    private final int localMask;
    private final int remoteMask;
    private final int protocolMask;
    private final int localPortMask;
    private final int remotePortMask;
    private final int bucketShift;
    private final int lowest;
    private final int[] starts;
    private final int[] entries;

    private Tuple(Shape shape, List<Key> keys) {
        localMask = AddressRange.mask(shape.localBits());
        remoteMask = AddressRange.mask(shape.remoteBits());
        protocolMask = shape.oneProtocol() ? 0xff : 0;
        localPortMask = shape.oneLocalPort() ? PORT_MASK : 0;
        remotePortMask = shape.oneRemotePort() ? PORT_MASK : 0;
        int bucketBits = Integer.SIZE - Integer.numberOfLeadingZeros(keys.size());
        bucketShift = Long.SIZE - bucketBits - 1;
        starts = new int[(1 << (bucketBits + 1)) + 1];
        entries = new int[keys.size()];
        lowest = keys.getFirst().entry;
        fill(keys);
    }

    /** A counting sort by bucket, which keeps the ascending order of the entries within one. */
    private void fill(List<Key> keys) {
        int[] next = new int[starts.length];
        for (Key key : keys) {
            starts[bucket(key) + 1]++;
        }
        for (int bucket = 1; bucket < starts.length; bucket++) {
            starts[bucket] += starts[bucket - 1];
            next[bucket] = starts[bucket];
        }
        for (Key key : keys) {
            entries[next[bucket(key)]++] = key.entry;
        }
    }

    /** The lowest entry number in the table. */
    int firstEntry() {
        return lowest;
    }

    /** The first entry that matches if it comes before {@code before}, else {@code before}. */
    int firstMatch(SelectorRows rows, int before, int local, int remote, int protocol, int localPort,
            int remotePort) {
        int bucket = bucket(local, remote, protocol, localPort, remotePort);
        int end = starts[bucket + 1];
        for (int at = starts[bucket]; at < end; at++) {
            int entry = entries[at];
            if (entry > before) {
                return before;
            }
            if (rows.matches(entry, local, remote, protocol, localPort, remotePort)) {
                return entry;
            }
        }
        return before;
    }

    /** The entry that a lookup will look at first, without looking at it; an entry there is, if it is none of the bucket's. */
    int candidate(int local, int remote, int protocol, int localPort, int remotePort) {
        int start = starts[bucket(local, remote, protocol, localPort, remotePort)];
        return entries[Math.min(start, entries.length - 1)];
    }

    private int bucket(Key key) {
        return bucket(key.local, key.remote, key.protocol, key.localPort, key.remotePort);
    }

    private int bucket(int local, int remote, int protocol, int localPort, int remotePort) {
        long addresses = (long) (local & localMask) << 32 | Integer.toUnsignedLong(remote & remoteMask);
        long upper = (long) (protocol & protocolMask) << (2 * PORT_BITS)
                | (long) (localPort & localPortMask) << PORT_BITS | (remotePort & remotePortMask);
        long hash = addresses * MIX_ADDRESSES ^ upper * MIX_UPPER;
        return (int) (((hash ^ hash >>> 32) * MIX_UPPER) >>> bucketShift);
    }

    private record Key(int entry, int local, int remote, int protocol, int localPort, int remotePort) {}

    /** Collects the entries of one shape, which must come in ascending order. */
    static final class Builder {
        private final Shape shape;
        private final List<Key> keys = new ArrayList<>();

        Builder(Shape shape) {
            this.shape = shape;
        }

        void add(int entry, Prefix local, Prefix remote, Selector selector) {
            keys.add(new Key(entry, local.address(), remote.address(), selector.protocol(),
                    selector.localPorts().first(), selector.remotePorts().first()));
        }

        Tuple build() {
            return new Tuple(shape, keys);
        }
    }
}
