package io.gapura.ffi.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A socket of a family that Java has no class for. Errors that are ordinary on a non-blocking socket come
 * back as negative errno, the others as {@link ErrnoException}.
 *
 * <p>One thread at a time, but {@link #close} must come last: a closed descriptor's number is soon another's.
 */
public final class NativeSocket implements AutoCloseable {
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOL_SOCKET = 1;
    /** Flag of {@link #send} and {@link #receive}: rather EAGAIN than wait. */
    public static final int MSG_DONTWAIT = 0x40;

    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int AF_UNIX = 1;
    private static final int POLLIN = 1;
    private static final long NO_ADDRESS = 0;

    private final int descriptor;
    private boolean open = true;

    private NativeSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /** socket(2); closed on exec. */
    public static NativeSocket open(int family, int type, int protocol) {
        String call = "socket(family " + family + ", type " + type + ", protocol " + protocol + ")";
        return new NativeSocket((int) SystemCall.SOCKET.require(call, family, type | SOCK_CLOEXEC, protocol));
    }

    /** socketpair(2): two sockets of this process that are connected to each other. */
    public static List<NativeSocket> pair(int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment descriptors = arena.allocate(JAVA_INT, 2);
            SystemCall.SOCKETPAIR.require("socketpair(AF_UNIX, type " + type + ")", AF_UNIX, type | SOCK_CLOEXEC, 0,
                    descriptors.address());
            return List.of(new NativeSocket(descriptors.getAtIndex(JAVA_INT, 0)),
                    new NativeSocket(descriptors.getAtIndex(JAVA_INT, 1)));
        }
    }

    public int descriptor() {
        return descriptor;
    }

    /** bind(2) to a {@code sockaddr_…}; {@code call} is what an error is reported under. */
    public void bind(String call, MemorySegment address) {
        SystemCall.BIND.require(call, descriptor, address.address(), address.byteSize());
    }

    public void setOption(String call, int level, int option, MemorySegment value) {
        SystemCall.SETSOCKOPT.require(call, descriptor, level, option, value.address(), value.byteSize());
    }

    public void setOption(String call, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            setOption(call, level, option, arena.allocateFrom(JAVA_INT, value));
        }
    }

    /** getsockopt(2) into {@code value}; how many bytes the kernel wrote. */
    public int option(String call, int level, int option, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
            SystemCall.GETSOCKOPT.require(call, descriptor, level, option, value.address(), length.address());
            return length.get(JAVA_INT, 0);
        }
    }

    /** Sends {@code bytes} bytes at {@code address}: how many went, or negative errno. */
    public long send(long address, long bytes, int flags) {
        return SystemCall.SENDTO.attempt(descriptor, address, bytes, flags, NO_ADDRESS, 0);
    }

    /** As {@link #send}, to a {@code sockaddr_…} of {@code destinationBytes} bytes at {@code destination}. */
    public long sendTo(long address, long bytes, int flags, long destination, int destinationBytes) {
        return SystemCall.SENDTO.attempt(descriptor, address, bytes, flags, destination, destinationBytes);
    }

    /** Receives at most {@code bytes} bytes to {@code address}: how many came, or negative errno. */
    public long receive(long address, long bytes, int flags) {
        return SystemCall.RECVFROM.attempt(descriptor, address, bytes, flags, NO_ADDRESS, 0);
    }

    /** Waits at most {@code timeoutNs} for something to receive; false on time-out or a signal. */
    public boolean awaitReadable(long timeoutNs) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8, 4); // struct pollfd { int fd; short events, revents; }
            poll.set(JAVA_INT, 0, descriptor);
            poll.set(JAVA_SHORT, 4, (short) POLLIN);
            MemorySegment timeout = arena.allocate(16, 8); // struct timespec { long tv_sec, tv_nsec; }
            timeout.set(JAVA_LONG, 0, timeoutNs / 1_000_000_000);
            timeout.set(JAVA_LONG, 8, timeoutNs % 1_000_000_000);
            return SystemCall.PPOLL.attempt(poll.address(), 1, timeout.address(), 0, 0, 0) > 0;
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            SystemCall.CLOSE.attempt(descriptor, 0, 0, 0, 0, 0);
        }
    }
}
