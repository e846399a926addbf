package io.gapura.ffi.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Downcalls;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.Collection;
import java.util.Objects;

/**
 * Which cores threads may run on, sched_setaffinity(2). What a thread starts afterwards inherits its
 * set. Not for virtual threads, which change their carrier.
 */
public final class Affinity {
    /** Bytes of a {@code cpu_set_t}: room for 1024 cores. */
    private static final int SET_BYTES = 128;
    private static final int CALLING_THREAD = 0;
    private static final File THREADS = new File("/proc/self/task");
    private static final MethodHandle SCHED_GETCPU = Downcalls.critical(Downcalls.libc(), "sched_getcpu",
            FunctionDescriptor.of(JAVA_INT));

    private Affinity() {
    }

    /** Binds the calling thread to one core. An absent or forbidden core is an EINVAL. */
    public static void pin(int cpu) {
        BitSet cpus = new BitSet();
        cpus.set(cpu);
        restrict(cpus);
    }

    /** Restricts the calling thread to {@code cpus}. */
    public static void restrict(BitSet cpus) {
        restrict(CALLING_THREAD, cpus);
    }

    /**
     * Has every thread of this process, the Java machine's compilers and collectors too, leave {@code cpus} to whoever is pinned to
     * one of them afterwards. False if there are no others: then all stays as it is.
     */
    public static boolean vacate(Collection<Integer> cpus) {
        BitSet others = allowed();
        cpus.forEach(others::clear);
        if (others.isEmpty()) {
            return false;
        }
        restrictAll(others);
        return true;
    }

    /** Restricts every thread that this process has, and so what they start afterwards, to {@code cpus}. */
    public static void restrictAll(BitSet cpus) {
        for (File thread : Objects.requireNonNull(THREADS.listFiles(), "no /proc")) {
            try {
                restrict(Integer.parseInt(thread.getName()), cpus);
            } catch (ErrnoException refused) {
                if (refused.errno() != Errno.ESRCH) { // it has ended meanwhile
                    throw refused;
                }
            }
        }
    }

    private static void restrict(int thread, BitSet cpus) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(SET_BYTES, Long.BYTES);
            long[] words = cpus.toLongArray();
            if (words.length * Long.BYTES > SET_BYTES) {
                throw new IllegalArgumentException("no such core: " + (cpus.length() - 1));
            }
            MemorySegment.copy(words, 0, set, JAVA_LONG, 0, words.length);
            SystemCall.SCHED_SETAFFINITY.require("sched_setaffinity(" + cpus + ")", thread, SET_BYTES,
                    set.address());
        }
    }

    /** The cores that the calling thread may run on. */
    public static BitSet allowed() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(SET_BYTES, Long.BYTES);
            SystemCall.SCHED_GETAFFINITY.require(CALLING_THREAD, SET_BYTES, set.address());
            return BitSet.valueOf(set.toArray(JAVA_LONG));
        }
    }

    /** The core that the calling thread runs on at this moment. */
    public static int currentCpu() {
        try {
            return (int) SCHED_GETCPU.invokeExact();
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }
}
