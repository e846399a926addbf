package io.gapura.engine.port;

import io.gapura.engine.packet.BufferPool;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.afxdp.CopyMode;
import io.gapura.ffi.afxdp.DeviceQueues;
import io.gapura.ffi.afxdp.Umem;
import io.gapura.ffi.afxdp.XdpProgram;
import io.gapura.ffi.afxdp.XskSettings;
import io.gapura.ffi.afxdp.XskSocket;
import io.gapura.ffi.afxdp.XskStatistics;
import io.gapura.ffi.bpf.XdpMode;
import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.netlink.InterfaceAddress;
import io.gapura.ffi.netlink.KernelTables;
import io.gapura.ffi.netlink.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The network interfaces of an engine: packet memory for each worker, a socket for each queue, a program for
 * each interface.
 *
 * <pre>
 *                 worker 0         worker 1
 *   interface a   queue 0, 2, …    queue 1, 3, …    XdpProgram
 *   interface b   queue 0, 2, …    queue 1, 3, …    XdpProgram
 *                 Umem             Umem
 * </pre>
 *
 * or as {@link Placement} says.
 *
 * Every queue in use has a socket, or its frames would be lost. When the first interface can do zero-copy and
 * another cannot, all are opened in copy mode. Control thread.
 */
public final class AfXdpPorts implements NetworkPorts {
    private static final int SMALL_CHUNK_BYTES = 2048;
    private static final int LARGE_CHUNK_BYTES = 4096;
    private static final int ETHERNET_BYTES = 14;
    /** Chunks that a worker may hold in its hands, beyond those in rings. */
    private static final int CHUNKS_IN_HAND = 256;

    private final List<AfXdpSettings> settings;
    private final Placement placement;
    private final PacketMemory memory;
    private final List<PortSpec> specs;
    /** The interfaces' indexes, which of a VLAN are others than its own. */
    private final List<Integer> devices;
    private final List<Integer> queues;
    private final List<Umem> memories = new ArrayList<>();
    private final List<List<AfXdpPort>> portsOfWorker = new ArrayList<>();
    private final List<XdpProgram> programs = new ArrayList<>();
    private final List<XdpMode> modes = new ArrayList<>();

    private AfXdpPorts(KernelTables tables, List<AfXdpSettings> settings, Placement placement, PacketMemory memory) {
        this.settings = List.copyOf(settings);
        this.placement = placement;
        this.memory = memory;
        this.specs = specs(tables, settings);
        this.devices = settings.stream().map(port -> link(tables, port, port.device()).index()).toList();
        this.queues = settings.stream().map(port -> DeviceQueues.count(port.device())).toList();
    }

    /** Opens all interfaces for {@code workers} workers, with queues in turn and memory as needed. */
    public static AfXdpPorts open(KernelTables tables, List<AfXdpSettings> settings, int workers) {
        return open(tables, settings, Placement.inTurn(workers), PacketMemory.DEFAULT);
    }

    /**
     * Opens all interfaces, and attaches their programs. In the network namespace of the calling thread; needs root,
     * or CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF and CAP_IPC_LOCK.
     */
    public static AfXdpPorts open(KernelTables tables, List<AfXdpSettings> settings, Placement placement,
            PacketMemory memory) {
        AfXdpPorts ports = new AfXdpPorts(tables, settings, placement, memory);
        try {
            ports.openSockets();
            ports.attach(tables);
            return ports;
        } catch (RuntimeException failed) {
            ports.close();
            throw failed;
        }
    }

    private static List<PortSpec> specs(KernelTables tables, List<AfXdpSettings> settings) {
        List<PortSpec> specs = new ArrayList<>();
        for (AfXdpSettings port : settings) {
            Link link = link(tables, port, port.link());
            specs.add(new PortSpec(specs.size(), port.name(), port.role(), link.index(), link.mac(), 0, link.mtu())
                    .addressedBy(tables));
        }
        return List.copyOf(specs);
    }

    private static Link link(KernelTables tables, AfXdpSettings port, String name) {
        return tables.links().stream().filter(candidate -> candidate.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("port " + port.name() + ": there is no interface "
                        + name));
    }

    private void openSockets() {
        try {
            openSockets(false);
        } catch (ErrnoException refused) {
            if (refused.errno() != Errno.EOPNOTSUPP) {
                throw refused;
            }
            closeSockets();
            openSockets(true);
        }
    }

    private void openSockets(boolean mustCopy) {
        for (int worker = 0; worker < placement.workers(); worker++) {
            int chunks = chunks(worker);
            Umem umem = memory.near(worker, () -> Umem.create(chunks, chunkBytes(), memory.hugePages()));
            memories.add(umem);
            BufferPool pool = BufferPool.over(umem.segment(), chunkBytes());
            List<AfXdpPort> ports = new ArrayList<>();
            portsOfWorker.add(ports);
            for (PortSpec spec : specs) {
                ports.add(new AfXdpPort(spec, pool, settings.get(spec.index()).vlan(),
                        openQueues(spec.index(), worker, umem, mustCopy)));
            }
        }
    }

