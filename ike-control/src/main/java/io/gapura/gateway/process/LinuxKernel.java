package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.port.AfXdpPorts;
import io.gapura.engine.port.AfXdpSettings;
import io.gapura.engine.port.AfXdpStatus;
import io.gapura.engine.port.PacketMemory;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Fib;
import io.gapura.engine.route.KernelRoutes;
import io.gapura.ffi.afxdp.CopyMode;
import io.gapura.ffi.afxdp.XskSettings;
import io.gapura.ffi.libc.RawIpv4Socket;
import io.gapura.ffi.netlink.KernelTables;
import io.gapura.gateway.config.BufferSettings;
import io.gapura.gateway.config.DataplaneSettings;
import io.gapura.gateway.config.DriverSettings;
import io.gapura.gateway.config.PortSettings;
import java.util.List;

/** Ports on the kernel's interfaces, its routes and neighbours, and its hand for what is not ours. Control thread. */
final class LinuxKernel implements AutoCloseable {
    private final KernelTables tables;
    private final AfXdpPorts ports;
    private final KernelRoutes routes;
    private final RawIpv4Socket raw;
    private long refused;

    private LinuxKernel(KernelTables tables, AfXdpPorts ports, KernelRoutes routes, RawIpv4Socket raw) {
        this.tables = tables;
        this.ports = ports;
        this.routes = routes;
        this.raw = raw;
    }

    /** Opens the ports; the kernel gives up to them what is theirs from this moment on. */
    static LinuxKernel open(DataplaneSettings settings) {
        KernelTables tables = KernelTables.open();
        try {
            return open(tables, settings);
        } catch (RuntimeException failed) {
            tables.close();
            throw failed;
        }
    }

    private static LinuxKernel open(KernelTables tables, DataplaneSettings settings) {
        RawIpv4Socket raw = RawIpv4Socket.open();
        try {
            List<AfXdpSettings> wanted = settings.ports().stream().map(port -> port(port, settings.buffers())).toList();
            AfXdpPorts ports = AfXdpPorts.open(tables, wanted, settings.placement(), memory(settings));
            KernelRoutes routes = new KernelRoutes(tables, ports.specs(), System.nanoTime());
            return new LinuxKernel(tables, ports, routes, raw);
        } catch (RuntimeException failed) {
            raw.close();
            throw failed;
        }
    }

    private static PacketMemory memory(DataplaneSettings settings) {
        BufferSettings buffers = settings.buffers();
        return new PacketMemory(buffers.buffers(), buffers.hugePages(),
                buffers.nearCores() ? settings.workers() : List.of());
    }

    private static AfXdpSettings port(PortSettings port, BufferSettings buffers) {
        AfXdpSettings settings = AfXdpSettings.of(port.name(), port.device(), port.role());
        CopyMode mode = switch (port.driver()) {
            case DriverSettings.AfXdp(var zeroCopy) -> switch (zeroCopy) {
                case PREFER -> CopyMode.PREFER_ZERO_COPY;
                case REQUIRE -> CopyMode.ZERO_COPY;
                case OFF -> CopyMode.COPY;
            };
        };
        XskSettings rings = settings.rings().withRings(buffers.receiveFrames(), buffers.sendFrames())
                .withCopyMode(mode);
        return new AfXdpSettings(port.name(), port.device(), port.role(), settings.modes(), rings);
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

    AfXdpStatus status(int port) {
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
