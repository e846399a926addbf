package io.gapura.engine.worker;

import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.wire.Ecn;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.ffi.Memory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts datagrams together again that came in fragments, before they are decrypted, RFC 791 §3.2 and RFC 8200 §4.5. One worker's.
 *
 * <p>A datagram grows in a chunk of its own, its fragments' data at their places and marked in a bit map; a fragment's own chunk
 * goes back at once. What fragments can cost is bounded: {@value #MOST_DATAGRAMS} datagrams, of which the oldest gives way,
 * {@value #MOST_FRAGMENTS} fragments each, a chunk each, {@value #PATIENCE_S} seconds each: at a gigabit the 65,536
 * identifications are used up sooner, RFC 4963. A repeated fragment is dropped; one that overlaps others in part, or contradicts
 * them about the end, takes the datagram and all that will come of it with it, RFC 5722.
 *
 * <pre>
 *   chunk   headroom │ Ethernet, IP header │ data, from a fixed place on       │ tailroom
 * </pre>
 */
final class Reassembly {
    static final int MOST_DATAGRAMS = 64;
    static final int MOST_FRAGMENTS = 64;
    static final int PATIENCE_S = 2;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(PATIENCE_S);
    /** IPv4's are shorter; of IPv6 no more than has a place in front of {@link #DATA}. */
    static final int LONGEST_HEADERS = 256;
    private static final int DATA = BufferPool.HEADROOM_BYTES + EthernetHeader.BYTES + 66;
    private static final int UNIT_BYTES = 8;
    private static final int NONE = -1;

    private final BufferPool pool;
    private final WorkerCounters counters;
    private final int mostDataBytes;
    private final int mapLongs;
    /** The one in hand. */
    private final Fragment current = new Fragment();

    // ---- by slot

    private final boolean[] used = new boolean[MOST_DATAGRAMS];
    private final boolean[] spoilt = new boolean[MOST_DATAGRAMS];
    private final long[] sourceHigh = new long[MOST_DATAGRAMS];
    private final long[] sourceLow = new long[MOST_DATAGRAMS];
    private final long[] destinationHigh = new long[MOST_DATAGRAMS];
    private final long[] destinationLow = new long[MOST_DATAGRAMS];
    private final int[] identification = new int[MOST_DATAGRAMS];
    private final int[] protocol = new int[MOST_DATAGRAMS];
    private final long[] chunk = new long[MOST_DATAGRAMS];
    private final long[] sinceNs = new long[MOST_DATAGRAMS];
    private final int[] fragments = new int[MOST_DATAGRAMS];
    /** Of the first fragment, 0 until it came. */
    private final int[] headerBytes = new int[MOST_DATAGRAMS];
    /** Of the whole datagram, {@link #NONE} until the last fragment came. */
    private final int[] dataBytes = new int[MOST_DATAGRAMS];
    private final int[] unitsHere = new int[MOST_DATAGRAMS];
    private final int[] highestUnit = new int[MOST_DATAGRAMS];
    private final boolean[] congested = new boolean[MOST_DATAGRAMS];
    /** Which units of eight bytes are there: {@link #mapLongs} for each slot. */
    private final long[] map;
    private int waiting;

    Reassembly(BufferPool pool, WorkerCounters counters) {
        this.pool = pool;
        this.counters = counters;
        this.mostDataBytes = pool.chunkBytes() - DATA - BufferPool.TAILROOM_BYTES;
        this.mapLongs = (pool.chunkBytes() / UNIT_BYTES + Long.SIZE - 1) / Long.SIZE;
        this.map = new long[MOST_DATAGRAMS * mapLongs];
    }

    /** Whether there is anything to {@link #expire}. */
    boolean isWaiting() {
        return waiting > 0;
    }

    /**
     * Takes a sound fragment to this host in, if its datagram is ESP or AH. Whether there is something to look at now: the whole
     * datagram in the fragment's place in the batch, or a fragment that is none of these and left as it is. That a datagram is ESP in UDP
     * only its first fragment shows: what comes before that is left, too.
     */
    boolean gather(PacketBatch batch, int packet, long nowNs) {
        Fragment fragment = current;
        fragment.read(batch.start(packet) + EthernetHeader.BYTES);
        int slot = waiting == 0 ? NONE : find(fragment);
        if (slot == NONE && !fragment.showsIpsec()) {
            return true;
        }
        DropReason misshapen = misshapen(fragment);
        if (misshapen != null) {
            batch.drop(packet, misshapen);
            return false;
        }
        return add(batch, packet, slot == NONE ? open(fragment, nowNs) : slot);
    }

    private @Nullable DropReason misshapen(Fragment fragment) {
        if (fragment.bytes <= 0 || (!fragment.last && fragment.bytes % UNIT_BYTES != 0)) {
            return DropReason.FRAGMENT;
        }
        boolean fits = fragment.offset + fragment.bytes <= mostDataBytes
                && (fragment.offset > 0 || fragment.headerBytes <= LONGEST_HEADERS);
        return fits ? null : DropReason.FRAGMENT_LIMIT;
    }

    private boolean add(PacketBatch batch, int packet, int slot) {
        if (slot == NONE) {
            batch.drop(packet, DropReason.NO_BUFFER);
            return false;
        }
        Fragment fragment = current;
        DropReason refusal = refusal(slot, fragment.offset, fragment.bytes, fragment.last);
        if (refusal != null) {
            batch.drop(packet, refusal);
            return false;
        }
        store(batch.start(packet), slot, fragment);
        return settle(batch, packet, slot);
    }

    private int find(Fragment fragment) {
        for (int slot = 0; slot < MOST_DATAGRAMS; slot++) {
            if (used[slot] && identification[slot] == fragment.identification
                    && sourceLow[slot] == fragment.sourceLow && destinationLow[slot] == fragment.destinationLow
                    && sourceHigh[slot] == fragment.sourceHigh && destinationHigh[slot] == fragment.destinationHigh
                    && protocol[slot] == fragment.protocol) {
                return slot;
            }
        }
        return NONE;
    }

    private int open(Fragment fragment, long nowNs) {
        int slot = freeSlot();
        long taken = pool.take();
        if (taken == 0) {
            return NONE;
        }
        used[slot] = true;
        spoilt[slot] = false;
        waiting++;
        sourceHigh[slot] = fragment.sourceHigh;
        sourceLow[slot] = fragment.sourceLow;
        destinationHigh[slot] = fragment.destinationHigh;
        destinationLow[slot] = fragment.destinationLow;
        identification[slot] = fragment.identification;
        protocol[slot] = fragment.protocol;
        chunk[slot] = taken;
        sinceNs[slot] = nowNs;
        fragments[slot] = 0;
        headerBytes[slot] = 0;
        dataBytes[slot] = NONE;
        unitsHere[slot] = 0;
        highestUnit[slot] = NONE;
        congested[slot] = false;
        for (int word = 0; word < mapLongs; word++) {
            map[slot * mapLongs + word] = 0;
        }
        return slot;
    }

    /** The oldest gives way if there is none. */
    private int freeSlot() {
        int oldest = 0;
        for (int slot = 0; slot < MOST_DATAGRAMS; slot++) {
            if (!used[slot]) {
                return slot;
            }
            if (sinceNs[slot] - sinceNs[oldest] < 0) {
                oldest = slot;
            }
        }
        give(oldest, DropReason.FRAGMENT_LIMIT);
        return oldest;
    }

    /** Why the fragment is not taken, or null; what contradicts the others spoils all. */
    private @Nullable DropReason refusal(int slot, int offset, int bytes, boolean last) {
        if (spoilt[slot]) {
            return DropReason.FRAGMENT;
        }
        int units = unitsUpTo(offset + bytes) - offset / UNIT_BYTES;
        int here = unitsHere(slot, offset, bytes);
        boolean beyond = dataBytes[slot] != NONE && offset + bytes > dataBytes[slot];
        if (here == units && !beyond) {
            return DropReason.FRAGMENT; // a repeated one
        }
        boolean secondEnd = last && (dataBytes[slot] != NONE || highestUnit[slot] >= unitsUpTo(offset + bytes));
        if (here > 0 || beyond || secondEnd) {
            spoil(slot);
            return DropReason.FRAGMENT;
        }
        if (fragments[slot] == MOST_FRAGMENTS) {
            spoil(slot);
            return DropReason.FRAGMENT_LIMIT;
        }
        return null;
    }

    private static int unitsUpTo(int end) {
        return (end + UNIT_BYTES - 1) / UNIT_BYTES;
    }

    private int unitsHere(int slot, int offset, int bytes) {
        int here = 0;
        for (int unit = offset / UNIT_BYTES; unit < unitsUpTo(offset + bytes); unit++) {
            here += isHere(slot, unit) ? 1 : 0;
        }
        return here;
    }

    private boolean isHere(int slot, int unit) {
        return (map[slot * mapLongs + unit / Long.SIZE] >>> unit & 1) != 0;
    }

    /** What is here of the datagram is dropped, and what still comes will be. */
    private void spoil(int slot) {
        counters.add(DropReason.FRAGMENT, fragments[slot]);
        counters.add(WorkerCounter.HELD, -fragments[slot]);
        fragments[slot] = 0;
        spoilt[slot] = true;
    }

    private void store(long frame, int slot, Fragment fragment) {
        int offset = fragment.offset;
        long data = chunk[slot] + DATA;
        Memory.copy(fragment.data, data + offset, fragment.bytes);
        int end = unitsUpTo(offset + fragment.bytes);
        for (int unit = offset / UNIT_BYTES; unit < end; unit++) {
            map[slot * mapLongs + unit / Long.SIZE] |= 1L << unit;
            unitsHere[slot]++;
        }
        highestUnit[slot] = Math.max(highestUnit[slot], end - 1);
        if (offset == 0) {
            headerBytes[slot] = fragment.headerBytes;
            long ip = data - fragment.headerBytes;
            Memory.copy(frame, ip - EthernetHeader.BYTES, EthernetHeader.BYTES + fragment.headerBytes);
            if (!IpHeader.isIpv4(ip)) {
                Memory.putByte(ip + Ipv6Header.fieldBefore(ip, fragment.headerBytes), fragment.nextHeader);
            }
        }
        if (fragment.last) {
            dataBytes[slot] = offset + fragment.bytes;
        }
        congested[slot] |= (IpHeader.typeOfService(frame + EthernetHeader.BYTES)
                & Ecn.MASK) == Ecn.CONGESTION_EXPERIENCED;
        fragments[slot]++;
        counters.add(WorkerCounter.HELD, 1);
    }

    /** The fragment's chunk goes back, or gives way to the whole datagram's. */
    private boolean settle(PacketBatch batch, int packet, int slot) {
        pool.give(batch.start(packet));
        boolean whole = headerBytes[slot] != 0 && dataBytes[slot] != NONE
                && unitsHere[slot] == unitsUpTo(dataBytes[slot]);
        if (!whole) {
            batch.keep(packet);
            return false;
        }
        counters.add(WorkerCounter.HELD, -fragments[slot]);
        counters.add(WorkerCounter.REASSEMBLED, fragments[slot] - 1L);
        int header = headerBytes[slot];
        long ip = chunk[slot] + DATA - header;
        if (IpHeader.isIpv4(ip)) {
            Ipv4Header.fragment(ip, header + dataBytes[slot], 0);
        } else {
            Ipv6Header.putPayloadLength(ip, header - Ipv6Header.BYTES + dataBytes[slot]);
        }
        if (congested[slot] && (IpHeader.typeOfService(ip) & Ecn.MASK) != 0) {
            IpHeader.changeTypeOfService(ip, IpHeader.typeOfService(ip) | Ecn.CONGESTION_EXPERIENCED); // RFC 3168 §5.3
        }
        batch.place(packet, ip - EthernetHeader.BYTES, EthernetHeader.BYTES + header + dataBytes[slot]);
        used[slot] = false;
        waiting--;
        return true;
    }

    /** Drops what did not become whole in time. */
    void expire(long nowNs) {
        for (int slot = 0; slot < MOST_DATAGRAMS; slot++) {
            if (used[slot] && nowNs - sinceNs[slot] >= PATIENCE_NS) {
                give(slot, DropReason.FRAGMENT_TIMEOUT);
            }
        }
    }

    private void give(int slot, DropReason reason) {
        counters.add(reason, fragments[slot]);
        counters.add(WorkerCounter.HELD, -fragments[slot]);
        pool.give(chunk[slot]);
        used[slot] = false;
        waiting--;
    }
}
