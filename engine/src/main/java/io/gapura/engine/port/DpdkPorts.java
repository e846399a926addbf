package io.gapura.engine.port;

import io.gapura.engine.packet.BufferPool;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.dpdk.Eal;
import io.gapura.ffi.dpdk.EalSettings;
import io.gapura.ffi.dpdk.EthDev;
import io.gapura.ffi.dpdk.EthDevSettings;
import io.gapura.ffi.dpdk.EthDevStatistics;
import io.gapura.ffi.dpdk.FastPath;
import io.gapura.ffi.dpdk.Mempool;
import io.gapura.ffi.dpdk.MissingDpdk;
import io.gapura.ffi.libc.TapDevice;
import io.gapura.ffi.netlink.InterfaceAddress;
import io.gapura.ffi.netlink.KernelTables;
import io.gapura.ffi.netlink.Link;
import io.gapura.ffi.netlink.LinkSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The devices that DPDK has taken from the kernel: packet memory for each worker, receive queues by
 * {@link Placement}, a send queue of each device for each worker, and a TAP device for each port, by which the kernel
 * keeps what is its. DPDK starts once in a process, so this opens once. Control thread.
 */
public final class DpdkPorts implements NetworkPorts {
    private static final int ETHERNET_BYTES = 14;
    private static final long LOCALLY_ADMINISTERED = 0x0200_0000_0001L;

    private final List<DpdkSettings> settings;
    private final Placement placement;
    private final DpdkEnvironment environment;
    private final Eal eal;
    private final boolean huge;
    private final List<Mempool> memories = new ArrayList<>();
    private final List<EthDev> devices = new ArrayList<>();
    private final List<SlowPath> slowPaths = new ArrayList<>();
    private final List<KernelShare> kernelShares = new ArrayList<>();
    private final List<PortSpec> specs = new ArrayList<>();
    private final List<List<Port>> portsOfWorker = new ArrayList<>();
    private @Nullable TapReader reader;

    private DpdkPorts(List<DpdkSettings> settings, DpdkEnvironment environment, Placement placement, Eal eal,
            boolean huge) {
        this.settings = List.copyOf(settings);
        this.environment = environment;
        this.placement = placement;
        this.eal = eal;
        this.huge = huge;
    }

    /** Starts DPDK in the network namespace of the calling thread, and opens all devices. */
    public static DpdkPorts open(KernelTables tables, List<DpdkSettings> settings, DpdkEnvironment environment,
            Placement placement, PacketMemory memory) throws MissingDpdk {
        checkQueues(settings, placement);
        int chunks = DpdkMemory.chunks(settings, environment, placement, memory);
        boolean huge = DpdkMemory.inHugePages(memory.hugePages(), placement.workers(), chunks);
        Eal eal = Eal.start(new EalSettings(environment.mainCore(), huge,
                DpdkMemory.mib(placement.workers(), chunks), settings.stream().map(DpdkSettings::device).toList(),
                environment.arguments()), environment.log());
        DpdkPorts ports = new DpdkPorts(settings, environment, placement, eal, huge);
        try {
            ports.openDevices(chunks);
            ports.openTaps(tables);
            ports.openPorts();
            ports.follow(tables);
            return ports;
        } catch (RuntimeException failed) {
            ports.close();
            throw failed;
        }
    }

    private static void checkQueues(List<DpdkSettings> settings, Placement placement) {
        for (int port = 0; port < settings.size(); port++) {
            for (int worker = 0; worker < placement.workers(); worker++) {
                if (placement.queuesOf(port, worker, settings.get(port).queues()).isEmpty()) {
                    throw new IllegalArgumentException(
                            "port %s: none of its %d receive queues is worker %d's".formatted(
                                    settings.get(port).name(), settings.get(port).queues(), worker)
                                    + "; have fewer workers, or more queues");
                }
            }
        }
    }

    private void openDevices(int chunks) {
        for (int worker = 0; worker < placement.workers(); worker++) {
            memories.add(eal.pool("gapura-" + worker, chunks));
        }
        for (int port = 0; port < settings.size(); port++) {
            DpdkSettings wanted = settings.get(port);
            EthDev device = eal.device(wanted.deviceName());
            devices.add(device);
            device.start(new EthDevSettings(wanted.queues(), placement.workers(), environment.receiveDescriptors(),
                    environment.sendDescriptors(), wanted.mtu()), poolOfQueue(port, wanted.queues()));
            checkMtu(wanted, device.mtu());
            if (wanted.queues() > 1 && !device.spread()) {
                environment.log().accept("%s: %s cannot spread packets over queues by their addresses (RSS)".formatted(
                        wanted.name(), device.driver()));
            }
        }
    }

    private List<Mempool> poolOfQueue(int port, int queues) {
        return IntStream.range(0, queues).mapToObj(queue -> memories.get(placement.workerOf(port, queue))).toList();
    }

    private static void checkMtu(DpdkSettings port, int mtu) {
        int largest = Mempool.MOST_FRAME_BYTES - ETHERNET_BYTES;
        if (mtu > largest) {
            throw new IllegalArgumentException("port %s: an MTU of %d bytes is too large, at most %d".formatted(
                    port.name(), mtu, largest));
        }
    }

