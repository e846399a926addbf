package io.gapura.engine.port;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A ring of frames, for one producer and one consumer thread, laid out like AF_XDP's:
 *
 * <pre>
 *      0  produced   count of frames ever put in; written by the producer
 *    128  consumed   count of frames ever taken out; written by the consumer
 *    256  slots      { long address; long length } each
 * </pre>
 */
final class DescriptorRing {
    private static final VarHandle COUNT = JAVA_LONG.varHandle();
    private static final long PRODUCED = 0;
    private static final long CONSUMED = 128;
    private static final long SLOTS = 256;
    private static final int SLOT_BYTES = 16;

    private final MemorySegment ring;
    private final long slots;
    private final int capacity;
    /** The producer's own count, and its last look at the consumer's. */
    private long produced;
    private long consumedSeen;
    /** The consumer's own count. */
    private long consumed;

    /**
     * An empty ring.
     *
     * @param capacity frames; a power of two
     */
    DescriptorRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("not a power of two: " + capacity);
        }
        this.ring = Arena.ofAuto().allocate(SLOTS + (long) capacity * SLOT_BYTES, 128);
        this.slots = ring.address() + SLOTS;
        this.capacity = capacity;
    }

    /** Producer: puts a frame in, to be seen after {@link #publish}; false if the ring is full. */
    boolean offer(long address, int length) {
        if (produced - consumedSeen == capacity) {
            consumedSeen = (long) COUNT.getAcquire(ring, CONSUMED); // pairs with release()
            if (produced - consumedSeen == capacity) {
                return false;
            }
        }
        long slot = slot(produced++);
        Memory.putNativeLong(slot, address);
        Memory.putNativeLong(slot + 8, length);
        return true;
    }

    /** Producer: shows the consumer what was offered. */
    void publish() {
        COUNT.setRelease(ring, PRODUCED, produced); // pairs with waiting()
    }

    /** Consumer: how many frames there are to take. */
    int waiting() {
        return (int) ((long) COUNT.getAcquire(ring, PRODUCED) - consumed); // pairs with publish()
    }

    /** Consumer: the address of the {@code frame}th waiting frame. */
    long address(int frame) {
        return Memory.nativeLongAt(slot(consumed + frame));
    }

    /** Consumer: the length in bytes of the {@code frame}th waiting frame. */
    int length(int frame) {
        return (int) Memory.nativeLongAt(slot(consumed + frame) + 8);
    }

    /** Consumer: gives the producer back the slots of the first {@code frames} waiting frames. */
    void release(int frames) {
        if (frames > 0) {
            consumed += frames;
            COUNT.setRelease(ring, CONSUMED, consumed); // pairs with offer()
        }
    }

    /** How many frames the producer has shown and the consumer not given back. Any thread. */
    int size() {
        long taken = (long) COUNT.getAcquire(ring, CONSUMED);
        return (int) ((long) COUNT.getAcquire(ring, PRODUCED) - taken);
    }

    private long slot(long count) {
        return slots + (count & (capacity - 1)) * SLOT_BYTES;
    }
}
