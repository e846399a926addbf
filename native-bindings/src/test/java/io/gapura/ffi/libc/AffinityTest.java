package io.gapura.ffi.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AffinityTest {
    private final BitSet before = Affinity.allowed();

    @AfterEach
    void restore() {
        Affinity.restrict(before);
    }

    @Test
    void aPinnedThreadRunsOnItsCoreOnly() {
        int cpu = before.nextSetBit(0);

        Affinity.pin(cpu);

        assertThat(Affinity.allowed().stream()).containsExactly(cpu);
        assertThat(Affinity.currentCpu()).isEqualTo(cpu);
    }

    @Test
    void anAbsentCoreIsAnErrorThatNamesTheCall() {
        assertThatThrownBy(() -> Affinity.pin(1000)).isInstanceOf(ErrnoException.class)
                .hasMessageContaining("sched_setaffinity({1000})")
                .extracting(thrown -> ((ErrnoException) thrown).errno())
                .isEqualTo(Errno.EINVAL);
    }

    @Test
    void aCoreBeyondTheSetIsRefused() {
        assertThatThrownBy(() -> Affinity.pin(5000)).isInstanceOf(IllegalArgumentException.class);
    }
}
