package io.gapura.ffi.afxdp;

import io.gapura.ffi.Memory;

/**
 * Our end of a ring shared with the kernel: of the transmit and fill rings the producer's, of the receive and
 * completion rings the consumer's. Both do the same three steps: ask how many slots are {@link #ready}, write
 * or read each {@link #slot}, then {@link #advance} past them.
 *
 * <pre>
 *     producer   ┐ u32 each, counting slots for ever; each is written by one side only
 *     consumer   ┘
 *     flags        bit 0: the kernel sleeps until woken
 *     slots        a power of two of them
 * </pre>
 *
 * One thread. The kernel is the other.
 */
public final class XskRing {
    private final long ownIndex;
    private final long kernelIndex;
    private final long flags;
    private final long slots;
    private final int slotBytes;
    private final int mask;
    /** A producer may be this many slots ahead of the kernel, a consumer none. */
    private final int lead;
    private int own;
    private int kernelSeen;

    private XskRing(Layout layout, long ownIndex, long kernelIndex, int lead) {
        if (Integer.bitCount(layout.size) != 1) {
            throw new IllegalArgumentException("a ring's size must be a power of two: " + layout.size);
        }
        this.ownIndex = ownIndex;
        this.kernelIndex = kernelIndex;
        this.flags = layout.flags;
        this.slots = layout.slots;
        this.slotBytes = layout.slotBytes;
        this.mask = layout.size - 1;
        this.lead = lead;
    }

    /** Where the parts of a ring lie, as absolute addresses; {@code size} in slots. */
    record Layout(long producer, long consumer, long flags, long slots, int size, int slotBytes) {}

    static XskRing producer(Layout layout) {
        return new XskRing(layout, layout.producer, layout.consumer, layout.size);
    }

    static XskRing consumer(Layout layout) {
        return new XskRing(layout, layout.consumer, layout.producer, 0);
    }

    /** How many slots can be used now, looking at the kernel's index only if {@code wanted} are not known to be. */
    public int ready(int wanted) {
        int known = kernelSeen + lead - own;
        if (known >= wanted) {
            return known;
        }
        kernelSeen = Memory.acquireNativeInt(kernelIndex); // the kernel's release: what it wrote or freed is ours
        return kernelSeen + lead - own;
    }

    /** The address of the {@code index}-th ready slot. */
    public long slot(int index) {
        return slots + (long) (own + index & mask) * slotBytes;
    }

    /** Passes the first {@code count} ready slots to the kernel. */
    public void advance(int count) {
        own += count;
        Memory.releaseNativeInt(ownIndex, own); // the kernel's acquire: it sees what we wrote or have read
    }

    /** Whether the kernel looks at this ring only after being woken. Of transmit and fill rings. */
    public boolean needsWakeup() {
        return (Memory.nativeIntAt(flags) & Xdp.XDP_RING_NEED_WAKEUP) != 0;
    }

    /** Of a producer: slots that the kernel has not taken yet. */
    public int pending() {
        return own - Memory.acquireNativeInt(kernelIndex);
    }

    public int size() {
        return mask + 1;
    }
}
