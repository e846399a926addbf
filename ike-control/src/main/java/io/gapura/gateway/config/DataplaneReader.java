package io.gapura.gateway.config;

import io.gapura.engine.Idle;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.port.Placement;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.worker.Worker;
import io.gapura.gateway.machine.Machine;
import io.gapura.ike.config.Child;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code dataplane}. What does not exist on the machine is refused here, where its line is known. */
final class DataplaneReader {
    private static final int LAST_CORE = 999;

    private final Section section;
    private final Machine machine;

    DataplaneReader(Section section, Machine machine) {
        this.section = section;
        this.machine = machine;
    }

    DataplaneSettings read() throws InvalidConfiguration {
        List<PortSettings> ports = section.readSection("ports", this::ports);
        boolean shared = section.read("share_cores", false, Value::yesOrNo);
        int mainCore = section.read("main_core", Worker.ANY_CORE, this::mainCore);
        BufferSettings buffers = BufferSettings.read(section);
        WorkerCores cores = new WorkerCores(machine, mainCore, shared, ports, buffers.nearCores());
        List<Integer> workers = section.read("workers", List.of(Worker.ANY_CORE), cores::read);
        QueueReader queues = new QueueReader(machine, ports, workers.size());
        Placement placement = section.read("placement", Placement.inTurn(workers.size()), queues::read);
        Idle idle = section.read("idle", Idle.ADAPTIVE, value -> value.choice(Idle.class));
        SuiteChoice crypto = section.read("crypto", SuiteChoice.AUTO, value -> value.choice(SuiteChoice.class));
        int window = section.read("replay_window", Child.DEFAULT_REPLAY_WINDOW, ChildReader::window);
        Duration warmUp = section.read("warm_up", DataplaneSettings.DEFAULT_WARM_UP, DataplaneReader::warmUp);
        List<String> ealArguments = section.readSection("dpdk",
                dpdk -> dpdk.read("eal_args", List.of(), value -> value.list(Value::text)));
        DataplaneSettings settings = new DataplaneSettings(mainCore, workers, idle, crypto, window, warmUp, buffers,
                placement, ealArguments, ports);
        queues.check(section, settings);
        return settings;
    }

    private int mainCore(Value value) throws InvalidConfiguration {
        int core = value.integer(0, LAST_CORE);
        String refusal = machine.refusal(core).orElse(null);
        if (refusal != null) {
            throw value.fault(refusal);
        }
        return core;
    }

    private static Duration warmUp(Value value) throws InvalidConfiguration {
        return value.text().equals("off") ? Duration.ZERO : value.duration();
    }

    private List<PortSettings> ports(Section section) throws InvalidConfiguration {
        List<PortSettings> ports = section.readAll((name, port) -> PortSettings.read(name, port, machine));
        Map<String, String> devices = new HashMap<>();
        for (PortSettings port : ports) {
            String other = devices.put(port.device(), port.name());
            if (other != null) {
                throw section.fault("ports " + other + " and " + port.name() + " are both " + port.device());
            }
        }
        checkDrivers(section, ports);
        for (PortRole role : PortRole.values()) {
            if (!ports.isEmpty() && ports.stream().noneMatch(port -> port.role() == role)) {
                throw section.fault("there is no port with role: " + role.name().toLowerCase(Locale.ROOT)
                        + "; a gateway needs one towards each side");
            }
        }
        return ports.stream().sorted(Comparator.comparing(PortSettings::isOfHost)).toList();
    }

    /** A packet leaves from the memory that it came in to, and that is one driver's. */
    private static void checkDrivers(Section section, List<PortSettings> ports) throws InvalidConfiguration {
        Map<String, String> names = new HashMap<>();
        for (PortSettings port : ports) {
            if (port.driver() instanceof DriverSettings.Dpdk dpdk) {
                String other = names.put(dpdk.tap(), port.name());
                if (other != null) {
                    throw section.fault("ports " + other + " and " + port.name() + " have both tap: " + dpdk.tap());
                }
            }
        }
        if (ports.stream().filter(PortSettings::isOfHost).count() > 1) {
            throw section.fault("the host needs one port with driver: tun; give it several addresses");
        }
        if (!names.isEmpty() && ports.stream().anyMatch(port -> port.driver() instanceof DriverSettings.AfXdp)) {
            throw section.fault("driver: af_xdp and driver: dpdk do not go together; DPDK reaches an interface of the"
                    + " kernel by device: net_af_packet0,iface=NAME");
        }
    }
}
