package io.gapura.ffi.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
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
    void allThreadsLeaveCores() throws Exception {
        int last = before.length() - 1;
        BitSet others = (BitSet) before.clone();
        others.clear(last);
        CountDownLatch over = new CountDownLatch(1);
        FutureTask<BitSet> another = new FutureTask<>(() -> {
            over.await();
            return Affinity.allowed();
        });
        Thread.ofPlatform().start(another);
        try {
            boolean left = Affinity.vacate(List.of(last));

            assertThat(left).isEqualTo(!others.isEmpty());
            assertThat(Affinity.allowed()).isEqualTo(left ? others : before);
            over.countDown();
            assertThat(another.get()).isEqualTo(left ? others : before);
        } finally {
            over.countDown();
            Affinity.restrictAll(before);
        }
    }

    @Test
    void noCoreIsLeftToNobody() {
        assertThat(Affinity.vacate(before.stream().boxed().toList())).isFalse();
        assertThat(Affinity.allowed()).isEqualTo(before);
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
