package io.gapura.engine.port;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.Memory;

/**
 * A port whose wire is memory: for tests, benchmarks, warm-up and the demo without privileges.
 *
 * <p>Two ports are joined by {@link #join}. What one sends, the other receives, copied once into a chunk of
 * its own pool. When both use the same pool, which means the same thread, the chunk itself changes hands and
 * nothing is copied. An end that is joined to none sends into the void and receives nothing.
 *
 * <pre>
 *    send ──▶ sent ──────▶ receive         one DescriptorRing each, and the same the other way
 *    poll ◀── completed ◀─┘
 * </pre>
 */
public final class MemoryPort extends Port {
    private final DescriptorRing sent;
    /** Chunks of ours that the far end has copied. Producer: the far end's thread. */
    private final DescriptorRing completed;
    private MemoryPort far = this;
    private boolean joined;

    /**
     * A port that is not joined yet.
     *
     * @param ringFrames how many sent frames may wait for the far end; a power of two
     */
    public MemoryPort(PortSpec spec, BufferPool pool, int ringFrames) {
        super(spec, pool);
        this.sent = new DescriptorRing(ringFrames);
        this.completed = new DescriptorRing(ringFrames * 2);
    }

    /** Lays the wire between two ports. Before either is used. */
    public static void join(MemoryPort one, MemoryPort other) {
        one.far = other;
        one.joined = true;
        other.far = one;
        other.joined = true;
    }

    @Override
    public int receive(PacketBatch batch) {
        if (!joined) {
            return 0;
        }
        return far.pool() == pool() ? take(batch) : copy(batch);
    }

    /** The chunks change hands. */
    private int take(PacketBatch batch) {
        DescriptorRing arriving = far.sent;
        int frames = Math.min(arriving.waiting(), batch.room());
        for (int frame = 0; frame < frames; frame++) {
            batch.add(arriving.address(frame), arriving.length(frame));
        }
        arriving.release(frames);
        return frames;
    }

    private int copy(PacketBatch batch) {
        int before = batch.size();
        DescriptorRing arriving = far.sent;
        int waiting = arriving.waiting();
        int frame = 0;
        while (frame < waiting && !batch.isFull() && accept(batch, arriving.address(frame), arriving.length(frame))) {
            frame++;
        }
        far.completed.publish();
        arriving.release(frame);
        return batch.size() - before;
    }

    /** Copies the frame, or discards it as a network card would if it is too long; false if there is no buffer. */
    private boolean accept(PacketBatch batch, long address, int length) {
        if (length > pool().chunkBytes() - BufferPool.HEADROOM_BYTES) {
            far.completed.offer(address, length);
            return true;
        }
        long chunk = pool().take();
        if (chunk == 0) {
            return false;
        }
        long frame = chunk + BufferPool.HEADROOM_BYTES;
        Memory.copy(address, frame, length);
        far.completed.offer(address, length);
        batch.add(frame, length);
        return true;
    }

    @Override
    public void send(PacketBatch batch) {
        int index = index();
        int size = batch.size();
        for (int packet = 0; packet < size; packet++) {
            if (batch.leavesBy(packet, index)) {
                put(batch, packet);
            }
        }
        sent.publish();
    }

    private void put(PacketBatch batch, int packet) {
        if (!joined) {
            pool().give(batch.start(packet));
        } else if (!sent.offer(batch.start(packet), batch.length(packet))) {
            batch.drop(packet, DropReason.TX_FULL);
        }
    }

    @Override
    public void poll() {
        int frames = completed.waiting();
        for (int frame = 0; frame < frames; frame++) {
            pool().give(completed.address(frame));
        }
        completed.release(frames);
    }

    /** How many sent frames have not come back to the pool yet. Any thread. */
    public int onTheWire() {
        return sent.size() + completed.size();
    }

    /** Leaves the wire as it is: what was sent can still be received. */
    @Override
    public void close() {
    }
}
