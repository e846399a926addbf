package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.port.AfXdpPorts;
import io.gapura.engine.port.AfXdpSettings;
import io.gapura.engine.port.DpdkEnvironment;
import io.gapura.engine.port.DpdkPorts;
import io.gapura.engine.port.DpdkSettings;
import io.gapura.engine.port.NetworkPorts;
import io.gapura.engine.port.PacketMemory;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.port.PortStatus;
import io.gapura.engine.port.TunPorts;
import io.gapura.engine.port.TunSettings;
import io.gapura.engine.route.Fib;
import io.gapura.engine.route.KernelRoutes;
import io.gapura.ffi.afxdp.CopyMode;
import io.gapura.ffi.afxdp.XskSettings;
import io.gapura.ffi.dpdk.MissingDpdk;
import io.gapura.ffi.libc.RawIpSocket;
import io.gapura.ffi.netlink.KernelTables;
import io.gapura.ffi.netlink.Link;
import io.gapura.gateway.config.BufferSettings;
import io.gapura.gateway.config.DataplaneSettings;
import io.gapura.gateway.config.DriverSettings;
import io.gapura.gateway.config.PortSettings;
import io.gapura.ike.config.Connection;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ports on the kernel's interfaces, its routes and neighbours, and its hand for what is not ours. Control thread. */
final class LinuxKernel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxKernel.class);
    private static final Logger DPDK_LOG = LoggerFactory.getLogger("dpdk");

    private final KernelTables tables;
    private final NetworkPorts ports;
    private final KernelRoutes routes;
    private final RawIpSocket raw;
    private long refused;

    private LinuxKernel(KernelTables tables, NetworkPorts ports, KernelRoutes routes, RawIpSocket raw) {
        this.tables = tables;
        this.ports = ports;
        this.routes = routes;
        this.raw = raw;
    }

    /** Opens the ports; the kernel gives up to them what is theirs from this moment on. */
    static LinuxKernel open(DataplaneSettings settings, List<Connection> connections) throws StartupFailure {
        KernelTables tables = KernelTables.open();
        try {
            return open(tables, settings, connections);
        } catch (RuntimeException | StartupFailure failed) {
            tables.close();
            throw failed;
        }
    }

    private static LinuxKernel open(KernelTables tables, DataplaneSettings settings, List<Connection> connections)
            throws StartupFailure {
        RawIpSocket raw = RawIpSocket.open();
        try {
            NetworkPorts network = settings.byDpdk() ? dpdk(tables, settings) : afXdp(tables, settings);
            NetworkPorts ports = withHost(network, settings, connections);
            tables.poll();
            KernelRoutes routes = new KernelRoutes(tables, ports.specs(), System.nanoTime());
            return new LinuxKernel(tables, ports, routes, raw);
        } catch (RuntimeException | StartupFailure failed) {
            raw.close();
            throw failed;
        }
    }

    /** The host's own port behind the others, if there is to be one. */
    private static NetworkPorts withHost(NetworkPorts network, DataplaneSettings settings,
            List<Connection> connections) {
        PortSettings last = settings.ports().getLast();
        if (!(last.driver() instanceof DriverSettings.Tun tun)) {
            return network;
        }
        List<TunSettings.Prefix> routes = tun.routes() == DriverSettings.Tun.Routes.AUTO
                ? HostRoutes.of(connections)
                : List.of();
        TunPorts ports = TunPorts.behind(network, new TunSettings(last.name(), last.device(), tun.addresses(),
                tun.mtu(), routes));
        ports.missingRoutes().forEach(route -> LOG.warn("{} has a route already, which stays: the host's packets to it"
                + " do not go by {}", route, last.device()));
        return ports;
    }

    private static PacketMemory memory(DataplaneSettings settings) {
        BufferSettings buffers = settings.buffers();
        return new PacketMemory(buffers.buffers(), buffers.hugePages(),
                buffers.nearCores() ? settings.workers() : List.of());
    }

    private static NetworkPorts afXdp(KernelTables tables, DataplaneSettings settings) throws StartupFailure {
        List<AfXdpSettings> wanted = new ArrayList<>();
        for (PortSettings port : settings.ports()) {
            if (port.driver() instanceof DriverSettings.AfXdp driver) {
                wanted.add(port(port, driver, link(tables, port, driver.vlan()), settings.buffers()));
            }
        }
        return AfXdpPorts.open(tables, wanted, settings.placement(), memory(settings));
    }

    /** The name of the interface that has the port's addresses. */
    private static String link(KernelTables tables, PortSettings port, int vlan) throws StartupFailure {
        if (vlan == AfXdpSettings.UNTAGGED) {
            return port.device();
        }
        Link link = tables.vlan(port.device(), vlan);
        if (link == null) {
            throw new StartupFailure(
                    "port %1$s: %2$s has no interface for VLAN %3$d; make one: ip link add link %2$s name %2$s.%3$d type vlan id %3$d"
                            .formatted(port.name(), port.device(), vlan));
        }
        return link.name();
    }

    private static AfXdpSettings port(PortSettings port, DriverSettings.AfXdp driver, String link,
            BufferSettings buffers) {
        AfXdpSettings settings = AfXdpSettings.of(port.name(), port.device(), port.role());
        CopyMode mode = switch (driver.zeroCopy()) {
            case PREFER -> CopyMode.PREFER_ZERO_COPY;
            case REQUIRE -> CopyMode.ZERO_COPY;
            case OFF -> CopyMode.COPY;
        };
        XskSettings rings = settings.rings().withRings(buffers.receiveFrames(), buffers.sendFrames())
                .withCopyMode(mode);
        return new AfXdpSettings(port.name(), port.device(), driver.vlan(), link, port.role(), settings.modes(), rings);
    }

    private static NetworkPorts dpdk(KernelTables tables, DataplaneSettings settings) throws StartupFailure {
        List<DpdkSettings> wanted = new ArrayList<>();
        for (PortSettings port : settings.ports()) {
            if (port.driver() instanceof DriverSettings.Dpdk driver) {
                wanted.add(new DpdkSettings(port.name(), port.device(), driver.vlan(), port.role(), driver.queues(),
                        driver.mtu(), driver.tap(), driver.address(), driver.prefixBits()));
            }
        }
        BufferSettings buffers = settings.buffers();
        DpdkEnvironment environment = new DpdkEnvironment(settings.mainCore(), buffers.receiveFrames(),
                buffers.sendFrames(), settings.ealArguments(), DPDK_LOG::info);
        try {
            DpdkPorts ports = DpdkPorts.open(tables, wanted, environment, settings.placement(), memory(settings));
            DPDK_LOG.info("{}, memory in {} pages", ports.version(), ports.inHugePages() ? "huge" : "ordinary");
            return ports;
        } catch (MissingDpdk missing) {
            throw StartupFailure.of(missing);
        }
    }

    List<List<Port>> portsOfWorker() {
        return ports.portsOfWorker();
    }

    List<PortSpec> specs() {
        return ports.specs();
    }

    Fib fib() {
        return routes.fib();
    }

    PortStatus status(int port) {
        return ports.status(port);
    }

    /** Datagrams that the kernel did not want. */
    long refused() {
        return refused;
    }

    /** Hands over the datagrams that are the kernel's business, and follows its routes; how much there was to do. */
    int doWork(Engine engine, long nowNs) {
        int work = engine.drainPunts(this::handOver);
        if (routes.poll(nowNs)) {
            engine.publish(routes.fib());
            ports.follow(tables);
            work++;
        }
        return work;
    }

    private void handOver(long address, int bytes) {
        if (raw.send(address, bytes) != 0) {
            refused++;
        }
    }

    /** After the engine. */
    @Override
    public void close() {
        ports.close();
        tables.close();
        raw.close();
    }
}
