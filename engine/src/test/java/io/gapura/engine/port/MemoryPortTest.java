package io.gapura.engine.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.Memory;
import org.junit.jupiter.api.Test;

final class MemoryPortTest {
    private static final int RING = 8;

    private final PacketBatch batch = new PacketBatch();

    private static MemoryPort port(BufferPool pool) {
        return new MemoryPort(new PortSpec(0, "port", PortRole.PROTECTED, 0, 0, 0, 1500), pool, RING);
    }

    /** Puts {@code frames} frames of four bytes, numbered from {@code first}, into the batch. */
    private void fill(BufferPool pool, int first, int frames) {
        batch.clear();
        for (int frame = 0; frame < frames; frame++) {
            long start = pool.take() + BufferPool.HEADROOM_BYTES;
            Memory.putInt(start, first + frame);
            batch.add(start, 4);
            batch.forward(frame, 0);
        }
    }

    @Test
    void copiesFramesIntoTheOtherEndsPoolAndGivesBackItsOwn() {
        BufferPool one = BufferPool.allocate(16, 2048);
        BufferPool other = BufferPool.allocate(16, 2048);
        MemoryPort sender = port(one);
        MemoryPort receiver = port(other);
        MemoryPort.join(sender, receiver);
        for (int round = 0; round < 100; round++) {
            fill(one, round, 5);
            sender.send(batch);
            assertThat(sender.onTheWire()).isEqualTo(5);
            batch.clear();
            assertThat(receiver.receive(batch)).isEqualTo(5);
            for (int frame = 0; frame < 5; frame++) {
                assertThat(Memory.intAt(batch.start(frame))).isEqualTo(round + frame);
                other.give(batch.start(frame));
            }
            sender.poll();
            assertThat(one.available()).isEqualTo(16);
            assertThat(other.available()).isEqualTo(16);
        }
    }

    @Test
    void passesTheChunkItselfWithinOnePool() {
        BufferPool pool = BufferPool.allocate(16, 2048);
        MemoryPort sender = port(pool);
        MemoryPort receiver = port(pool);
        MemoryPort.join(sender, receiver);
        fill(pool, 1, 1);
        long sent = batch.start(0);
        sender.send(batch);
        batch.clear();
        receiver.receive(batch);
        assertThat(batch.start(0)).isEqualTo(sent);
        assertThat(pool.available()).isEqualTo(15);
    }

    @Test
    void dropsWhatFindsTheRingFull() {
        BufferPool pool = BufferPool.allocate(16, 2048);
        MemoryPort sender = port(pool);
        MemoryPort.join(sender, port(BufferPool.allocate(16, 2048)));
        fill(pool, 1, RING + 1);
        sender.send(batch);
        assertThat(batch.reason(RING)).isEqualTo(DropReason.TX_FULL);
        assertThat(batch.isForwarded(RING - 1)).isTrue();
    }

    @Test
    void leavesFramesOnTheWireWhileItsPoolIsEmpty() {
        BufferPool pool = BufferPool.allocate(16, 2048);
        BufferPool small = BufferPool.allocate(2, 2048);
        MemoryPort sender = port(pool);
        MemoryPort receiver = port(small);
        MemoryPort.join(sender, receiver);
        fill(pool, 1, 3);
        sender.send(batch);
        batch.clear();
        assertThat(receiver.receive(batch)).isEqualTo(2);
        small.give(batch.start(0));
        batch.clear();
        assertThat(receiver.receive(batch)).isEqualTo(1);
        assertThat(Memory.intAt(batch.start(0))).isEqualTo(3);
    }

    @Test
    void discardsFramesTooLongForItsBuffers() {
        BufferPool pool = BufferPool.allocate(16, 4096);
        BufferPool small = BufferPool.allocate(2, 2048);
        MemoryPort sender = port(pool);
        MemoryPort receiver = port(small);
        MemoryPort.join(sender, receiver);
        fill(pool, 1, 2);
        batch.place(0, batch.start(0), 1793);
        batch.place(1, batch.start(1), 1792);
        sender.send(batch);
        batch.clear();
        assertThat(receiver.receive(batch)).isEqualTo(1);
        assertThat(batch.length(0)).isEqualTo(1792);
        sender.poll();
        assertThat(pool.available()).isEqualTo(16);
    }

    @Test
    void sendsIntoTheVoidWhenItIsNotJoined() {
        BufferPool pool = BufferPool.allocate(16, 2048);
        MemoryPort alone = port(pool);
        fill(pool, 1, 16);
        alone.send(batch);
        assertThat(pool.available()).isEqualTo(16);
        assertThat(alone.receive(batch)).isZero();
    }

    @Test
    void needsARingOfAPowerOfTwo() {
        assertThatThrownBy(() -> new DescriptorRing(6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BufferPool.allocate(4, 3000)).isInstanceOf(IllegalArgumentException.class);
    }
}
