package io.gapura.ffi.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Downcalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * The system calls that Gapura makes, by number, through {@code syscall(2)}: one downcall handle serves them
 * all, and bpf(2), which the C library does not wrap, is a call like any other.
 */
public enum SystemCall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    MMAP(9, 222),
    MUNMAP(11, 215),
    IOCTL(16, 29),
    WRITEV(20, 66),
    MADVISE(28, 233),
    SOCKET(41, 198),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    BIND(49, 200),
    SOCKETPAIR(53, 199),
    SETSOCKOPT(54, 208),
    GETSOCKOPT(55, 209),
    MLOCK(149, 228),
    SCHED_SETAFFINITY(203, 122),
    SCHED_GETAFFINITY(204, 123),
    OPENAT(257, 56),
    PPOLL(271, 73),
    UNSHARE(272, 97),
    PIPE2(293, 59),
    SETNS(308, 268),
    BPF(321, 280);

    private static final int MOST_ARGUMENTS = 6;
    private static final MethodHandle SYSCALL = Downcalls.variadicWithErrno(Downcalls.libc(), "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG),
            1);

    private final long number;

    SystemCall(int x86, int arm) {
        this.number = "aarch64".equals(System.getProperty("os.arch")) ? arm : x86;
    }

    /** The result, or the negative errno. For calls whose failure is ordinary; allocates nothing. */
    public long attempt(long a, long b, long c, long d, long e, long f) {
        try {
            long result = (long) SYSCALL.invokeExact(Downcalls.state(), number, a, b, c, d, e, f);
            return result == -1 ? -Downcalls.errno() : result;
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    /** The result; a failure is an {@link ErrnoException} under the call's name. */
    public long require(long... arguments) {
        return require(name().toLowerCase(Locale.ROOT), arguments);
    }

    /** As {@link #require(long...)}, under a name that says more, such as {@code bind(eth0, queue 3)}. */
    public long require(String call, long... arguments) {
        long[] all = new long[MOST_ARGUMENTS];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        long result = attempt(all[0], all[1], all[2], all[3], all[4], all[5]);
        if (result < 0 && result > -4096) {
            throw new ErrnoException(call, (int) -result);
        }
        return result;
    }
}
