package io.gapura.engine;

import io.gapura.engine.worker.Worker;
import java.util.Collections;
import java.util.List;
import org.agrona.ErrorHandler;

/**
 * How an engine runs.
 *
 * @param cores        each worker's core, or {@link Worker#ANY_CORE}
 * @param idle         what a worker does when there is no packet
 * @param inboundSas   how many inbound SAs there can be; a power of two up to 2^20
 * @param tunnels      how many tunnels there can be
 * @param errorHandler hears of exceptions that a worker caught, on the worker's thread; may be called often
 */
public record EngineSettings(List<Integer> cores, Idle idle, int inboundSas, int tunnels, ErrorHandler errorHandler) {

    /** What a worker does when there is no packet. */
    public enum Idle {
        /** Spins for a moment, then yields, then sleeps for up to 100 µs: shares its core with others. */
        ADAPTIVE,
        /** Spins: the shortest latency, for a core of its own. */
        SPIN
    }

    private static final int DEFAULT_INBOUND_SAS = 1 << 14;
    private static final int DEFAULT_TUNNELS = 1 << 13;

    public EngineSettings {
        cores = List.copyOf(cores);
        if (cores.isEmpty()) {
            throw new IllegalArgumentException("an engine has at least one worker");
        }
    }

    /** Workers on any core, idling adaptively. */
    public static EngineSettings of(int workers, ErrorHandler errorHandler) {
        return new EngineSettings(Collections.nCopies(workers, Worker.ANY_CORE), Idle.ADAPTIVE,
                DEFAULT_INBOUND_SAS, DEFAULT_TUNNELS, errorHandler);
    }

    public EngineSettings withCores(List<Integer> pinned) {
        return new EngineSettings(pinned, idle, inboundSas, tunnels, errorHandler);
    }

    public EngineSettings withIdle(Idle strategy) {
        return new EngineSettings(cores, strategy, inboundSas, tunnels, errorHandler);
    }

    public int workers() {
        return cores.size();
    }
}