    /** Only when the kernel has told of the devices are their numbers and addresses known. */
    private void openTaps(KernelTables tables) {
        for (int port = 0; port < settings.size(); port++) {
            DpdkSettings wanted = settings.get(port);
            EthDev device = devices.get(port);
            TapDevice tap = TapDevice.open(wanted.tap());
            slowPaths.add(new SlowPath(tap));
            tap.mac(mac(device, port));
            tap.mtu(device.mtu());
            tap.up();
            if (wanted.vlan() != DpdkSettings.UNTAGGED) {
                openVlan(wanted, device.mtu());
            } else if (wanted.address() != 0) {
                tap.address(wanted.address(), wanted.prefixBits());
            }
        }
        tables.poll();
        for (int port = 0; port < settings.size(); port++) {
            specs.add(spec(tables, port));
        }
    }

    /** Goes with the TAP device. */
    private static void openVlan(DpdkSettings wanted, int mtu) {
        try (LinkSetup trunk = new LinkSetup(wanted.tap())) {
            trunk.addVlan(wanted.kernelsEnd(), wanted.vlan());
        }
        try (LinkSetup vlan = new LinkSetup(wanted.kernelsEnd())) {
            vlan.up(mtu);
            if (wanted.address() != 0) {
                vlan.address(wanted.address(), wanted.prefixBits());
            }
        }
    }

    private PortSpec spec(KernelTables tables, int port) {
        DpdkSettings wanted = settings.get(port);
        Link link = tables.links().stream().filter(candidate -> candidate.name().equals(wanted.kernelsEnd()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the kernel does not know " + wanted.kernelsEnd()));
        EthDev device = devices.get(port);
        return new PortSpec(port, wanted.name(), wanted.role(), link.index(), mac(device, port), 0, device.mtu())
                .addressedBy(tables);
    }

    /** The device's, or one of our own if it has none, as ring devices: the kernel takes no zeros for its end. */
    private static long mac(EthDev device, int port) {
        return device.mac() != 0 ? device.mac() : LOCALLY_ADMINISTERED + port;
    }

    private void openPorts() {
        specs.forEach(spec -> kernelShares.add(new KernelShare(spec.role(), spec.mac(),
                settings.get(spec.index()).vlan())));
        for (int worker = 0; worker < placement.workers(); worker++) {
            Mempool memory = memories.get(worker);
            BufferPool pool = MempoolReserve.pool(memory);
            List<Port> ports = new ArrayList<>();
            for (PortSpec spec : specs) {
                ports.add(port(spec, worker, memory, pool));
            }
            portsOfWorker.add(List.copyOf(ports));
        }
        reader = TapReader.start(slowPaths);
    }

    /** The kernel's frames leave by the first worker's. */
    private DpdkPort port(PortSpec spec, int worker, Mempool memory, BufferPool pool) {
        EthDev device = devices.get(spec.index());
        List<FastPath> receivers = placement.queuesOf(spec.index(), worker, settings.get(spec.index()).queues())
                .stream().map(device::receiver).toList();
        SlowPath slowPath = slowPaths.get(spec.index());
        DpdkPort port = new DpdkPort(spec, pool, eal, memory, receivers, device.sender(worker),
                kernelShares.get(spec.index()), slowPath, settings.get(spec.index()).vlan());
        if (worker == 0) {
            slowPath.leaveBy(port);
        }
        return port;
    }

    @Override
    public void follow(KernelTables tables) {
        for (PortSpec spec : specs) {
            kernelShares.get(spec.index()).follow(LocalAddresses.of(addresses(tables, spec.ifIndex(), true),
                    addresses(tables, spec.ifIndex(), false)));
        }
    }

    private static Set<IpAddress> addresses(KernelTables tables, int ifIndex, boolean ofThisInterface) {
        return tables.addresses().stream()
                .filter(address -> (address.ifIndex() == ifIndex) == ofThisInterface)
                .map(InterfaceAddress::address)
                .collect(Collectors.toSet());
    }

    @Override
    public List<List<Port>> portsOfWorker() {
        return List.copyOf(portsOfWorker);
    }

    @Override
    public List<PortSpec> specs() {
        return List.copyOf(specs);
    }

    @Override
    public PortStatus status(int port) {
        EthDev device = devices.get(port);
        EthDevStatistics counted = device.statistics();
        return new PortStatus(device.driver(), !device.isSoftware(), settings.get(port).queues(),
                counted.missed() + counted.noBuffers() + slowPaths.get(port).lost());
    }

    /** As DPDK calls itself, {@code DPDK 22.11.11}. */
    public String version() {
        return eal.version();
    }

    /** Whether packets lie in huge pages. */
    public boolean inHugePages() {
        return huge;
    }

    /** How many buffers a worker needs that serves {@code queues} receive queues in all, and sends by every port. */
    public static int buffersNeeded(int queues, int ports, int receiveDescriptors, int sendDescriptors) {
        return DpdkMemory.needed(queues, ports, receiveDescriptors, sendDescriptors);
    }

    /** How much memory DPDK takes for so many workers with at least so many buffers each. */
    public static long memoryMib(int workers, int buffers) {
        return DpdkMemory.mib(workers, DpdkMemory.rounded(buffers));
    }

    /** Gives the devices back to nobody, and all memory to the kernel. After the engine. */
    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
        slowPaths.forEach(path -> path.tap().close());
        devices.forEach(EthDev::close);
        memories.forEach(Mempool::free);
        eal.close();
    }
}
