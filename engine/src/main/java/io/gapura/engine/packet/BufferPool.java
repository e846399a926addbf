package io.gapura.engine.packet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The chunks of memory that one worker's packets lie in, shared by all its ports, so that a packet moves
 * between them without a copy.
 *
 * <p>Chunks are aligned to their own size, a power of two: the chunk of any address in it is
 * {@code address & -chunkBytes}. Free ones are kept in a stack, hot ones on top. One worker's thread.
 */
public final class BufferPool {
    /** Free bytes in front of a received frame; AF_XDP's own. Outer IPv4, UDP, ESP header and IV need 44. */
    public static final int HEADROOM_BYTES = 256;

    /** Free bytes behind a received frame that ESP's padding, trailer and ICV may take; they need 21. */
    public static final int TAILROOM_BYTES = 64;

    private final MemorySegment memory;
    private final int chunkBytes;
    private final long[] free;
    private int available;

    private BufferPool(MemorySegment memory, int chunks, int chunkBytes) {
        this.memory = memory;
        this.chunkBytes = chunkBytes;
        this.free = new long[chunks];
        for (int chunk = chunks; chunk-- > 0;) {
            give(memory.address() + (long) chunk * chunkBytes);
        }
    }

    /** A pool in memory of its own, which lives as long as the pool does. */
    public static BufferPool allocate(int chunks, int chunkBytes) {
        return over(Arena.ofAuto().allocate((long) chunks * chunkBytes, chunkBytes), chunkBytes);
    }

    /** A pool over {@code memory}, such as a UMEM, which must be aligned to {@code chunkBytes}. */
    public static BufferPool over(MemorySegment memory, int chunkBytes) {
        if (Integer.bitCount(chunkBytes) != 1 || chunkBytes < 2048) {
            throw new IllegalArgumentException("chunks must be a power of two of at least 2048 bytes: " + chunkBytes);
        }
        if (memory.address() % chunkBytes != 0) {
            throw new IllegalArgumentException("memory is not aligned to its chunks");
        }
        return new BufferPool(memory, Math.toIntExact(memory.byteSize() / chunkBytes), chunkBytes);
    }

    /** The start of a free chunk, or 0 if there is none. */
    public long take() {
        return available == 0 ? 0 : free[--available];
    }

    /** Takes back the chunk that {@code address} lies in. */
    public void give(long address) {
        free[available++] = address & -chunkBytes;
    }

    public int available() {
        return available;
    }

    public int chunks() {
        return free.length;
    }

    public int chunkBytes() {
        return chunkBytes;
    }

    /** The first address behind the chunk that {@code address} lies in. */
    public long chunkEnd(long address) {
        return (address & -chunkBytes) + chunkBytes;
    }

    /** The longest frame that can be received and still grow at both ends. */
    public int maxFrameBytes() {
        return chunkBytes - HEADROOM_BYTES - TAILROOM_BYTES;
    }

    public MemorySegment memory() {
        return memory;
    }
}
