package io.gapura.ffi.afxdp;

import io.gapura.ffi.Memory;
import io.gapura.ffi.libc.Mapping;
import io.gapura.ffi.libc.NativeSocket;
import java.util.List;

/**
 * An AF_XDP socket without a kernel, for warming up and for tests: its rings lie in memory of our own, and this is
 * their other end. It behaves like the kernel in copy mode: what is sent waits until it is looked at, and wake-ups are
 * real system calls. Needs no privilege. One thread.
 *
 * <pre>
 *   0      receive    each: producer, consumer 128 further, flags 196 further, slots 320 further
 *   n      send
 *   2n     fill
 *   3n     completion
 * </pre>
 */
public final class XskLoopback implements AutoCloseable {
    private static final int CONSUMER = 128;
    private static final int FLAGS = 196;
    private static final int SLOTS = 320;
    private static final int LENGTH = 8;
    private static final int RINGS = 4;

    private final Umem umem;
    private final NativeSocket farSocket;
    private final XskSocket socket;
    private final XskRing receive;
    private final XskRing send;
    private final XskRing fill;
    private final XskRing completion;
    private final long fillFlags;

    private XskLoopback(Umem umem, int frames, List<NativeSocket> sockets) {
        long ringBytes = SLOTS + (long) frames * Xdp.DESCRIPTOR_BYTES;
        Mapping memory = Mapping.anonymous(RINGS * ringBytes);
        long base = memory.address();
        XskRing.Layout receiveLayout = layout(base, frames, Xdp.DESCRIPTOR_BYTES);
        XskRing.Layout sendLayout = layout(base + ringBytes, frames, Xdp.DESCRIPTOR_BYTES);
        XskRing.Layout fillLayout = layout(base + 2 * ringBytes, frames, Xdp.ADDRESS_BYTES);
        XskRing.Layout completionLayout = layout(base + 3 * ringBytes, frames, Xdp.ADDRESS_BYTES);
        this.umem = umem;
        this.farSocket = sockets.get(1);
        this.receive = XskRing.producer(receiveLayout);
        this.send = XskRing.consumer(sendLayout);
        this.fill = XskRing.consumer(fillLayout);
        this.completion = XskRing.producer(completionLayout);
        this.fillFlags = fillLayout.flags();
        Memory.putNativeInt(sendLayout.flags(), Xdp.XDP_RING_NEED_WAKEUP);
        this.socket = XskSocket.unattached(umem, sockets.getFirst(), new XskRings(XskRing.consumer(receiveLayout),
                XskRing.producer(sendLayout), XskRing.producer(fillLayout), XskRing.consumer(completionLayout),
                memory));
    }

    private static XskRing.Layout layout(long base, int frames, int slotBytes) {
        return new XskRing.Layout(base, base + CONSUMER, base + FLAGS, base + SLOTS, frames, slotBytes);
    }

    /** A socket over {@code umem}, with rings of {@code frames} frames each, a power of two. */
    public static XskLoopback over(Umem umem, int frames) {
        return new XskLoopback(umem, frames, NativeSocket.pair(NativeSocket.SOCK_DGRAM));
    }

    /** Our end, like that of a device's queue. */
    public XskSocket socket() {
        return socket;
    }

    /** Receives a copy of the frame at {@code address}; false if no chunk was provided for it. */
    public boolean arrive(long address, int bytes) {
        if (fill.ready(1) == 0 || receive.ready(1) == 0) {
            return false;
        }
        long chunk = Memory.nativeLongAt(fill.slot(0));
        fill.advance(1);
        long frame = chunk + Umem.RECEIVE_HEADROOM_BYTES;
        Memory.copy(address, umem.address() + frame, bytes);
        long descriptor = receive.slot(0);
        Memory.putNativeLong(descriptor, frame);
        Memory.putNativeInt(descriptor + LENGTH, bytes);
        receive.advance(1);
        return true;
    }

    /** Lets {@code wire} look at each frame that was sent, and completes it; how many. */
    public int transmit(Wire wire) {
        int count = send.ready(send.size());
        for (int frame = 0; frame < count; frame++) {
            long descriptor = send.slot(frame);
            long offset = Memory.nativeLongAt(descriptor);
            wire.onFrame(umem.address() + offset, Memory.nativeIntAt(descriptor + LENGTH));
            Memory.putNativeLong(completion.slot(frame), offset);
        }
        send.advance(count);
        completion.advance(count);
        while (farSocket.receive(0, 0, NativeSocket.MSG_DONTWAIT) >= 0) {
            // takes the wake-ups out of the socket, which would be full of them
        }
        return count;
    }

    /** Whether our end is to wake the kernel when it has provided chunks. */
    public void starved(boolean wakeup) {
        Memory.putNativeInt(fillFlags, wakeup ? Xdp.XDP_RING_NEED_WAKEUP : 0);
    }

    /** Also closes the socket. */
    @Override
    public void close() {
        socket.close();
        farSocket.close();
    }

    /** Where sent frames go. */
    public interface Wire {
        /** A frame, which may be read until this returns. */
        void onFrame(long address, int bytes);
    }
}
