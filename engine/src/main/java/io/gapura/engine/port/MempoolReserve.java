package io.gapura.engine.port;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.engine.packet.BufferPool;
import io.gapura.ffi.Memory;
import io.gapura.ffi.dpdk.Mbuf;
import io.gapura.ffi.dpdk.Mempool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The chunks of a worker that are in DPDK's hands. One worker's thread. */
final class MempoolReserve implements BufferPool.Reserve {
    /** What a worker may have in its hands: a batch that is dropped, and one that came by a link. */
    private static final int STACK_CHUNKS = 128;
    private static final int REFILL_CHUNKS = 32;

    private final Mempool mempool;
    private final MemorySegment memory = Arena.ofAuto().allocate(JAVA_LONG, STACK_CHUNKS);
    private final long pointers = memory.address();

    private MempoolReserve(Mempool mempool) {
        this.mempool = mempool;
    }

    static BufferPool pool(Mempool mempool) {
        return BufferPool.before(new MempoolReserve(mempool), mempool.segment(), Mempool.CHUNK_BYTES, STACK_CHUNKS);
    }

    @Override
    public int refill(long[] stack) {
        if (!mempool.take(pointers, REFILL_CHUNKS)) {
            return 0;
        }
        for (int index = 0; index < REFILL_CHUNKS; index++) {
            stack[index] = Mbuf.buffer(Memory.nativeLongAt(pointers + 8L * index)) & -Mempool.CHUNK_BYTES;
        }
        return REFILL_CHUNKS;
    }

    @Override
    public void spill(long[] stack, int first, int count) {
        for (int index = 0; index < count; index++) {
            Memory.putNativeLong(pointers + 8L * index, mempool.mbufOf(stack[first + index]));
        }
        mempool.give(pointers, count);
    }
}
