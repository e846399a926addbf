package io.gapura.ffi.afxdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.libc.HugePages;
import io.gapura.ffi.libc.Mapping;
import io.gapura.ffi.libc.NativeSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Packet memory that AF_XDP sockets share: equal chunks, each at a multiple of its size. One for each worker,
 * whose sockets on all ports use it, so that a frame received on one leaves by another without a copy.
 *
 * <p>In rings a frame is named by its offset in this memory. The kernel puts what it receives 256 bytes into a
 * chunk: that room is ours for headers, and costs {@link #RECEIVE_HEADROOM_BYTES} of the largest frame. Close
 * it after all its sockets.
 */
public final class Umem implements AutoCloseable {
    /** XDP_PACKET_HEADROOM: how far into its chunk a received frame starts. */
    public static final int RECEIVE_HEADROOM_BYTES = 256;

    private final Mapping memory;
    private final int chunkBytes;
    /** The descriptor of the first socket, which the others share the registration of; -1 before. */
    private int registration = -1;

    private Umem(Mapping memory, int chunkBytes) {
        this.memory = memory;
        this.chunkBytes = chunkBytes;
    }

    /**
     * Maps the memory, all of it backed by RAM.
     *
     * @param chunkBytes 2048 or 4096
     */
    public static Umem create(int chunks, int chunkBytes, HugePages hugePages) {
        if (chunkBytes != 2048 && chunkBytes != 4096) {
            throw new IllegalArgumentException("AF_XDP's chunks have 2048 or 4096 bytes, not " + chunkBytes);
        }
        return new Umem(Mapping.of((long) chunks * chunkBytes, hugePages), chunkBytes);
    }

    /** Makes this the packet memory of {@code socket}, if that is the first one. */
    void register(NativeSocket socket) {
        if (registration < 0) {
            request(socket);
            registration = socket.descriptor();
        }
    }

    private void request(NativeSocket socket) {
        try (Arena arena = Arena.ofConfined()) {
            // struct xdp_umem_reg { u64 addr, len; u32 chunk_size, headroom, flags, tx_metadata_len; }
            MemorySegment request = arena.allocate(32, 8);
            request.set(JAVA_LONG, 0, memory.address());
            request.set(JAVA_LONG, 8, memory.bytes());
            request.set(JAVA_INT, 16, chunkBytes);
            socket.setOption("setsockopt(XDP_UMEM_REG)", Xdp.SOL_XDP, Xdp.XDP_UMEM_REG, request);
        }
    }

    /** The first socket has gone: the next one registers afresh. */
    void unregister(NativeSocket socket) {
        if (registration == socket.descriptor()) {
            registration = -1;
        }
    }

    int registration() {
        return registration;
    }

    /** The absolute address of offset 0. */
    public long address() {
        return memory.address();
    }

    public int chunkBytes() {
        return chunkBytes;
    }

    public int chunks() {
        return (int) (memory.bytes() / chunkBytes);
    }

    public MemorySegment segment() {
        return memory.segment();
    }

    @Override
    public void close() {
        memory.close();
    }
}
