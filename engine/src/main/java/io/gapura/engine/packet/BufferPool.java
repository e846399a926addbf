package io.gapura.engine.packet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The chunks of memory that one worker's packets lie in, shared by all its ports, so that a packet moves
 * between them without a copy.
 *
 * <p>Chunks are aligned to their own size, a power of two: the chunk of any address in it is
 * {@code address & -chunkBytes}. Free ones are kept in a stack, hot ones on top. One worker's thread.
 *
 * <p>Where a network card's driver owns the chunks, the stack holds a few of them, and a {@link Reserve} the others.
 */
public final class BufferPool {
    /** Where chunks come from when the stack is empty, and go when it is full. */
    public interface Reserve {
        /** Fills {@code stack} from its bottom with free chunks, as far as there are any or it likes; how many. */
        int refill(long[] stack);

        /** Takes back the {@code count} chunks from {@code first} on. */
        void spill(long[] stack, int first, int count);
    }

    /** Free bytes in front of a received frame; AF_XDP's own. Outer IPv4, UDP, ESP header and IV need 52. */
    public static final int HEADROOM_BYTES = 256;

    /** Free bytes behind a received frame that ESP's padding, trailer and ICV may take; they need 49. */
    public static final int TAILROOM_BYTES = 64;

    /** Of a pool whose stack has room for all. */
    private static final Reserve NONE = new Reserve() {
        @Override
        public int refill(long[] stack) {
            return 0;
        }

        @Override
        public void spill(long[] stack, int first, int count) {
            throw new IllegalStateException("a pool was given more chunks than it has");
        }
    };

    private final MemorySegment memory;
    private final int chunkBytes;
    private final long[] free;
    private final Reserve reserve;
    private int available;

    private BufferPool(MemorySegment memory, int chunkBytes, int stackChunks, Reserve reserve) {
        if (Integer.bitCount(chunkBytes) != 1 || chunkBytes < 2048) {
            throw new IllegalArgumentException("chunks must be a power of two of at least 2048 bytes: " + chunkBytes);
        }
        if (memory.address() % chunkBytes != 0) {
            throw new IllegalArgumentException("memory is not aligned to its chunks");
        }
        this.memory = memory;
        this.chunkBytes = chunkBytes;
        this.free = new long[stackChunks];
        this.reserve = reserve;
    }

    private BufferPool(MemorySegment memory, int chunkBytes) {
        this(memory, chunkBytes, Math.toIntExact(memory.byteSize() / chunkBytes), NONE);
        for (int chunk = free.length; chunk-- > 0;) {
            give(memory.address() + (long) chunk * chunkBytes);
        }
    }

    /** A pool in memory of its own, which lives as long as the pool does. */
    public static BufferPool allocate(int chunks, int chunkBytes) {
        return over(Arena.ofAuto().allocate((long) chunks * chunkBytes, chunkBytes), chunkBytes);
    }

    /** A pool over {@code memory}, such as a UMEM, which must be aligned to {@code chunkBytes}. */
    public static BufferPool over(MemorySegment memory, int chunkBytes) {
        return new BufferPool(memory, chunkBytes);
    }

    /** A pool over {@code memory} whose free chunks are in {@code reserve}, all but {@code stackChunks} at most. */
    public static BufferPool before(Reserve reserve, MemorySegment memory, int chunkBytes, int stackChunks) {
        return new BufferPool(memory, chunkBytes, stackChunks, reserve);
    }

    /** The start of a free chunk, or 0 if there is none. */
    public long take() {
        if (available == 0) {
            available = reserve.refill(free);
        }
        return available == 0 ? 0 : free[--available];
    }

    /** Takes back the chunk that {@code address} lies in. */
    public void give(long address) {
        if (available == free.length) {
            spill();
        }
        free[available++] = address & -chunkBytes;
    }

    /** The upper half, so that neither the next give nor the next take asks the reserve again. */
    private void spill() {
        int count = (available + 1) / 2;
        available -= count;
        reserve.spill(free, available, count);
    }

    /** How many free chunks the stack holds. */
    public int available() {
        return available;
    }

    /** How many chunks the memory has. */
    public int chunks() {
        return (int) (memory.byteSize() / chunkBytes);
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
