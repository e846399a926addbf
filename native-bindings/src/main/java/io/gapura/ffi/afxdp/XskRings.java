package io.gapura.ffi.afxdp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.Mapping;
import io.gapura.ffi.libc.NativeSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The four rings of a socket: made by the kernel, then mapped where it says their parts are. */
final class XskRings implements AutoCloseable {
    /** {@code struct xdp_mmap_offsets} has { u64 producer, consumer, desc, flags } for each ring in this order. */
    private enum Place {
        RECEIVE(Xdp.XDP_RX_RING, Xdp.XDP_PGOFF_RX_RING, Xdp.DESCRIPTOR_BYTES),
        SEND(Xdp.XDP_TX_RING, Xdp.XDP_PGOFF_TX_RING, Xdp.DESCRIPTOR_BYTES),
        FILL(Xdp.XDP_UMEM_FILL_RING, Xdp.XDP_UMEM_PGOFF_FILL_RING, Xdp.ADDRESS_BYTES),
        COMPLETION(Xdp.XDP_UMEM_COMPLETION_RING, Xdp.XDP_UMEM_PGOFF_COMPLETION_RING, Xdp.ADDRESS_BYTES);

        private static final int OFFSETS_BYTES = 4 * Long.BYTES;

        private final int option;
        private final long pageOffset;
        private final int slotBytes;

        Place(int option, long pageOffset, int slotBytes) {
            this.option = option;
            this.pageOffset = pageOffset;
            this.slotBytes = slotBytes;
        }
    }

    private final List<Mapping> mappings;
    private final XskRing receive;
    private final XskRing send;
    private final XskRing fill;
    private final XskRing completion;

    /** Maps into {@code mappings}, which the caller closes if this fails. */
    private XskRings(NativeSocket socket, XskSettings settings, List<Mapping> mappings) {
        this.mappings = mappings;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment offsets = offsets(socket, arena);
            receive = XskRing.consumer(map(socket, Place.RECEIVE, settings.receiveFrames(), offsets));
            send = XskRing.producer(map(socket, Place.SEND, settings.sendFrames(), offsets));
            fill = XskRing.producer(map(socket, Place.FILL, settings.fillFrames(), offsets));
            completion = XskRing.consumer(map(socket, Place.COMPLETION, settings.completionFrames(), offsets));
        }
    }

    /** In memory that no kernel knows. */
    XskRings(XskRing receive, XskRing send, XskRing fill, XskRing completion, Mapping memory) {
        this.mappings = List.of(memory);
        this.receive = receive;
        this.send = send;
        this.fill = fill;
        this.completion = completion;
    }

    /** Before the socket is bound. */
    static XskRings create(NativeSocket socket, XskSettings settings) {
        create(socket, Place.RECEIVE, settings.receiveFrames());
        create(socket, Place.SEND, settings.sendFrames());
        create(socket, Place.FILL, settings.fillFrames());
        create(socket, Place.COMPLETION, settings.completionFrames());
        List<Mapping> mappings = new ArrayList<>();
        try {
            return new XskRings(socket, settings, mappings);
        } catch (ErrnoException refused) {
            mappings.forEach(Mapping::close);
            throw refused;
        }
    }

    private static void create(NativeSocket socket, Place place, int frames) {
        socket.setOption("setsockopt(" + place + " ring, " + frames + ")", Xdp.SOL_XDP, place.option, frames);
    }

    private static MemorySegment offsets(NativeSocket socket, Arena arena) {
        MemorySegment offsets = arena.allocate(4 * Place.OFFSETS_BYTES, Long.BYTES);
        int length = socket.option("getsockopt(XDP_MMAP_OFFSETS)", Xdp.SOL_XDP, Xdp.XDP_MMAP_OFFSETS, offsets);
        if (length != offsets.byteSize()) {
            throw new IllegalStateException("AF_XDP needs Linux 5.4 or later: these rings have no flags");
        }
        return offsets;
    }

    private XskRing.Layout map(NativeSocket socket, Place place, int size, MemorySegment allOffsets) {
        MemorySegment offsets = allOffsets.asSlice((long) place.ordinal() * Place.OFFSETS_BYTES, Place.OFFSETS_BYTES);
        long slots = offsets.getAtIndex(JAVA_LONG, 2);
        Mapping mapping = Mapping.shared(socket.descriptor(), place.pageOffset, slots + (long) size * place.slotBytes);
        mappings.add(mapping);
        long base = mapping.address();
        return new XskRing.Layout(base + offsets.getAtIndex(JAVA_LONG, 0), base + offsets.getAtIndex(JAVA_LONG, 1),
                base + offsets.getAtIndex(JAVA_LONG, 3), base + slots, size, place.slotBytes);
    }

    XskRing receive() {
        return receive;
    }

    XskRing send() {
        return send;
    }

    XskRing fill() {
        return fill;
    }

    XskRing completion() {
        return completion;
    }

    @Override
    public void close() {
        mappings.forEach(Mapping::close);
    }
}
