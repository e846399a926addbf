package io.gapura.ffi.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.Memory;
import io.gapura.ffi.libc.Mapping;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rings in ordinary memory, the test being the kernel. */
final class XskRingTest {
    private static final int SIZE = 8;

    private final Mapping memory = Mapping.anonymous(1024);
    private final long base = memory.address();
    private final long producer = base;
    private final long consumer = base + 128;
    private final long flags = base + 196;
    private final long slots = base + 320;

    @AfterEach
    void close() {
        memory.close();
    }

    private XskRing.Layout layout(int size) {
        return new XskRing.Layout(producer, consumer, flags, slots, size, 16);
    }

    @Test
    void aProducerMayFillTheRingAndNoMore() {
        XskRing ring = XskRing.producer(layout(SIZE));

        assertThat(ring.ready(SIZE)).isEqualTo(SIZE);
        ring.advance(SIZE);

        assertThat(ring.ready(1)).isZero();
        assertThat(ring.pending()).isEqualTo(SIZE);
        assertThat(Memory.nativeIntAt(producer)).isEqualTo(SIZE);
    }

    @Test
    void aProducerSeesWhatTheKernelHasTaken() {
        XskRing ring = XskRing.producer(layout(SIZE));
        ring.ready(SIZE);
        ring.advance(SIZE);

        Memory.putNativeInt(consumer, 3);

        assertThat(ring.ready(1)).isEqualTo(3);
        assertThat(ring.pending()).isEqualTo(5);
    }

    @Test
    void aConsumerSeesWhatTheKernelHasProduced() {
        XskRing ring = XskRing.consumer(layout(SIZE));
        assertThat(ring.ready(1)).isZero();

        Memory.putNativeInt(producer, 5);

        assertThat(ring.ready(1)).isEqualTo(5);
        ring.advance(2);
        assertThat(ring.ready(64)).isEqualTo(3);
        assertThat(Memory.nativeIntAt(consumer)).isEqualTo(2);
    }

    @Test
    void slotsWrapAroundAtTheEnd() {
        XskRing ring = XskRing.consumer(layout(SIZE));
        ring.advance(SIZE - 1);

        assertThat(ring.slot(0)).isEqualTo(slots + 7 * 16);
        assertThat(ring.slot(1)).isEqualTo(slots);
    }

    @Test
    void indexesMayOverflow() {
        Memory.putNativeInt(consumer, Integer.MAX_VALUE);
        XskRing ring = XskRing.producer(layout(SIZE));
        ring.advance(Integer.MAX_VALUE);

        for (int round = 0; round < 3; round++) {
            assertThat(ring.ready(SIZE)).isEqualTo(SIZE);
            assertThat(ring.slot(1)).isBetween(slots, slots + (SIZE - 1) * 16);
            ring.advance(SIZE);
            Memory.putNativeInt(consumer, Memory.nativeIntAt(producer));
        }
        assertThat(Memory.nativeIntAt(producer)).isNegative();
    }

    @Test
    void theKernelAsksToBeWokenByAFlag() {
        XskRing ring = XskRing.producer(layout(SIZE));
        assertThat(ring.needsWakeup()).isFalse();

        Memory.putNativeInt(flags, 1);

        assertThat(ring.needsWakeup()).isTrue();
    }

    @Test
    void sizesAreNoneButPowersOfTwo() {
        assertThatThrownBy(() -> XskRing.producer(layout(1000))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1000");
    }
}
