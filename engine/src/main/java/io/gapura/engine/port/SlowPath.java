package io.gapura.engine.port;

import io.gapura.ffi.libc.TapDevice;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BufferUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * The way between a port and the kernel: a TAP device with the port's Ethernet address, by which ARP, IKE, routing
 * protocols and whatever else is not the engine's stay the kernel's.
 *
 * <pre>
 *   network card ── worker ── write(2) ─────────────────────▶ TAP
 *   network card ◀── first worker ◀── ring ◀── TapReader ◀─── TAP
 * </pre>
 *
 * What does not fit is lost and counted, as on a wire.
 */
final class SlowPath {
    private static final int FRAME = 1;
    /** Room for a window of TCP in full frames: the kernel's own traffic is not throughput. */
    private static final int RING_BYTES = 1 << 19;
    private static final int MOST_FRAMES = 32;

    private final TapDevice tap;
    private final OneToOneRingBuffer fromKernel = new OneToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH, 64)));
    private final AtomicLong lost = new AtomicLong();
    private final MessageHandler sendCopy = (type, buffer, index, bytes) -> sendCopy(buffer.addressOffset() + index,
            bytes);
    private @Nullable DpdkPort sender;

    SlowPath(TapDevice tap) {
        this.tap = tap;
    }

    /** The port by which the kernel's frames leave. Before any is drained. */
    void leaveBy(DpdkPort port) {
        sender = port;
    }

    /** A device that is down, or slower than we are, takes no frames. Worker's thread. */
    void toKernel(long frame, int bytes) {
        if (tap.write(frame, bytes) < 0) {
            lost.incrementAndGet();
        }
    }

    /** Takes over a frame from the kernel, which lies in {@code scratch}. {@link TapReader}'s thread. */
    void fromKernel(UnsafeBuffer scratch, int bytes) {
        if (!fromKernel.write(FRAME, scratch, 0, bytes)) {
            lost.incrementAndGet();
        }
    }

    /** Sends what the kernel wants to have sent, if {@code asking} is the port that it leaves by. Worker's thread. */
    void drain(DpdkPort asking) {
        if (asking == sender) {
            fromKernel.read(sendCopy, MOST_FRAMES);
        }
    }

    private void sendCopy(long frame, int bytes) {
        if (sender == null || !sender.sendCopy(frame, bytes)) {
            lost.incrementAndGet();
        }
    }

    TapDevice tap() {
        return tap;
    }

    /** Frames lost in either direction. Any thread. */
    long lost() {
        return lost.get();
    }
}
