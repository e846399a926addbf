package io.gapura.engine.sad;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells when no worker can hold any more what the control thread has unpublished.
 *
 * <p>Each worker has a counter that is odd inside its duty cycle and even outside, where it holds nothing:
 * an idle or parked worker delays nobody. What is retired is freed when each worker has been seen outside, or
 * in a later cycle than the one in which it was retired.
 *
 * <p>Both sides write, fence, then read: the worker its counter and then the published objects, the control
 * thread the published objects and then the counters. So either the control thread sees that the worker is
 * inside, or the worker sees that the object is gone.
 */
public final class Epochs {
    private static final VarHandle COUNTER = ValueLayout.JAVA_LONG.varHandle();

    /** Two cache lines, since processors fetch lines in pairs: one worker's counter does not disturb another's. */
    private static final int STRIDE_BYTES = 128;

    private final int workers;
    private final MemorySegment counters;
    private final Deque<Retired> retired = new ArrayDeque<>();

    public Epochs(int workers) {
        this.workers = workers;
        this.counters = Arena.ofAuto().allocate((long) workers * STRIDE_BYTES, STRIDE_BYTES);
    }

    /** Starts a duty cycle: from here on {@code worker} may load published objects. Worker thread. */
    public void enter(int worker) {
        COUNTER.setOpaque(counters, offset(worker), counter(worker) + 1);
        VarHandle.fullFence(); // with the fence in retire
    }

    /** Ends a duty cycle: {@code worker} has let go of all it loaded. Worker thread. */
    public void leave(int worker) {
        COUNTER.setRelease(counters, offset(worker), counter(worker) + 1); // with hasPassed's acquire
    }

    /** Runs {@code free} from a later {@link #reclaim}; what it frees must be unpublished already. Control thread. */
    public void retire(Runnable free) {
        VarHandle.fullFence(); // with the fence in enter
        long[] seen = new long[workers];
        for (int worker = 0; worker < workers; worker++) {
            seen[worker] = counter(worker);
        }
        retired.add(new Retired(seen, free));
    }

    /** Frees what no worker can hold any more, oldest first. Control thread. */
    public int reclaim() {
        int freed = 0;
        for (Retired next = retired.peek(); next != null && hasPassed(next.seen); next = retired.peek()) {
            retired.remove();
            next.free.run();
            freed++;
        }
        return freed;
    }

    /** How many retired objects are waiting. Control thread. */
    public int waiting() {
        return retired.size();
    }

    private boolean hasPassed(long[] seen) {
        for (int worker = 0; worker < workers; worker++) {
            boolean wasInside = (seen[worker] & 1) != 0;
            if (wasInside && counter(worker) == seen[worker]) {
                return false;
            }
        }
        return true;
    }

    private long counter(int worker) {
        return (long) COUNTER.getAcquire(counters, offset(worker));
    }

    private static long offset(int worker) {
        return (long) worker * STRIDE_BYTES;
    }

    /** What to do once every worker has left the cycle in which its counter was {@code seen}. */
    private static final class Retired {
        private final long[] seen;
        private final Runnable free;

        private Retired(long[] seen, Runnable free) {
            this.seen = seen;
            this.free = free;
        }
    }
}
