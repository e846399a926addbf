package io.gapura.engine.sad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SadTest {
    private final Epochs epochs = new Epochs(1);
    private final Sad sad = new Sad(16, epochs, new Random(1));
    private final TestKey key = new TestKey();

    @Test
    void findsAnInstalledAssociationByItsSpi() {
        InboundSa sa = key.inbound(sad.allocate());
        sad.install(sa);

        assertThat(sad.inbound(sa.spi)).isSameAs(sa);
    }

    @Test
    void findsNothingByAnSpiThatIsOnlyAllocated() {
        assertThat(sad.inbound(sad.allocate())).isNull();
    }

    /** Attack case F9. */
    @Test
    void findsNothingByReservedOrForeignSpis() {
        InboundSa sa = key.inbound(sad.allocate());
        sad.install(sa);

        for (int spi = 0; spi < 256; spi++) {
            assertThat(sad.inbound(spi)).isNull();
        }
        assertThat(sad.inbound(sa.spi ^ 1 << 20)).isNull();
        assertThat(sad.inbound(sa.spi ^ 1 << 31)).isNull();
        assertThat(sad.inbound(sa.spi ^ 1 << 19)).isNull();
        assertThat(sad.inbound(sa.spi ^ 1)).isNull();
    }

    @Test
    void neverAllocatesAReservedSpi() {
        for (int round = 0; round < 20_000; round++) {
            int spi = sad.allocate();
            assertThat(spi).matches(value -> value < 0 || value > 255);
            sad.release(spi);
        }
    }

    @Test
    void saysWhenAllSlotsAreInUse() {
        Set<Integer> spis = new HashSet<>();
        for (int slot = 0; slot < 16; slot++) {
            spis.add(sad.allocate());
        }

        assertThat(spis).hasSize(16).doesNotContain(Sad.NONE_FREE);
        assertThat(sad.allocate()).isEqualTo(Sad.NONE_FREE);
    }

    @Test
    void doesNotRepeatAnSpiForFourThousandTenantsOfItsSlot() {
        Set<Integer> spis = new HashSet<>();
        for (int tenant = 0; tenant < 16 * 4095; tenant++) {
            int spi = sad.allocate();
            assertThat(spis.add(spi)).isTrue();
            sad.release(spi);
        }
    }

    @Test
    void reusesTheSlotThatHasBeenFreeLongest() {
        int first = sad.allocate();
        sad.release(first);

        for (int slot = 0; slot < 15; slot++) {
            assertThat(sad.allocate() & 15).isNotEqualTo(first & 15);
        }
        assertThat(sad.allocate() & 15).isEqualTo(first & 15);
    }

    @Test
    void startsAnewInAnotherOrderWithOtherSpis() {
        Sad other = new Sad(1 << 12, epochs, new Random(2));
        Sad another = new Sad(1 << 12, epochs, new Random(3));

        Set<Integer> spis = new HashSet<>();
        int repeated = 0;
        for (int slot = 0; slot < 1 << 12; slot++) {
            spis.add(other.allocate());
        }
        for (int slot = 0; slot < 1 << 12; slot++) {
            repeated += spis.contains(another.allocate()) ? 1 : 0;
        }

        assertThat(repeated).isLessThan(20);
    }

    @Test
    void forgetsARetiredAssociationAtOnceButWipesItsKeyOnlyWhenNoWorkerCanHoldIt() {
        InboundSa sa = key.inbound(sad.allocate());
        sad.install(sa);
        epochs.enter(0);

        sad.retire(sa.spi);

        assertThat(sad.inbound(sa.spi)).isNull();
        epochs.reclaim();
        assertThat(key.isClosed()).isFalse();

        epochs.leave(0);
        epochs.reclaim();
        assertThat(key.isClosed()).isTrue();
    }

    @Test
    void keepsASlotFromNewTenantsUntilTheOldOneIsFreed() {
        Sad small = new Sad(1, epochs, new Random(1));
        int spi = small.allocate();
        small.install(key.inbound(spi));
        epochs.enter(0);
        small.retire(spi);
        epochs.reclaim();

        assertThat(small.allocate()).isEqualTo(Sad.NONE_FREE);

        epochs.leave(0);
        epochs.reclaim();
        assertThat(small.allocate()).isNotIn(Sad.NONE_FREE, spi);
    }

    @Test
    void refusesToInstallRetireOrReleaseWhatItDidNotAllocate() {
        int spi = sad.allocate();
        sad.install(key.inbound(spi));

        assertThatThrownBy(() -> sad.install(key.inbound(spi ^ 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sad.install(key.inbound(spi))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sad.release(spi)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sad.release(spi ^ 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sad.retire(spi ^ 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not installed");
    }

    @Test
    void refusesATableThatIsNoPowerOfTwo() {
        assertThatThrownBy(() -> new Sad(1000, epochs, new Random(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Sad(1 << 21, epochs, new Random(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
