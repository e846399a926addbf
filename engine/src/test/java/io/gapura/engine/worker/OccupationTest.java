package io.gapura.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import org.junit.jupiter.api.Test;

final class OccupationTest {
    private final WorkerCounters counters = new WorkerCounters(1);
    private long nowNs = 1_000_000;
    private final Occupation occupation = new Occupation(counters, () -> nowNs);

    /** A duty cycle that takes so long after its first batch was received. */
    private void cycle(int packets, long elapsedNs) {
        if (packets > 0) {
            occupation.onBatch(nowNs);
        }
        nowNs += elapsedNs;
        occupation.onCycle(packets);
    }

    @Test
    void timeIsBusyFromTheFirstPacketToTheEndOfTheCycle() {
        cycle(0, 500);
        cycle(1, 30);
        cycle(0, 700);
        cycle(64, 40);
        assertThat(counters.value(WorkerCounter.BUSY_NS)).isEqualTo(70);
        assertThat(counters.value(WorkerCounter.CYCLES)).isEqualTo(4);
        assertThat(counters.value(WorkerCounter.BATCHES)).isEqualTo(2);
    }

    @Test
    void whatPassesBetweenTwoBusyCyclesIsBusyToo() {
        cycle(1, 30);
        nowNs += 20; // receiving the next batch
        cycle(1, 30);
        assertThat(counters.value(WorkerCounter.BUSY_NS)).isEqualTo(80);
    }

    @Test
    void theLongestCycleWithPacketsIsKept() {
        cycle(1, 900);
        cycle(1, 30);
        cycle(0, 5000);
        assertThat(counters.value(WorkerCounter.LONGEST_CYCLE_NS)).isEqualTo(900);
    }
}
