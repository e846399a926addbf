package io.gapura.ike;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Errands that take their time, on the virtual clock. */
final class DelayedErrands implements Errands {
    private record Underway(long endNs, Runnable end) {}

    private final List<Underway> underway = new ArrayList<>();
    private long delayNs;
    private long nowNs;

    DelayedErrands(Duration delay) {
        this.delayNs = delay.toNanos();
    }

    void delay(Duration delay) {
        delayNs = delay.toNanos();
    }

    @Override
    public <T> void run(Callable<T> errand, long startNs, Then<T> then) {
        underway.add(new Underway(startNs + delayNs, () -> {
            T result;
            try {
                result = errand.call();
            } catch (Exception e) {
                then.failed(e, nowNs);
                return;
            }
            then.done(result, nowNs);
        }));
    }

    @Override
    public int finish(long timeNs) {
        nowNs = timeNs;
        List<Underway> ended = underway.stream().filter(each -> each.endNs <= timeNs).toList();
        underway.removeAll(ended);
        ended.forEach(each -> each.end.run());
        return ended.size();
    }
}
