package io.gapura.engine.port;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.tun.TunQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The host itself, by one queue of a TUN device: what its kernel routes to the device is received here, what is sent
 * here the kernel delivers or forwards. Made by {@link TunPorts}.
 *
 * <pre>
 *   kernel ──▶ read ──▶ LargeSegment ──▶ batch             one large segment may fill several batches
 *   kernel ◀── writev ◀── MergedBatch ◀── batch            one large segment for each train in a batch
 * </pre>
 *
 * <p>What is counted are packets as they are on the wire: of a large segment each that it is cut into, of a merged one
 * each that it was merged from. The Ethernet header of what is received has no addresses, that of what is sent is left
 * away. The host is no hop: see {@link PacketBatch#isOfHost}.
 */
public final class TunPort extends Port {
    /** A large segment, and then some. */
    private static final int READ_BYTES = 1 << 17;
    /** {@code struct iovec}. */
    private static final int PIECE_BYTES = 16;
    /** The virtio-net header, and each packet of a batch. */
    private static final int MOST_PIECES = PacketBatch.CAPACITY + 1;
    private static final int ETHERNET_BYTES = 14;

    private final TunQueue queue;
    private final LargeSegment arriving;
    private final MergedBatch leaving;
    private final MemorySegment memory = Arena.ofAuto().allocate(READ_BYTES + (MOST_PIECES + 1) * PIECE_BYTES, 64);
    private final long buffer = memory.address();
    private final long header = buffer + READ_BYTES;
    private final long vector = header + PIECE_BYTES;

    /** @param udpSegments whether the kernel knows large segments of UDP */
    TunPort(PortSpec spec, BufferPool pool, TunQueue queue, boolean udpSegments) {
        super(spec, pool);
        this.queue = queue;
        this.arriving = new LargeSegment(pool.maxFrameBytes() - ETHERNET_BYTES);
        this.leaving = new MergedBatch(udpSegments);
    }

    @Override
    public int receive(PacketBatch batch) {
        int before = batch.size();
        while (!batch.isFull() && (!arriving.isEmpty() || read()) && take(batch)) {
        }
        batch.markOfHost();
        return batch.size() - before;
    }

    /** Whether there was something to read. */
    private boolean read() {
        int bytes = queue.read(buffer, READ_BYTES);
        if (bytes > 0) {
            arriving.load(buffer, bytes);
        }
        return bytes > 0;
    }

    /** The next packet of what was read; false if there is no chunk for it. */
    private boolean take(PacketBatch batch) {
        long chunk = pool().take();
        if (chunk == 0) {
            return false;
        }
        long frame = chunk + BufferPool.HEADROOM_BYTES;
        batch.add(frame, arriving.take(frame));
        return true;
    }

    @Override
    public void send(PacketBatch batch) {
        leaving.clear();
        int index = index();
        for (int packet = 0; packet < batch.size(); packet++) {
            if (batch.leavesBy(packet, index)) {
                leaving.add(batch, packet);
            }
        }
        for (int segment = 0; segment < leaving.size(); segment++) {
            write(batch, leaving.segment(segment));
        }
    }

    /** The kernel refuses when the device is down, or it has no memory. */
    private void write(PacketBatch batch, MergedSegment segment) {
        boolean taken = queue.write(vector, segment.seal(batch, header, vector)) > 0;
        int packet = segment.first();
        do {
            if (taken) {
                pool().give(batch.start(packet));
            } else {
                batch.drop(packet, DropReason.TX_FULL);
            }
            packet = segment.following(packet);
        } while (packet != MergedSegment.NONE);
    }

    /** Nothing: reading and writing are calls, not rings. */
    @Override
    public void poll() {
    }

    @Override
    public void close() {
        queue.close();
    }
}
