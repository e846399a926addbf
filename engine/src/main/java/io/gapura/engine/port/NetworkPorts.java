package io.gapura.engine.port;

import io.gapura.ffi.netlink.KernelTables;
import java.util.List;

/** The network interfaces of an engine, opened by one driver, and maybe the host's own behind them. Control thread. */
public sealed interface NetworkPorts extends AutoCloseable permits AfXdpPorts, DpdkPorts, TunPorts {
    /** What the engine is started with. */
    List<List<Port>> portsOfWorker();

    /** By index. */
    List<PortSpec> specs();

    PortStatus status(int port);

    /** Takes in which addresses are this host's. To be called when {@code tables} have changed. */
    void follow(KernelTables tables);

    /** Gives the interfaces back. After the engine, whose workers use the memory. */
    @Override
    void close();
}
