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
    /** The producer's last look at {@link #CONSUMED}, and the consumer's at {@link #PRODUCED}. */
    private long consumedSeen;
    private long producedSeen;

    /** @param capacity frames; a power of two */
    DescriptorRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("not a power of two: " + capacity);
        }
        this.ring = Arena.ofAuto().allocate(SLOTS + (long) capacity * SLOT_BYTES, 128);
        this.slots = ring.address() + SLOTS;
        this.capacity = capacity;
    }

    /** Producer: puts a frame in; false if the ring is full. */
    boolean offer(long address, int length) {
        long produced = (long) COUNT.get(ring, PRODUCED);
        if (produced - consumedSeen == capacity) {
            consumedSeen = (long) COUNT.getAcquire(ring, CONSUMED); // pairs with advance()
            if (produced - consumedSeen == capacity) {
                return false;
            }
        }
        long slot = slot(produced);
        Memory.putNativeLong(slot, address);
        Memory.putNativeLong(slot + 8, length);
        COUNT.setRelease(ring, PRODUCED, produced + 1); // pairs with isEmpty()
        return true;
    }

    /** How many frames are in the ring. Any thread. */
    int size() {
        long consumed = (long) COUNT.getAcquire(ring, CONSUMED);
        return (int) ((long) COUNT.getAcquire(ring, PRODUCED) - consumed);
    }

    /** Consumer: whether there is no frame to take. */
    boolean isEmpty() {
        long consumed = (long) COUNT.get(ring, CONSUMED);
        if (consumed == producedSeen) {
            producedSeen = (long) COUNT.getAcquire(ring, PRODUCED); // pairs with offer()
        }
        return consumed == producedSeen;
    }

    /** Consumer: the first frame's address. The ring must not be empty. */
    long address() {
        return Memory.nativeLongAt(slot((long) COUNT.get(ring, CONSUMED)));
    }

    /** Consumer: the first frame's length in bytes. The ring must not be empty. */
    int length() {
        return (int) Memory.nativeLongAt(slot((long) COUNT.get(ring, CONSUMED)) + 8);
    }

    /** Consumer: done with the first frame. */
    void advance() {
        COUNT.setRelease(ring, CONSUMED, (long) COUNT.get(ring, CONSUMED) + 1); // pairs with offer()
    }

    private long slot(long count) {
        return slots + (count & (capacity - 1)) * SLOT_BYTES;
    }
}
