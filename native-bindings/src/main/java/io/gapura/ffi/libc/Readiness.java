package io.gapura.ffi.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Waits until one of several descriptors has something to read, ppoll(2). One thread. */
public final class Readiness {
    private static final short POLLIN = 1;
    /** {@code struct pollfd { int fd; short events; short revents; }}. */
    private static final int POLL_BYTES = 8;
    private static final int REVENTS = 6;

    private final MemorySegment polls;
    private final MemorySegment timeout = Arena.ofAuto().allocate(16, 8); // struct timespec { long tv_sec, tv_nsec; }
    private final int count;

    public Readiness(List<Integer> descriptors) {
        this.count = descriptors.size();
        this.polls = Arena.ofAuto().allocate((long) Math.max(1, count) * POLL_BYTES, 8);
        for (int index = 0; index < count; index++) {
            polls.set(JAVA_INT, (long) index * POLL_BYTES, descriptors.get(index));
            polls.set(JAVA_SHORT, (long) index * POLL_BYTES + 4, POLLIN);
        }
    }

    /** Waits at most {@code timeoutNs}; whether any descriptor is ready. */
    public boolean await(long timeoutNs) {
        timeout.set(JAVA_LONG, 0, timeoutNs / 1_000_000_000);
        timeout.set(JAVA_LONG, 8, timeoutNs % 1_000_000_000);
        return SystemCall.PPOLL.attempt(polls.address(), count, timeout.address(), 0, 0, 0) > 0;
    }

    /** Whether the descriptor with this number in the list was ready, when {@link #await} returned. */
    public boolean isReady(int index) {
        return polls.get(JAVA_SHORT, (long) index * POLL_BYTES + REVENTS) != 0;
    }
}
