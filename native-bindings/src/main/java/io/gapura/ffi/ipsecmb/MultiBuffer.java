package io.gapura.ffi.ipsecmb;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Downcalls;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * IMB_MGR: takes bursts of {@link Job}s, and works on several packets at a time where an algorithm cannot work on
 * several blocks of one packet at a time. Nothing is left in it between two bursts. One thread.
 *
 * <p>Its functions are found in two steps, since no offset in it is sure to stay: the library exports some for each
 * kind of processor, and those that the manager points at are for this one. They do not check jobs.
 *
 * <p>From version 1.4 on a job ends in a session of 16 bytes, which tells its algorithms once more.
 */
public final class MultiBuffer implements AutoCloseable {
    public static final int MOST_JOBS = 64;

    private static final List<String> KINDS = List.of("avx512_t2", "avx512_t1", "avx2_t4", "avx2_t3", "avx2_t2",
            "avx2_t1", "avx_t2", "avx_t1", "sse_t3", "sse_t2", "sse_t1");
    private static final int SESSION_BYTES = 16;
    private static final int SEARCHED_BYTES = 4096;
    private static final int SELF_TEST_FAILED_OR_UNSUPPORTED = 0;

    private static final MethodHandle BURST = Downcalls
            .plain(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG));

    private final SymbolLookup symbols;
    private final long manager;
    private final MemorySegment nextBurst;
    private final MemorySegment submitBurst;
    private final MemorySegment flushBurst;
    /** The addresses of a burst's jobs. */
    private final MemorySegment jobs = Arena.ofAuto().allocate((long) MOST_JOBS * Long.BYTES, 64);
    private final long jobsAddress = jobs.address();
    /** From a job's start to its session; 0 without sessions. */
    private final int sessionOffset;

    MultiBuffer(SymbolLookup symbols) throws MissingLibrary {
        this.symbols = symbols;
        try {
            manager = (long) Downcalls.plain(symbols, "alloc_mb_mgr", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG))
                    .invokeExact(0L);
            Downcalls.plain(symbols, "init_mb_mgr_auto", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG))
                    .invokeExact(manager, 0L);
            int error = (int) Downcalls.plain(symbols, "imb_get_errno", FunctionDescriptor.of(JAVA_INT, JAVA_LONG))
                    .invokeExact(manager);
            if (error != SELF_TEST_FAILED_OR_UNSUPPORTED) {
                throw new MissingLibrary("ipsec-mb cannot run its manager on this processor: error " + error);
            }
        } catch (MissingLibrary useless) {
            throw useless;
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
        String kind = kind();
        nextBurst = Downcalls.symbol(symbols, "get_next_burst_" + kind);
        submitBurst = Downcalls.symbol(symbols, "submit_burst_nocheck_" + kind);
        flushBurst = Downcalls.symbol(symbols, "flush_burst_" + kind);
        sessionOffset = symbols.find("imb_set_session").isPresent() ? jobBytes() - SESSION_BYTES : 0;
    }

    private String kind() throws MissingLibrary {
        for (String kind : KINDS) {
            if (symbols.find("submit_burst_nocheck_" + kind).map(MemorySegment::address).filter(this::isPointedAt)
                    .isPresent()) {
                return kind;
            }
        }
        throw new MissingLibrary("ipsec-mb exports no burst functions for this processor");
    }

    private boolean isPointedAt(long function) {
        for (int offset = 0; offset < SEARCHED_BYTES; offset += Long.BYTES) {
            if (Memory.nativeLongAt(manager + offset) == function) {
                return true;
            }
        }
        return false;
    }

    /** Jobs lie in the manager one behind the other. */
    private int jobBytes() {
        reserve(2);
        return (int) (job(1) - job(0));
    }

    /** Completes a template, of which all else is written, for this library: any manager of its will understand it. */
    public void settle(long template) {
        if (sessionOffset != 0) {
            reserve(1);
            long job = job(0);
            Job.fill(job, template, 0, 0, 0, 0);
            try {
                int session = (int) Downcalls.plain(symbols, "imb_set_session",
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG)).invokeExact(manager, job);
                if (session == 0) {
                    throw new IllegalArgumentException("ipsec-mb does not know these algorithms");
                }
            } catch (IllegalArgumentException refused) {
                throw refused;
            } catch (Throwable thrown) {
                throw Downcalls.unexpected(thrown);
            }
            Job.copyLong(job + sessionOffset, template + Job.TEMPLATE_SESSION);
            Job.copyLong(job + sessionOffset + 8, template + Job.TEMPLATE_SESSION + 8);
        }
    }

    /** Prepares a burst of {@code count} jobs, at most {@link #MOST_JOBS}, to be filled. */
    public void reserve(int count) {
        int reserved = call(nextBurst, count);
        if (reserved != count) {
            throw new IllegalStateException("ipsec-mb has room for " + reserved + " jobs, not " + count);
        }
    }

    /** The address of a job of the burst. */
    public long job(int index) {
        return Memory.nativeLongAt(jobsAddress + (long) index * Long.BYTES);
    }

    /** Fills a job of the burst. */
    public long fill(int index, long template, long text, long textBytes, long iv, long tag) {
        long job = job(index);
        Job.fill(job, template, text, textBytes, iv, tag);
        if (sessionOffset != 0) {
            Job.copyLong(template + Job.TEMPLATE_SESSION, job + sessionOffset);
            Job.copyLong(template + Job.TEMPLATE_SESSION + 8, job + sessionOffset + 8);
        }
        return job;
    }

    /** Does all {@code count} jobs of the burst. */
    public void complete(int count) {
        int done = call(submitBurst, count);
        while (done < count) {
            int flushed = call(flushBurst, MOST_JOBS);
            if (flushed == 0) {
                throw new IllegalStateException("ipsec-mb has lost " + (count - done) + " jobs");
            }
            done += flushed;
        }
    }

    private int call(MemorySegment function, int count) {
        try {
            return (int) BURST.invokeExact(function, manager, count, jobsAddress);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    @Override
    public void close() {
        try {
            Downcalls.plain(symbols, "free_mb_mgr", FunctionDescriptor.ofVoid(JAVA_LONG)).invokeExact(manager);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }
}
