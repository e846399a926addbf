package io.gapura.gateway.config;

import io.gapura.engine.worker.Worker;
import io.gapura.gateway.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * {@code dataplane.workers}: one worker for each core that it names, {@code "2-5,18"}; {@code auto} for the best cores
 * of the machine, as many as the ports have queues for; {@code any} for a worker that is not pinned.
 */
final class WorkerCores {
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,3})(?:-(\\d{1,3}))?");

    private final Machine machine;
    private final int mainCore;
    private final boolean shared;
    private final List<PortSettings> ports;
    private final boolean numaLocal;

    /**
     * For one data plane.
     *
     * @param shared whether several threads of ours may have the same core
     */
    WorkerCores(Machine machine, int mainCore, boolean shared, List<PortSettings> ports, boolean numaLocal) {
        this.machine = machine;
        this.mainCore = mainCore;
        this.shared = shared;
        this.ports = ports;
        this.numaLocal = numaLocal;
    }

    List<Integer> read(Value value) throws InvalidConfiguration {
        List<String> parts = value.list(Value::text).stream().flatMap(COMMA::splitAsStream).toList();
        if (parts.equals(List.of("auto"))) {
            return automatic();
        }
        List<Integer> cores = new ArrayList<>();
        for (String part : parts) {
            Matcher range = RANGE.matcher(part);
            if (part.equals("any")) {
                cores.add(Worker.ANY_CORE);
            } else if (range.matches()) {
                int first = Integer.parseInt(range.group(1));
                int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
                IntStream.rangeClosed(first, last).forEach(cores::add);
            } else {
                throw value.fault("'" + part + "' is no list of cores; write \"2-5,18\", auto or any");
            }
        }
        check(value, cores);
        return cores;
    }

    private List<Integer> automatic() {
        List<String> devices = ports.stream().map(PortSettings::device).toList();
        OptionalInt main = mainCore == Worker.ANY_CORE ? OptionalInt.empty() : OptionalInt.of(mainCore);
        List<Integer> best = machine.coresForWorkers(main, devices, numaLocal);
        int queues = ports.stream().map(this::queues).flatMapToInt(OptionalInt::stream).min().orElse(1);
        return best.isEmpty() ? List.of(Worker.ANY_CORE) : best.stream().limit(queues).toList();
    }

    private OptionalInt queues(PortSettings port) {
        return port.driver() instanceof DriverSettings.Dpdk dpdk
                ? OptionalInt.of(dpdk.queues())
                : machine.receiveQueues(port.device());
    }

    private void check(Value value, List<Integer> cores) throws InvalidConfiguration {
        if (cores.isEmpty()) {
            throw value.fault("names no core; write the smaller one of a range first");
        }
        List<Integer> seen = new ArrayList<>();
        for (int core : cores) {
            if (core == Worker.ANY_CORE) {
                continue;
            }
            if (!shared && seen.contains(core)) {
                throw value.fault("core " + core + " would have two workers, each waiting for the other;"
                        + " name another core, or say share_cores: yes");
            }
            if (!shared && core == mainCore) {
                throw value.fault("core " + core + " is main_core, the control thread's; take it from one of the two,"
                        + " or say share_cores: yes");
            }
            String refusal = machine.refusal(core).orElse(null);
            if (refusal != null) {
                throw value.fault(refusal);
            }
            seen.add(core);
        }
    }
}
