package io.gapura.engine.counters;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.engine.packet.DropReason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * One worker's counters, in one off-heap block of their own cache lines: first {@link WorkerCounter}s, then
 * drops by reason, then each port's. Written by the worker alone, read by any thread.
 */
public final class WorkerCounters {
    private static final VarHandle COUNTER = JAVA_LONG.varHandle();
    private static final int PAIR_OF_CACHE_LINES = 128;
    private static final int WORKER_COUNTERS = WorkerCounter.values().length;
    private static final int REASONS = DropReason.all().size();
    private static final int PORT_COUNTERS = PortCounter.values().length;

    private final MemorySegment block;
    private final int ports;

    public WorkerCounters(int ports) {
        this.ports = ports;
        int counters = WORKER_COUNTERS + REASONS + ports * PORT_COUNTERS;
        this.block = Arena.ofAuto().allocate((long) counters * Long.BYTES + PAIR_OF_CACHE_LINES, PAIR_OF_CACHE_LINES);
    }

    public void add(WorkerCounter counter, long count) {
        add(counter.ordinal(), count);
    }

    public void add(DropReason reason, long count) {
        add(WORKER_COUNTERS + reason.ordinal(), count);
    }

    public void add(int port, PortCounter counter, long count) {
        add(index(port, counter), count);
    }

    /** Makes {@code value} the counter's, if that is less. */
    public void raise(WorkerCounter counter, long value) {
        long offset = (long) counter.ordinal() * Long.BYTES;
        if ((long) COUNTER.get(block, offset) < value) {
            COUNTER.setRelease(block, offset, value); // pairs with value()
        }
    }

    public long value(WorkerCounter counter) {
        return value(counter.ordinal());
    }

    public long value(DropReason reason) {
        return value(WORKER_COUNTERS + reason.ordinal());
    }

    public long value(int port, PortCounter counter) {
        return value(index(port, counter));
    }

    public int ports() {
        return ports;
    }

    private static int index(int port, PortCounter counter) {
        return WORKER_COUNTERS + REASONS + port * PORT_COUNTERS + counter.ordinal();
    }

    private void add(int index, long count) {
        long offset = (long) index * Long.BYTES;
        COUNTER.setRelease(block, offset, (long) COUNTER.get(block, offset) + count); // pairs with value()
    }

    private long value(int index) {
        return (long) COUNTER.getAcquire(block, (long) index * Long.BYTES); // pairs with add()
    }
}
