package io.gapura.engine.spd;

import io.gapura.ffi.IpAddress;
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

    private final boolean ipv4;
    /** Of IPv4 addresses, in the lower longs. */
    private final long localMaskHigh;
    private final long localMaskLow;
    private final long remoteMaskHigh;
    private final long remoteMaskLow;
    private final int protocolMask;
    private final int localPortMask;
    private final int remotePortMask;
    private final int bucketShift;
    private final int lowest;
    private final int[] starts;
    private final int[] entries;

    private Tuple(boolean ipv4, Shape shape, List<Key> keys) {
        this.ipv4 = ipv4;
        localMaskHigh = AddressRange.highMask(shape.localBits());
        localMaskLow = ipv4 ? AddressRange.mask(shape.localBits()) : AddressRange.lowMask(shape.localBits());
        remoteMaskHigh = AddressRange.highMask(shape.remoteBits());
        remoteMaskLow = ipv4 ? AddressRange.mask(shape.remoteBits()) : AddressRange.lowMask(shape.remoteBits());
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
    int firstMatch(SelectorRows rows, int before, Flow flow) {
        int bucket = bucket(flow);
        int end = starts[bucket + 1];
        for (int at = starts[bucket]; at < end; at++) {
            int entry = entries[at];
            if (entry > before) {
                return before;
            }
            if (rows.matches(entry, flow)) {
                return entry;
            }
        }
        return before;
    }

    /** The entry that a lookup will look at first, without looking at it; an entry there is, if it is none of the bucket's. */
    int candidate(Flow flow) {
        int start = starts[bucket(flow)];
        return entries[Math.min(start, entries.length - 1)];
    }

    private int bucket(Flow flow) {
        long upper = upper(flow.protocol(), flow.localPort(), flow.remotePort());
        return ipv4
                ? bucket(addresses(flow.local(), flow.remote()), upper)
                : bucket(addresses(flow.localHigh(), flow.localLow(), flow.remoteHigh(), flow.remoteLow()), upper);
    }

    private int bucket(Key key) {
        IpAddress local = key.local;
        IpAddress remote = key.remote;
        long upper = upper(key.protocol, key.localPort, key.remotePort);
        return ipv4
                ? bucket(addresses(local.ipv4(), remote.ipv4()), upper)
                : bucket(addresses(local.high(), local.low(), remote.high(), remote.low()), upper);
    }

    private long addresses(int local, int remote) {
        return (local & localMaskLow) << 32 | (remote & remoteMaskLow & 0xffff_ffffL);
    }

    private long addresses(long localHigh, long localLow, long remoteHigh, long remoteLow) {
        long local = (localHigh & localMaskHigh) * MIX_UPPER + (localLow & localMaskLow);
        long remote = (remoteHigh & remoteMaskHigh) * MIX_UPPER + (remoteLow & remoteMaskLow);
        return (local ^ local >>> 32) * MIX_UPPER + remote;
    }

    private long upper(int protocol, int localPort, int remotePort) {
        return (long) (protocol & protocolMask) << (2 * PORT_BITS)
                | (long) (localPort & localPortMask) << PORT_BITS | (remotePort & remotePortMask);
    }

    private int bucket(long addresses, long upper) {
        long hash = addresses * MIX_ADDRESSES ^ upper * MIX_UPPER;
        return (int) (((hash ^ hash >>> 32) * MIX_UPPER) >>> bucketShift);
    }

    private record Key(int entry, IpAddress local, IpAddress remote, int protocol, int localPort, int remotePort) {}

    /** Collects the entries of one shape, which must come in ascending order. */
    static final class Builder {
        private final boolean ipv4;
        private final Shape shape;
        private final List<Key> keys = new ArrayList<>();

        Builder(boolean ipv4, Shape shape) {
            this.ipv4 = ipv4;
            this.shape = shape;
        }

        void add(int entry, Prefix local, Prefix remote, Selector selector) {
            keys.add(new Key(entry, local.address(), remote.address(), selector.protocol(),
                    selector.localPorts().first(), selector.remotePorts().first()));
        }

        Tuple build() {
            return new Tuple(ipv4, shape, keys);
        }
    }
}
