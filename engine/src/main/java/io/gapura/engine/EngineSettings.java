package io.gapura.engine;

import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.worker.Worker;
import java.util.Collections;
import java.util.List;
import org.agrona.ErrorHandler;

/**
 * How an engine runs.
 *
 * @param cores        each worker's core, or {@link Worker#ANY_CORE}
 * @param idle         what a worker does when there is no packet
 * @param burst        how many packets a worker takes from a port at once, 1 to 64
 * @param inboundSas   how many inbound SAs there can be; a power of two up to 2^20
 * @param tunnels      how many tunnels there can be
 * @param errorHandler hears of exceptions that a worker caught, on the worker's thread; may be called often
 */
public record EngineSettings(List<Integer> cores, Idle idle, int burst, int inboundSas, int tunnels,
        ErrorHandler errorHandler) {

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
                PacketBatch.CAPACITY, DEFAULT_INBOUND_SAS, DEFAULT_TUNNELS, errorHandler);
    }

    public EngineSettings withCores(List<Integer> pinned) {
        return new EngineSettings(pinned, idle, burst, inboundSas, tunnels, errorHandler);
    }

    public EngineSettings withIdle(Idle strategy) {
        return new EngineSettings(cores, strategy, burst, inboundSas, tunnels, errorHandler);
    }

    public EngineSettings withBurst(int packets) {
        return new EngineSettings(cores, idle, packets, inboundSas, tunnels, errorHandler);
    }

    /** With room for so many inbound SAs, a power of two, and so many tunnels. */
    public EngineSettings withRoomFor(int mostInboundSas, int mostTunnels) {
        return new EngineSettings(cores, idle, burst, mostInboundSas, mostTunnels, errorHandler);
    }

    public int workers() {
        return cores.size();
    }
}
