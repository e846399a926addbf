package io.gapura.gateway.config;

import io.gapura.engine.port.AfXdpPorts;
import io.gapura.engine.port.DpdkPorts;
import io.gapura.engine.port.PacketMemory;
import io.gapura.engine.port.Placement;
import io.gapura.engine.port.Placement.PortQueue;
import io.gapura.ffi.afxdp.XskSettings;
import io.gapura.ffi.libc.HugePages;
import io.gapura.ffi.libc.Mapping;
import io.gapura.gateway.machine.Machine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** {@code dataplane.placement}, and whether queues, workers and memory fit together. */
final class QueueReader {
    private static final int MOST_QUEUES = 4096;
    private static final int SMALLEST_CHUNK_BYTES = 2048;

    private final Machine machine;
    private final List<PortSettings> ports;
    private final int workers;

    QueueReader(Machine machine, List<PortSettings> ports, int workers) {
        this.machine = machine;
        this.ports = ports;
        this.workers = workers;
    }

    /** {@code [{ port: wan, queue: 2, worker: 1 }, …]}; what it does not name is served in turn. */
    Placement read(Value value) throws InvalidConfiguration {
        Map<PortQueue, Integer> chosen = new HashMap<>();
        value.list(entry -> Section.finished(entry.section(), section -> place(section, chosen)));
        return new Placement(workers, chosen);
    }

    private PortQueue place(Section section, Map<PortQueue, Integer> chosen) throws InvalidConfiguration {
        int port = section.need("port", 0, this::port);
        int queue = section.need("queue", 0, value -> queue(value, port));
        int worker = section.need("worker", 0, this::worker);
        PortQueue place = new PortQueue(port, queue);
        boolean isPort = port < ports.size(); // or else that was said already
        if (chosen.put(place, worker) != null && isPort) {
            throw section.fault("queue " + queue + " of " + ports.get(port).name() + " was given to a worker already");
        }
        return place;
    }

    private int port(Value value) throws InvalidConfiguration {
        for (int port = 0; port < ports.size(); port++) {
            if (ports.get(port).name().equals(value.text())) {
                if (ports.get(port).isOfHost()) {
                    throw value.fault("every worker has a queue of a TUN device; remove this");
                }
                return port;
            }
        }
        throw value.fault("'" + value.text() + "' is no port; choose from "
                + String.join(", ", ports.stream().map(PortSettings::name).toList()));
    }

    private int queue(Value value, int port) throws InvalidConfiguration {
        int queue = value.integer(0, MOST_QUEUES);
        OptionalInt queues = port < ports.size() ? queues(ports.get(port)) : OptionalInt.empty();
        if (queues.isPresent() && queue >= queues.getAsInt()) {
            throw value.fault("%s has receive queues 0 to %d; for more %s".formatted(ports.get(port).device(),
                    queues.getAsInt() - 1, moreQueues(ports.get(port), queue + 1)));
        }
        return queue;
    }

    private int worker(Value value) throws InvalidConfiguration {
        int worker = value.integer(0, MOST_QUEUES);
        if (worker >= workers) {
            throw value.fault("there is no worker " + worker + "; dataplane.workers has them from 0 to "
                    + (workers - 1));
        }
        return worker;
    }

    /** AF_XDP finds its queues on the device, DPDK makes them, of a TUN device each worker has one. */
    private OptionalInt queues(PortSettings port) {
        return switch (port.driver()) {
            case DriverSettings.AfXdp _ -> machine.receiveQueues(port.device());
            case DriverSettings.Dpdk dpdk -> OptionalInt.of(dpdk.queues());
            case DriverSettings.Tun _ -> OptionalInt.empty();
        };
    }

    private static String moreQueues(PortSettings port, int queues) {
        return switch (port.driver()) {
            case DriverSettings.AfXdp _ -> "run: ethtool -L %s combined %d".formatted(port.device(), queues);
            case DriverSettings.Dpdk _ -> "write rx_queues: %d at port %s".formatted(queues, port.name());
            case DriverSettings.Tun _ -> "name more cores";
        };
    }

    void check(Section section, DataplaneSettings settings) throws InvalidConfiguration {
        int chunks = 0;
        for (int worker = 0; worker < workers; worker++) {
            int needed = needed(section, settings, worker);
            int wanted = settings.buffers().buffers();
            if (wanted != PacketMemory.AS_NEEDED && wanted < needed) {
                throw section.fault("buffers", "worker %d needs %d for its rings, not %d; write auto".formatted(worker,
                        needed, wanted));
            }
            chunks += Math.max(wanted, needed);
        }
        checkHugePages(section, settings, chunks);
    }

    private int needed(Section section, DataplaneSettings settings, int worker) throws InvalidConfiguration {
        int known = 0;
        for (int port = 0; port < ports.size(); port++) {
            OptionalInt queues = queues(ports.get(port));
            if (queues.isPresent()) {
                int served = settings.placement().queuesOf(port, worker, queues.getAsInt()).size();
                if (served == 0) {
                    throw section.fault("workers", idle(ports.get(port), worker, queues.getAsInt()));
                }
                known += served;
            }
        }
        BufferSettings buffers = settings.buffers();
        if (settings.byDpdk()) {
            return DpdkPorts.buffersNeeded(known, ports.size(), buffers.receiveFrames(), buffers.sendFrames());
        }
        return AfXdpPorts.buffersNeeded(known,
                XskSettings.DEFAULT.withRings(buffers.receiveFrames(), buffers.sendFrames()));
    }

    private String idle(PortSettings port, int worker, int queues) {
        return "worker %d has none of the %d queues of %s (%s), and so could not send there; ".formatted(worker,
                queues, port.name(), port.device())
                + (queues < workers
                        ? "name fewer cores, or " + moreQueues(port, workers)
                        : "give it one by placement");
    }

    private void checkHugePages(Section section, DataplaneSettings settings, int chunks) throws InvalidConfiguration {
        long free = machine.freeHugePages();
        long bytes = settings.byDpdk()
                ? DpdkPorts.memoryMib(workers, chunks / workers) << 20
                : (long) chunks * SMALLEST_CHUNK_BYTES;
        long needed = (bytes + Mapping.HUGE_PAGE_BYTES - 1) / Mapping.HUGE_PAGE_BYTES;
        if (settings.buffers().hugePages() == HugePages.REQUIRE && free < needed) {
            throw section.fault("huge_pages", "%d of 2 MiB are needed and %d are free; ".formatted(needed, free)
                    + "run: sysctl -w vm.nr_hugepages=" + needed + ", or write prefer");
        }
    }
}
