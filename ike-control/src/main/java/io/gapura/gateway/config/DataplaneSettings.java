package io.gapura.gateway.config;

import io.gapura.engine.Idle;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.port.Placement;
import io.gapura.engine.worker.Worker;
import java.time.Duration;
import java.util.List;

/**
 * {@code dataplane}: cores, queues, memory and ports.
 *
 * @param mainCore of the control thread, or {@link Worker#ANY_CORE}
 * @param workers each worker's core, or {@link Worker#ANY_CORE}
 * @param replayWindow of child SAs that do not set their own
 * @param warmUp how long workers may run on made-up packets before there are real ones; zero for not at all
 * @param placement which worker serves which queue
 * @param ealArguments for DPDK, beyond those that follow from the rest
 * @param ports those to networks, then the host's own if it has one
 */
public record DataplaneSettings(int mainCore, List<Integer> workers, Idle idle, SuiteChoice crypto, int replayWindow,
        Duration warmUp, BufferSettings buffers, Placement placement, List<String> ealArguments,
        List<PortSettings> ports) {
    static final Duration DEFAULT_WARM_UP = Duration.ofSeconds(1);

    public DataplaneSettings {
        workers = List.copyOf(workers);
        ports = List.copyOf(ports);
        ealArguments = List.copyOf(ealArguments);
    }

    /** Whether DPDK drives the ports to networks: all of them, or none. */
    public boolean byDpdk() {
        return ports.stream().anyMatch(port -> port.driver() instanceof DriverSettings.Dpdk);
    }
}
