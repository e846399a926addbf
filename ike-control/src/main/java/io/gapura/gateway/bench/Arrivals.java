package io.gapura.gateway.bench;

import io.gapura.ffi.traffic.FrameSink;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** What reaches the sink, counted by a thread of its own: how many frames, in which order, how long they travelled. */
final class Arrivals implements FrameSink.Observer, AutoCloseable {
    private static final long POLL_NS = 20_000;
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int DIGITS = 3;
    /** So long without a frame, and none is on its way any more, even if a worker has to wait for a core that others use. */
    private static final long SETTLED_NS = TimeUnit.MILLISECONDS.toNanos(300);

    private final FrameSink sink;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile Histogram travelled = histogram();
    private volatile long count;
    /** Written before {@link #count} is, read after. */
    private long outOfOrder;
    /** Of the sink's thread. */
    private long latest = -1;

    Arrivals(FrameSink sink) {
        this.sink = sink;
        this.thread = Thread.ofPlatform().name("bench-arrivals").start(this::run);
    }

    private static Histogram histogram() {
        return new Histogram(LONGEST_NS, DIGITS);
    }

    private void run() {
        long received = 0;
        while (running) {
            int polled = sink.poll(this);
            if (polled == 0) {
                LockSupport.parkNanos(POLL_NS);
            } else {
                received += polled;
                count = received;
            }
        }
    }

    @Override
    public void onFrame(long number, long travelledNs, int bytes) {
        if (number > latest) {
            latest = number;
        } else {
            outOfOrder++;
        }
        travelled.recordValue(Math.clamp(travelledNs, 1, LONGEST_NS));
    }

    /** Begins a new histogram; frames still on their way may fall into either. */
    void restart() {
        travelled = histogram();
    }

    /** Waits until no frame arrives any more; how many there were since the beginning. */
    long settled() {
        long before = -1;
        while (before != count) {
            before = count;
            LockSupport.parkNanos(SETTLED_NS);
        }
        return before;
    }

    long outOfOrder() {
        return outOfOrder;
    }

    /** In nanoseconds, since {@link #restart}. To be read when nothing arrives. */
    Histogram travelled() {
        return travelled;
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
