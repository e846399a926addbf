package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.counters.PortCounter;
import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Looks at the workers' counters every second, so that one can tell what they did in the last one. Control thread. */
final class WorkerWatch {
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final int ownPorts;
    private List<Sample> older;
    private List<Sample> newer;
    private long olderNs;
    private long newerNs;

    WorkerWatch(Engine engine, long nowNs) {
        this.engine = engine;
        this.ownPorts = engine.ports().size();
        this.older = samples();
        this.newer = older;
        this.olderNs = nowNs;
        this.newerNs = nowNs;
    }

    /** Once per duty cycle. */
    void poll(long nowNs) {
        if (nowNs - newerNs >= INTERVAL_NS) {
            older = newer;
            olderNs = newerNs;
            newer = samples();
            newerNs = nowNs;
        }
    }

    private List<Sample> samples() {
        return engine.counters().stream().map(counters -> Sample.of(counters, ownPorts)).toList();
    }

    /** What each worker did in the last second, or in the first that is not over yet. */
    List<Rates> rates(long nowNs) {
        boolean first = newerNs == olderNs;
        List<Sample> until = first ? samples() : newer;
        double seconds = Math.max(1, (first ? nowNs : newerNs) - olderNs) / 1e9;
        List<Sample> since = older;
        return IntStream.range(0, until.size())
                .mapToObj(worker -> until.get(worker).minus(since.get(worker)).over(seconds)).toList();
    }

    /**
     * What a worker has counted.
     *
     * @param received by its own ports
     * @param takenOver from other workers
     */
    record Sample(long received, long takenOver, long handedOver, long batches, long busyNs) {
        static Sample of(WorkerCounters counters, int ownPorts) {
            long takenOver = 0;
            for (int port = ownPorts; port < counters.ports(); port++) {
                takenOver += counters.value(port, PortCounter.RECEIVED_PACKETS);
            }
            return new Sample(counters.value(WorkerCounter.RECEIVED), takenOver,
                    counters.value(WorkerCounter.HANDED_OVER), counters.value(WorkerCounter.BATCHES),
                    counters.value(WorkerCounter.BUSY_NS));
        }

        Sample minus(Sample earlier) {
            return new Sample(received - earlier.received, takenOver - earlier.takenOver,
                    handedOver - earlier.handedOver, batches - earlier.batches, busyNs - earlier.busyNs);
        }

        Rates over(double seconds) {
            return new Rates(received / seconds, takenOver / seconds, handedOver / seconds,
                    batches == 0 ? 0 : (received + takenOver) / (double) batches,
                    Math.min(100, busyNs / seconds / 1e7));
        }
    }

    /**
     * Per second.
     *
     * @param batch       packets taken at once, on average
     * @param busyPercent of the time was spent on packets
     */
    record Rates(double received, double takenOver, double handedOver, double batch, double busyPercent) {
        /** Packets that it carried through all stages itself. */
        double carried() {
            return Math.max(0, received + takenOver - handedOver);
        }
    }
}
