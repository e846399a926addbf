package io.gapura.ffi.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.Memory;
import org.junit.jupiter.api.Test;

final class MappingTest {
    @Test
    void isZeroedAndWritable() {
        try (Mapping mapping = Mapping.anonymous(10_000)) {
            long last = mapping.address() + 9_996;
            assertThat(Memory.intAt(last)).isZero();
            Memory.putInt(last, 0x01020304);
            assertThat(mapping.segment().byteSize()).isEqualTo(10_000);
            mapping.zero();
            assertThat(Memory.intAt(last)).isZero();
        }
    }

    @Test
    void canBeKeptFromSwapDumpsAndChildren() {
        try (Mapping mapping = Mapping.anonymous(4096).lock().dontDump().wipeOnFork()) {
            assertThat(mapping.address()).isNotZero();
        }
    }

    @Test
    void hugeOnesAreAlignedWhereverTheyComeFrom() {
        try (Mapping mapping = Mapping.huge(3L << 20)) {
            assertThat(mapping.bytes()).isEqualTo(2 * Mapping.HUGE_PAGE_BYTES);
            assertThat(mapping.address() % Mapping.HUGE_PAGE_BYTES).isZero();
            Memory.putByte(mapping.address() + mapping.bytes() - 1, 1);
        }
    }

    @Test
    void impossibleSizesAreErrors() {
        assertThatThrownBy(() -> Mapping.anonymous(1L << 60)).isInstanceOf(ErrnoException.class)
                .hasMessageContaining("mmap(1152921504606846976 bytes)");
    }

    @Test
    void closingTwiceUnmapsOnce() {
        Mapping mapping = Mapping.anonymous(4096);
        mapping.close();
        mapping.close();
        assertThat(mapping.bytes()).isEqualTo(4096);
    }
}
