package io.gapura.engine.port;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.Memory;
import io.gapura.ffi.afxdp.XskRing;
import io.gapura.ffi.afxdp.XskSocket;
import io.gapura.ffi.libc.Errno;

/**
 * One queue of a device: moves chunks between the worker's pool and the kernel by the four rings of a socket.
 *
 * <pre>
 *   pool ── provide ──▶ fill ring ──▶ kernel ──▶ receive ring ── receive ──▶ batch
 *   batch ── put, flush ──▶ send ring ──▶ kernel ──▶ completion ring ── reclaim ──▶ pool
 * </pre>
 *
 * In rings a frame is named by its offset in the packet memory. The kernel gives it back with the offset within
 * its chunk, which {@link BufferPool#give} cuts off. Worker thread.
 */
final class AfXdpQueue {
    /** {@code struct xdp_desc { u64 addr; u32 len; u32 options; }}. */
    private static final int LENGTH = 8;
    private static final int OPTIONS = 12;

    /** Chunks are provided when so many are missing, so that the kernel's index is not looked at for each. */
    private static final int PROVIDE_BATCH = 64;

    /** One wake-up sends at least 32 frames; what is left after these waits for the next duty cycle. */
    private static final int MOST_WAKE_UPS = 16;

    private final XskSocket socket;
    private final BufferPool pool;
    private final long memory;
    private final boolean zeroCopy;
    private final XskRing receiveRing;
    private final XskRing sendRing;
    private final XskRing fillRing;
    private final XskRing completionRing;
    /** Frames put into the send ring since the last {@link #flush}. */
    private int staged;
    /** Frames of ours that the kernel has not completed. */
    private int outstanding;

    AfXdpQueue(XskSocket socket, BufferPool pool) {
        this.socket = socket;
        this.pool = pool;
        this.memory = socket.umem().address();
        this.zeroCopy = socket.zeroCopy();
        this.receiveRing = socket.receiveRing();
        this.sendRing = socket.sendRing();
        this.fillRing = socket.fillRing();
        this.completionRing = socket.completionRing();
    }

    /** Appends what has arrived until the batch is full; how many frames. */
    int receive(PacketBatch batch) {
        int room = batch.room();
        int count = Math.min(receiveRing.ready(room), room);
        for (int index = 0; index < count; index++) {
            long descriptor = receiveRing.slot(index);
            batch.add(memory + Memory.nativeLongAt(descriptor), Memory.nativeIntAt(descriptor + LENGTH));
        }
        if (count > 0) {
            receiveRing.advance(count);
        }
        return count;
    }

    /** Puts a frame into the send ring, to be passed on by {@link #flush}; false if there is no room. */
    boolean put(long address, int bytes) {
        if (sendRing.ready(staged + 1) <= staged) {
            return false;
        }
        long descriptor = sendRing.slot(staged++);
        Memory.putNativeLong(descriptor, address - memory);
        Memory.putNativeInt(descriptor + LENGTH, bytes);
        Memory.putNativeInt(descriptor + OPTIONS, 0);
        return true;
    }

    void flush() {
        if (staged > 0) {
            sendRing.advance(staged);
            outstanding += staged;
            staged = 0;
        }
    }

    void poll() {
        if (outstanding > 0) {
            wakeSender();
            reclaim();
        }
        provide();
    }

    /**
     * In copy mode the kernel sends only when it is woken, and then a budget of frames (EAGAIN) or up to one that
     * the device dropped (EBUSY): it is woken until the ring is empty or nothing moves.
     */
    private void wakeSender() {
        int before = Integer.MAX_VALUE;
        for (int count = 0; count < MOST_WAKE_UPS && sendRing.needsWakeup(); count++) {
            int pending = sendRing.pending();
            if (pending == before || (pending == 0 && !zeroCopy)) {
                return;
            }
            before = pending;
            int errno = socket.wakeSender();
            if (errno != Errno.EAGAIN && errno != Errno.EBUSY) {
                return;
            }
        }
    }

    private void reclaim() {
        int count = completionRing.ready(completionRing.size());
        for (int index = 0; index < count; index++) {
            pool.give(memory + Memory.nativeLongAt(completionRing.slot(index)));
        }
        if (count > 0) {
            completionRing.advance(count);
            outstanding -= count;
        }
    }

    private void provide() {
        int room = fillRing.ready(PROVIDE_BATCH);
        int count = Math.min(room, pool.available());
        if (room < PROVIDE_BATCH || count == 0) {
            return;
        }
        for (int index = 0; index < count; index++) {
            Memory.putNativeLong(fillRing.slot(index), pool.take() - memory);
        }
        fillRing.advance(count);
        if (fillRing.needsWakeup()) {
            socket.wakeReceiver();
        }
    }

    XskSocket socket() {
        return socket;
    }
}
