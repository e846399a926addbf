package io.gapura.engine.sad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochsTest {
    private final Epochs epochs = new Epochs(2);
    private final List<String> freed = new ArrayList<>();

    @Test
    void freesAtOnceWhatIsRetiredWhileAllWorkersAreIdle() {
        epochs.retire(() -> freed.add("a"));

        assertThat(epochs.reclaim()).isEqualTo(1);
        assertThat(freed).containsExactly("a");
    }

    @Test
    void freesNothingBeforeTheCallToReclaim() {
        epochs.retire(() -> freed.add("a"));

        assertThat(freed).isEmpty();
        assertThat(epochs.waiting()).isEqualTo(1);
    }

    @Test
    void waitsForTheWorkerThatWasInsideItsDutyCycle() {
        epochs.enter(1);
        epochs.retire(() -> freed.add("a"));
        assertThat(epochs.reclaim()).isZero();

        epochs.leave(1);

        assertThat(epochs.reclaim()).isEqualTo(1);
    }

    @Test
    void doesNotWaitForALaterDutyCycle() {
        epochs.enter(0);
        epochs.retire(() -> freed.add("a"));
        epochs.leave(0);
        epochs.enter(0);

        assertThat(epochs.reclaim()).isEqualTo(1);
    }

    @Test
    void doesNotWaitForACycleThatBeganAfterwards() {
        epochs.retire(() -> freed.add("a"));
        epochs.enter(0);

        assertThat(epochs.reclaim()).isEqualTo(1);
    }

    @Test
    void freesInTheOrderOfRetirement() {
        epochs.enter(0);
        epochs.retire(() -> freed.add("a"));
        epochs.leave(0);
        epochs.retire(() -> freed.add("b"));
        epochs.enter(0);
        epochs.retire(() -> freed.add("c"));

        assertThat(epochs.reclaim()).isEqualTo(2);
        assertThat(freed).containsExactly("a", "b");
    }
}
