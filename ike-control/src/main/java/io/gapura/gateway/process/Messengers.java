package io.gapura.gateway.process;

import io.gapura.ike.Errands;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** A few threads that run IKE's errands; the control thread hears of their end when it asks. */
final class Messengers implements Errands, AutoCloseable {
    private static final int THREADS = 4;
    /** More errands than this are refused: each belongs to an IKE SA that is given up after half a minute. */
    private static final int MOST_WAITING = 1024;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("gapura-errand-", 0).factory());
    private final Queue<LongConsumer> ended = new ConcurrentLinkedQueue<>();

    Messengers() {
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public <T> void run(Callable<T> errand, long nowNs, Then<T> then) {
        try {
            threads.execute(() -> ended.add(outcome(errand, then)));
        } catch (RejectedExecutionException e) {
            then.failed(e, nowNs);
        }
    }

    private static <T> LongConsumer outcome(Callable<T> errand, Then<T> then) {
        try {
            T result = errand.call();
            return nowNs -> then.done(result, nowNs);
        } catch (Exception e) {
            return nowNs -> then.failed(e, nowNs);
        }
    }

    @Override
    public int finish(long nowNs) {
        int count = 0;
        for (LongConsumer next = ended.poll(); next != null; next = ended.poll()) {
            next.accept(nowNs);
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
