package io.gapura.ffi.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.gapura.ffi.Downcalls;
import io.gapura.ffi.Memory;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Bursts of one queue, by the exported table {@code rte_eth_fp_ops} that DPDK's inline functions read: a row of 128
 * bytes for each port, in an order that changed with 23.11.
 *
 * <pre>
 *               receive function   receive queues   send function   send queues
 *   to 22.11            0                24               64             88
 *   from 23.11         16                 0               80             64
 * </pre>
 *
 * The row is filled while the device is started, and read once: a device that is stopped and started needs new
 * objects. One thread.
 */
public final class FastPath {
    private static final int ROW_BYTES = 128;
    private static final int FIRST_ABI_IN_NEW_ORDER = 24;
    private static final FunctionDescriptor BURST = FunctionDescriptor.of(JAVA_SHORT, JAVA_LONG, JAVA_LONG,
            JAVA_SHORT);
    private static final MethodHandle CRITICAL = Downcalls.critical(BURST);
    private static final MethodHandle PLAIN = Downcalls.plain(BURST);

    private final MemorySegment function;
    private final long queue;
    /** Whether the function makes system calls, during which safepoints must not be held back. */
    private final boolean blocks;

    private FastPath(MemorySegment function, long queue, boolean blocks) {
        this.function = function;
        this.queue = queue;
        this.blocks = blocks;
    }

    static FastPath receiving(RteLibraries libraries, int port, int queue, boolean blocks) {
        return libraries.abi() >= FIRST_ABI_IN_NEW_ORDER
                ? read(libraries, port, queue, 16, 0, blocks)
                : read(libraries, port, queue, 0, 24, blocks);
    }

    static FastPath sending(RteLibraries libraries, int port, int queue, boolean blocks) {
        return libraries.abi() >= FIRST_ABI_IN_NEW_ORDER
                ? read(libraries, port, queue, 80, 64, blocks)
                : read(libraries, port, queue, 64, 88, blocks);
    }

    private static FastPath read(RteLibraries libraries, int port, int queue, int functionAt, int queuesAt,
            boolean blocks) {
        long row = libraries.address("rte_eth_fp_ops") + (long) port * ROW_BYTES;
        long queues = Memory.nativeLongAt(row + queuesAt);
        return new FastPath(MemorySegment.ofAddress(Memory.nativeLongAt(row + functionAt)),
                Memory.nativeLongAt(queues + 8L * queue), blocks);
    }

    /**
     * Receives or sends at most {@code count} buffers, whose pointers stand at {@code pointers}; how many it did.
     * What was not sent stays the caller's.
     */
    public int burst(long pointers, int count) {
        try {
            short done = blocks
                    ? (short) PLAIN.invokeExact(function, queue, pointers, (short) count)
                    : (short) CRITICAL.invokeExact(function, queue, pointers, (short) count);
            return done & 0xffff;
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }
}
