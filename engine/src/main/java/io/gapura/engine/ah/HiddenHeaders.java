package io.gapura.engine.ah;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The headers in front of AH, kept as they travel while their {@link MutableFields} are zero for the time of a batch of MACs. By row of
 * the batch; one worker's thread.
 */
final class HiddenHeaders {
    /** IPv4's at most 60, and extension headers of IPv6 that are no longer than it takes: what is longer is dropped. */
    static final int MOST_BYTES = 256;

    private final MemorySegment memory = Arena.ofAuto().allocate((AeadBatch.CAPACITY + 1L) * MOST_BYTES, 64);
    private final long copies = memory.address();
    private final long spare = copies + (long) AeadBatch.CAPACITY * MOST_BYTES;
    private final long[] addresses = new long[AeadBatch.CAPACITY];
    private final int[] lengths = new int[AeadBatch.CAPACITY];

    /** Whether {@link #hide} could. */
    boolean isPossible(long ip, int bytes) {
        if (bytes > MOST_BYTES) {
            return false;
        }
        Memory.copy(ip, spare, bytes);
        return MutableFields.zero(spare, spare + bytes);
    }

    /** Zeroes the mutable fields of the headers from {@code ip} on until {@link #show}; false if that {@link #isPossible} not. */
    boolean hide(int row, long ip, int bytes) {
        if (bytes > MOST_BYTES) {
            return false;
        }
        Memory.copy(ip, copy(row), bytes);
        addresses[row] = ip;
        lengths[row] = bytes;
        if (MutableFields.zero(ip, ip + bytes)) {
            return true;
        }
        show(row);
        return false;
    }

    void show(int row) {
        Memory.copy(copy(row), addresses[row], lengths[row]);
    }

    private long copy(int row) {
        return copies + (long) row * MOST_BYTES;
    }

    /** Where the row's IP header is. */
    long ip(int row) {
        return addresses[row];
    }

    /** How far it is from there to AH. */
    int bytes(int row) {
        return lengths[row];
    }
}
