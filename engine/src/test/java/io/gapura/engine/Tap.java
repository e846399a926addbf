package io.gapura.engine;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.ffi.Memory;
import java.util.ArrayList;
import java.util.List;

/** The far end of a port: puts frames on its wire and takes off what the port sends. */
public final class Tap {
    private final BufferPool pool = BufferPool.allocate(256, 4096);
    private final MemoryPort port = new MemoryPort(
            new PortSpec(0, "tap", PortRole.PROTECTED, 0, 0x0200_0000_00aaL, 0, 3000), pool, 128);
    private final PacketBatch batch = new PacketBatch();

    public Tap(MemoryPort far) {
        MemoryPort.join(port, far);
    }

    public void send(byte[] frame) {
        port.poll();
        batch.clear();
        long start = pool.take() + BufferPool.HEADROOM_BYTES;
        Memory.copy(frame, 0, start, frame.length);
        batch.add(start, frame.length);
        batch.forward(0, 0);
        port.send(batch);
        if (batch.isDropped(0)) {
            throw new IllegalStateException("the wire is full");
        }
    }

    /** The frames that have arrived since the last call. */
    public List<byte[]> receive() {
        List<byte[]> frames = new ArrayList<>();
        do {
            batch.clear();
            port.receive(batch);
            for (int packet = 0; packet < batch.size(); packet++) {
                frames.add(Memory.bytesAt(batch.start(packet), batch.length(packet)));
                pool.give(batch.start(packet));
            }
        } while (batch.size() > 0);
        return frames;
    }
}
