package io.gapura.engine.worker;

import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import org.agrona.concurrent.NanoClock;

/**
 * How busy a worker is. A duty cycle with packets costs one look at the clock; one without costs none, and so its
 * time is known only as what is missing. Worker thread.
 */
final class Occupation {
    private final WorkerCounters counters;
    private final NanoClock clock;
    /** From when on the time is spent on packets: the first batch after idling, or the end of the last duty cycle. */
    private long sinceNs;
    private boolean busy;

    Occupation(WorkerCounters counters, NanoClock clock) {
        this.counters = counters;
        this.clock = clock;
    }

    /** A batch of packets was received. */
    void onBatch(long nowNs) {
        counters.add(WorkerCounter.BATCHES, 1);
        if (!busy) {
            busy = true;
            sinceNs = nowNs;
        }
    }

    /** A duty cycle is over. Between two busy ones nothing idles, so what passes then is work or a stall. */
    void onCycle(int received) {
        counters.add(WorkerCounter.CYCLES, 1);
        if (received == 0) {
            busy = false;
        } else {
            long nowNs = clock.nanoTime();
            counters.add(WorkerCounter.BUSY_NS, nowNs - sinceNs);
            counters.raise(WorkerCounter.LONGEST_CYCLE_NS, nowNs - sinceNs);
            sinceNs = nowNs;
        }
    }
}
