package io.gapura.ffi.tun;

import io.gapura.ffi.libc.SystemCall;

/**
 * One queue of a TUN device: packets of IP, each behind a {@link VirtioNetHeader}, never waiting. One thread, but
 * {@link #close} comes last.
 */
public final class TunQueue implements AutoCloseable {
    private final int descriptor;
    private boolean open = true;

    TunQueue(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Takes a packet that the kernel sends by the device, to {@code address}; one that is larger than
     * {@code bytes} is cut off.
     *
     * @return how many bytes it has, header included; or negative errno, EAGAIN if there is none
     */
    public int read(long address, int bytes) {
        return (int) SystemCall.READ.attempt(descriptor, address, bytes, 0, 0, 0);
    }

    /**
     * Gives the kernel a packet, gathered from {@code pieces} of {@code struct iovec} at {@code vector}.
     *
     * @return how many bytes it took, or negative errno
     */
    public int write(long vector, int pieces) {
        return (int) SystemCall.WRITEV.attempt(descriptor, vector, pieces, 0, 0, 0);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            SystemCall.CLOSE.attempt(descriptor, 0, 0, 0, 0, 0);
        }
    }
}
