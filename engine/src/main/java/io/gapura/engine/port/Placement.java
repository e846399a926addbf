package io.gapura.engine.port;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which worker serves which queue: unless it is said otherwise, one after the other in turn.
 *
 * @param workers how many there are
 * @param chosen  queues whose worker was chosen
 */
public record Placement(int workers, Map<PortQueue, Integer> chosen) {

    /**
     * One queue.
     *
     * @param port by index, as in {@link PortSpec}
     */
    public record PortQueue(int port, int queue) {}

    public Placement {
        chosen = Map.copyOf(chosen);
    }

    /** Queue by queue in turn. */
    public static Placement inTurn(int workers) {
        return new Placement(workers, Map.of());
    }

    public int workerOf(int port, int queue) {
        return chosen.getOrDefault(new PortQueue(port, queue), queue % workers);
    }

    /** Those of the port's first {@code queues} queues that {@code worker} serves. */
    public List<Integer> queuesOf(int port, int worker, int queues) {
        return IntStream.range(0, queues).filter(queue -> workerOf(port, queue) == worker).boxed().toList();
    }
}
