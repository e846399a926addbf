package io.gapura.ffi.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Downcalls;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Packet memory that devices take buffers from and give them back to: one {@link Mbuf} for each of equal chunks,
 * which lie at multiples of their size in memory of their own.
 *
 * <pre>
 *   mbufs    ▢ ▢ ▢ …             128 bytes and DPDK's header each
 *            │ │ └───────────────────┐
 *   chunks   [0        ][1        ][2        ]     frames start 128 to 320 bytes into a chunk
 * </pre>
 *
 * Buffers start 0, 64, 128 or 192 bytes into their chunks, or else the first lines of all frames would share one set
 * of the first-level cache. So the chunk of any address is found by its upper bits, and the mbuf of a chunk by its number. What the worker
 * takes and gives by {@link #take} and {@link #give} passes by the pool's ring, through the table of functions that
 * DPDK's inline code would use. Bursts by one thread at a time.
 */
public final class Mempool {
    /** Of each thread that DPDK knows; the largest. */
    private static final int CACHE_SIZE = 512;
    /** Network cards want room for 2048 bytes behind the headroom. */
    public static final int CHUNK_BYTES = 4096;
    /** Free bytes behind the longest frame that is received. */
    public static final int TAILROOM_BYTES = 64;
    private static final int CHUNK_SHIFT = 12;
    private static final int COLOURS = 4;
    private static final int COLOUR_BYTES = 64;
    private static final int BUFFER_BYTES = CHUNK_BYTES - (COLOURS - 1) * COLOUR_BYTES - TAILROOM_BYTES;
    /** The longest frame that is received. */
    public static final int MOST_FRAME_BYTES = BUFFER_BYTES - Mbuf.HEADROOM_BYTES;
    /** {@code struct rte_pktmbuf_extmem { void *buf_ptr; u64 buf_iova; size_t buf_len; u16 elt_size; }}. */
    private static final int EXTERNAL_BYTES = 32;

    /** In {@code struct rte_mempool}: which row of the table of functions is its. */
    private static final int OPS_INDEX = 88;
    private static final int OPS_TABLE_HEADER_BYTES = 64;
    private static final int OPS_BYTES = 128;
    private static final int OPS_ENQUEUE = 48;
    private static final int OPS_DEQUEUE = 56;
    private static final int MOST_OPS = 16;

    private static final MethodHandle POOL_OPERATION = Downcalls.critical(FunctionDescriptor.of(JAVA_INT, JAVA_LONG,
            JAVA_LONG, JAVA_INT));

    private final RteLibraries libraries;
    private final long pool;
    private final long memory;
    private final long[] mbufs;
    private final MemorySegment enqueue;
    private final MemorySegment dequeue;

    private Mempool(RteLibraries libraries, long pool, long memory, int chunks) {
        this.libraries = libraries;
        this.pool = pool;
        this.memory = memory;
        this.mbufs = new long[chunks];
        int index = Memory.nativeIntAt(pool + OPS_INDEX);
        if (index < 0 || index >= MOST_OPS) {
            throw unknownLayout("a pool's operations have the number " + index);
        }
        long operations = libraries.address("rte_mempool_ops_table") + OPS_TABLE_HEADER_BYTES
                + (long) index * OPS_BYTES;
        this.enqueue = MemorySegment.ofAddress(Memory.nativeLongAt(operations + OPS_ENQUEUE));
        this.dequeue = MemorySegment.ofAddress(Memory.nativeLongAt(operations + OPS_DEQUEUE));
    }

    static Mempool create(RteLibraries libraries, String name, int chunks, int node) {
        long bytes = (long) chunks * CHUNK_BYTES;
        long memory = libraries.requirePointer("rte_malloc(%d bytes) for the pool %s".formatted(bytes, name),
                "rte_malloc_socket", 0, bytes, CHUNK_BYTES, node);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment external = arena.allocate(EXTERNAL_BYTES, 8);
            external.set(JAVA_LONG, 0, memory);
            external.set(JAVA_LONG, 8, memory);
            external.set(JAVA_LONG, 16, bytes);
            external.set(JAVA_LONG, 24, CHUNK_BYTES);
            long cache = Math.min(CACHE_SIZE, chunks / 4);
            long pool = libraries.requirePointer("rte_pktmbuf_pool_create_extbuf(%s, %d)".formatted(name, chunks),
                    "rte_pktmbuf_pool_create_extbuf", arena.allocateFrom(name).address(), chunks, cache, 0,
                    BUFFER_BYTES, node, external.address(), 1);
            Mempool created = new Mempool(libraries, pool, memory, chunks);
            created.learnMbufs();
            return created;
        } catch (RuntimeException failed) {
            libraries.call("rte_free", memory);
            throw failed;
        }
    }

    /**
     * Takes every buffer of the fresh pool, notes which chunk it describes, and gives all back. A structure other
     * than it is known here shows in this: then nothing is to be done with this DPDK.
     */
    private void learnMbufs() {
        try (Arena arena = Arena.ofConfined()) {
            long pointers = arena.allocate(JAVA_LONG, mbufs.length).address();
            if (!take(pointers, mbufs.length)) {
                throw unknownLayout("a fresh pool is not full");
            }
            for (int index = 0; index < mbufs.length; index++) {
                learn(Memory.nativeLongAt(pointers + 8L * index));
            }
            give(pointers, mbufs.length);
        }
    }

    private void learn(long mbuf) {
        long offset = Mbuf.buffer(mbuf) - memory;
        boolean known = Mbuf.pool(mbuf) == pool && Mbuf.next(mbuf) == 0 && Mbuf.bufferBytes(mbuf) >= BUFFER_BYTES
                && contains(Mbuf.buffer(mbuf)) && offset % CHUNK_BYTES == 0
                && mbufs[(int) (offset >>> CHUNK_SHIFT)] == 0;
        if (!known) {
            throw unknownLayout("a fresh buffer at %x is not what it should be".formatted(mbuf));
        }
        int chunk = (int) (offset >>> CHUNK_SHIFT);
        mbufs[chunk] = mbuf;
        Mbuf.adopt(mbuf, chunk % COLOURS * COLOUR_BYTES, BUFFER_BYTES);
    }

    private IllegalStateException unknownLayout(String how) {
        return new IllegalStateException("%s has structures that are not known here: %s; it may have been built with"
                .formatted(libraries.version(), how) + " unusual options, use the distribution's package");
    }

    /** Takes {@code count} buffers past the threads' caches, their pointers to {@code pointers}; all or none. */
    public boolean take(long pointers, int count) {
        try {
            return (int) POOL_OPERATION.invokeExact(dequeue, pool, pointers, count) == 0;
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    /** Gives back {@code count} buffers, one segment each. */
    public void give(long pointers, int count) {
        try {
            int never = (int) POOL_OPERATION.invokeExact(enqueue, pool, pointers, count);
            if (never != 0) {
                throw new IllegalStateException("a pool was given more buffers than it has");
            }
        } catch (RuntimeException overfull) {
            throw overfull;
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    /** The descriptor of the chunk that {@code address} lies in. */
    public long mbufOf(long address) {
        return mbufs[(int) ((address - memory) >>> CHUNK_SHIFT)];
    }

    /** Whether the address lies in one of the chunks. */
    public boolean contains(long address) {
        return Long.compareUnsigned(address - memory, (long) mbufs.length << CHUNK_SHIFT) < 0;
    }

    public MemorySegment segment() {
        return Memory.segment(memory, (long) mbufs.length * CHUNK_BYTES);
    }

    public int chunks() {
        return mbufs.length;
    }

    /** How many are free, those in caches included: for tests and statistics, it looks at every thread's. */
    public int available() {
        return (int) libraries.call("rte_mempool_avail_count", pool);
    }

    /** The C object. */
    long pointer() {
        return pool;
    }

    /** After all devices that take from it. */
    public void free() {
        libraries.call("rte_mempool_free", pool);
        libraries.call("rte_free", memory);
    }
}
