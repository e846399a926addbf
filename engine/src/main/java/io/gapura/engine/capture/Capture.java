package io.gapura.engine.capture;

import java.util.List;

/** A capture in progress: all workers' taps. Control thread. */
public final class Capture {
    private final List<CaptureTap> taps;
    private final long epochOffsetNs;

    /** @param epochOffsetNs what the workers' clock is behind the time since 1970 */
    public Capture(List<CaptureTap> taps, long epochOffsetNs) {
        this.taps = List.copyOf(taps);
        this.epochOffsetNs = epochOffsetNs;
    }

    /** Passes up to about {@code limit} recorded packets on, each worker's in their order; how many. */
    public int drain(CapturedPacket.Handler handler, int limit) {
        int drained = 0;
        for (CaptureTap tap : taps) {
            drained += tap.drain(handler, epochOffsetNs, Math.max(1, limit / taps.size()));
        }
        return drained;
    }

    /** How many wanted packets found the rings full. */
    public long lost() {
        return taps.stream().mapToLong(CaptureTap::lost).sum();
    }
}
