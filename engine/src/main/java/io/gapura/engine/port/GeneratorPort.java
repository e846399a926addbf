package io.gapura.engine.port;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.Memory;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A port whose wire ends nowhere: it receives the same frames in turn, as many as its worker asks for, and what it sends is gone. For
 * benchmarks of several workers, who feed themselves by it as fast as they are.
 */
public final class GeneratorPort extends Port {
    private final MemorySegment[] frames;
    private int next;

    /** @param frames whole Ethernet frames in native memory; of none nothing is received */
    public GeneratorPort(PortSpec spec, BufferPool pool, List<MemorySegment> frames) {
        super(spec, pool);
        this.frames = frames.toArray(new MemorySegment[0]);
    }

    @Override
    public int receive(PacketBatch batch) {
        int before = batch.size();
        while (frames.length > 0 && !batch.isFull() && accept(batch, frames[next])) {
            next = next + 1 == frames.length ? 0 : next + 1;
        }
        return batch.size() - before;
    }

    private boolean accept(PacketBatch batch, MemorySegment frame) {
        long chunk = pool().take();
        if (chunk == 0) {
            return false;
        }
        int bytes = (int) frame.byteSize();
        Memory.copy(frame.address(), chunk + BufferPool.HEADROOM_BYTES, bytes);
        batch.add(chunk + BufferPool.HEADROOM_BYTES, bytes);
        return true;
    }

    @Override
    public void send(PacketBatch batch) {
        for (int packet = 0; packet < batch.size(); packet++) {
            if (batch.leavesBy(packet, index())) {
                pool().give(batch.start(packet));
            }
        }
    }

    @Override
    public void poll() {
    }

    @Override
    public void close() {
    }
}
