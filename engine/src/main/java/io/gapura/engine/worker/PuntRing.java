package io.gapura.engine.worker;

import io.gapura.engine.PuntHandler;
import io.gapura.ffi.Memory;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** IPv4 datagrams on their way from a worker to the kernel, by copy: bounded, and a full ring is a drop. */
public final class PuntRing {
    private static final int DATAGRAM = 1;
    /** Room for some 600 full-sized datagrams: the kernel is asked for next hops, not for throughput. */
    private static final int RING_BYTES = 1 << 20;

    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH, 64)));

    /** Copies a datagram; false if there is no room. Worker thread. */
    boolean offer(long datagram, int bytes) {
        int index = ring.tryClaim(DATAGRAM, bytes);
        if (index < 0) {
            return false;
        }
        Memory.copy(datagram, ring.buffer().addressOffset() + index, bytes);
        ring.commit(index);
        return true;
    }

    /** Passes waiting datagrams on; how many. Control thread. */
    public int drain(PuntHandler handler) {
        return ring.read(
                (type, buffer, index, bytes) -> handler.onPunt(buffer.addressOffset() + index, bytes));
    }
}