    private List<XskSocket> openQueues(int port, int worker, Umem umem, boolean mustCopy) {
        AfXdpSettings wanted = settings.get(port);
        XskSettings rings = mustCopy && wanted.rings().copyMode() == CopyMode.PREFER_ZERO_COPY
                ? wanted.rings().withCopyMode(CopyMode.COPY)
                : wanted.rings();
        List<XskSocket> sockets = new ArrayList<>();
        try {
            for (int queue : queuesOf(port, worker)) {
                sockets.add(XskSocket.open(wanted.device(), queue, umem, rings));
            }
        } catch (ErrnoException refused) {
            sockets.forEach(XskSocket::close);
            throw refused;
        }
        if (sockets.isEmpty()) {
            throw new IllegalArgumentException(
                    "port %s: none of the %d receive queues of %s is worker %d's, which could"
                            .formatted(wanted.name(), queues.get(port), wanted.device(), worker)
                            + " not send there; have fewer workers, or more queues: ethtool -L " + wanted.device()
                            + " combined " + placement.workers());
        }
        return sockets;
    }

    private List<Integer> queuesOf(int port, int worker) {
        return placement.queuesOf(port, worker, queues.get(port));
    }

    private int chunks(int worker) {
        int needed = CHUNKS_IN_HAND;
        for (PortSpec spec : specs) {
            int share = queuesOf(spec.index(), worker).size();
            needed += buffersNeeded(share, settings.get(spec.index()).rings()) - CHUNKS_IN_HAND;
        }
        if (memory.buffers() != PacketMemory.AS_NEEDED && memory.buffers() < needed) {
            throw new IllegalArgumentException("worker %d needs %d buffers to fill its rings, not %d".formatted(worker,
                    needed, memory.buffers()));
        }
        return Math.max(memory.buffers(), needed);
    }

    /** How many buffers a worker needs that serves {@code queues} queues: what their rings hold, and some in hand. */
    public static int buffersNeeded(int queues, XskSettings rings) {
        return CHUNKS_IN_HAND + queues * (rings.fillFrames() + rings.receiveFrames() + rings.sendFrames());
    }

    private int chunkBytes() {
        int largestFrame = specs.stream().mapToInt(PortSpec::mtu).max().orElseThrow() + ETHERNET_BYTES;
        int overhead = BufferPool.HEADROOM_BYTES + BufferPool.TAILROOM_BYTES + VlanTag.BYTES;
        if (largestFrame + overhead > LARGE_CHUNK_BYTES) {
            throw new IllegalArgumentException("an MTU of %d bytes is too large for AF_XDP: at most %d".formatted(
                    largestFrame - ETHERNET_BYTES, LARGE_CHUNK_BYTES - overhead - ETHERNET_BYTES));
        }
        return largestFrame + overhead > SMALL_CHUNK_BYTES ? LARGE_CHUNK_BYTES : SMALL_CHUNK_BYTES;
    }

    private void attach(KernelTables tables) {
        for (PortSpec spec : specs) {
            int vlan = settings.get(spec.index()).vlan();
            XdpProgram program = spec.role() == PortRole.PROTECTED
                    ? XdpProgram.forProtectedPort(spec.mac(), vlan)
                    : XdpProgram.forUnprotectedPort(spec.mac(), vlan);
            programs.add(program);
            for (int worker = 0; worker < portsOfWorker.size(); worker++) {
                redirect(program, worker, portsOfWorker.get(worker).get(spec.index()));
            }
        }
        follow(tables);
        for (PortSpec spec : specs) {
            modes.add(programs.get(spec.index()).attach(devices.get(spec.index()),
                    settings.get(spec.index()).modes()));
        }
    }

    private void redirect(XdpProgram program, int worker, AfXdpPort port) {
        List<Integer> queuesOfWorker = queuesOf(port.index(), worker);
        for (int index = 0; index < queuesOfWorker.size(); index++) {
            program.redirect(queuesOfWorker.get(index), port.sockets().get(index));
        }
    }

    /** Tells the programs. */
    @Override
    public void follow(KernelTables tables) {
        for (PortSpec spec : specs) {
            Set<IpAddress> ports = addresses(tables, spec.ifIndex(), true);
            programs.get(spec.index()).localAddresses(ports, addresses(tables, spec.ifIndex(), false));
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
        return portsOfWorker.stream().map(ports -> List.<Port>copyOf(ports)).toList();
    }

    @Override
    public List<PortSpec> specs() {
        return specs;
    }

    @Override
    public PortStatus status(int port) {
        List<XskSocket> sockets = portsOfWorker.stream().flatMap(ports -> ports.get(port).sockets().stream()).toList();
        XskStatistics sum = sockets.stream().map(XskSocket::statistics).reduce(XskStatistics.NONE,
                XskStatistics::plus);
        return new PortStatus(modes.get(port).name().toLowerCase(Locale.ROOT), sockets.getFirst().zeroCopy(),
                queues.get(port), sum.lost());
    }

    /** Detaches the programs and closes everything. After the engine, whose workers use the memory. */
    @Override
    public void close() {
        programs.forEach(XdpProgram::close);
        programs.clear();
        closeSockets();
    }

    private void closeSockets() {
        portsOfWorker.forEach(ports -> ports.forEach(AfXdpPort::close));
        portsOfWorker.clear();
        memories.forEach(Umem::close);
        memories.clear();
    }
}
