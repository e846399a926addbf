package io.gapura.engine.port;

import io.gapura.ffi.libc.InterfaceIndex;
import io.gapura.ffi.netlink.KernelTables;
import io.gapura.ffi.netlink.LinkSetup;
import io.gapura.ffi.tun.TunDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports of a driver, and behind them the host's own: a TUN device with a queue for each worker, over the same
 * packet memory.
 *
 * <p>Which queue the kernel sends a flow by is its choice: by the flow's hash, or where it last heard from the flow.
 * Control thread.
 */
public final class TunPorts implements NetworkPorts {
    /** What ESP adds at most: outer IPv4, UDP, SPI and sequence number, IV, padding to 4 bytes, trailer, ICV. */
    private static final int OVERHEAD_BYTES = 62;
    private static final int ETHERNET_BYTES = 14;

    private final NetworkPorts network;
    private final TunDevice device;
    private final List<PortSpec> specs;
    private final List<List<Port>> portsOfWorker = new ArrayList<>();
    private final List<TunSettings.Prefix> missing = new ArrayList<>();

    private TunPorts(NetworkPorts network, TunSettings settings, TunDevice device) {
        this.network = network;
        this.device = device;
        int mtu = settings.mtu() == TunSettings.AS_FITS ? fittingMtu(network.specs()) : settings.mtu();
        int address = settings.addresses().isEmpty() ? 0 : settings.addresses().getFirst().address();
        PortSpec spec = new PortSpec(network.specs().size(), settings.name(), PortRole.PROTECTED,
                InterfaceIndex.of(device.name()), 0, address, mtu);
        checkMtu(settings.name(), mtu);
        this.specs = new ArrayList<>(network.specs());
        specs.add(spec);
        setUp(settings, mtu);
        for (int worker = 0; worker < network.portsOfWorker().size(); worker++) {
            List<Port> ports = new ArrayList<>(network.portsOfWorker().get(worker));
            ports.add(new TunPort(spec, ports.getFirst().pool(), device.queues().get(worker), device.udpSegments()));
            portsOfWorker.add(List.copyOf(ports));
        }
    }

    /**
     * Makes the device, in the network namespace of the calling thread, and sets it up.
     *
     * @param network closed with this, and if this fails
     */
    public static TunPorts behind(NetworkPorts network, TunSettings settings) {
        TunDevice device = null;
        try {
            device = TunDevice.open(settings.device(), network.portsOfWorker().size());
            return new TunPorts(network, settings, device);
        } catch (RuntimeException failed) {
            if (device != null) {
                device.close();
            }
            network.close();
            throw failed;
        }
    }

    private static int fittingMtu(List<PortSpec> specs) {
        return specs.stream().filter(spec -> spec.role() == PortRole.UNPROTECTED).mapToInt(PortSpec::mtu).min()
                .orElseThrow() - OVERHEAD_BYTES;
    }

    private void checkMtu(String port, int mtu) {
        int room = network.portsOfWorker().getFirst().getFirst().pool().maxFrameBytes() - ETHERNET_BYTES;
        if (mtu > room) {
            throw new IllegalArgumentException("port %s: an MTU of %d bytes is too large, at most %d".formatted(port,
                    mtu, room));
        }
    }

    private void setUp(TunSettings settings, int mtu) {
        try (LinkSetup setup = new LinkSetup(device.name())) {
            setup.up(mtu);
            for (TunSettings.Prefix address : settings.addresses()) {
                setup.address(address.address(), address.bits());
            }
            for (TunSettings.Prefix route : settings.routes()) {
                if (!setup.route(route.address(), route.bits())) {
                    missing.add(route);
                }
            }
        }
    }

    /** Routes that were not made, because there was one to the same prefix already. */
    public List<TunSettings.Prefix> missingRoutes() {
        return List.copyOf(missing);
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
        if (port < specs.size() - 1) {
            return network.status(port);
        }
        String mode = device.udpSegments() ? "TCP and UDP segments" : "TCP segments";
        return new PortStatus(mode, false, device.queues().size(), 0);
    }

    @Override
    public void follow(KernelTables tables) {
        network.follow(tables);
    }

    @Override
    public void close() {
        device.close();
        network.close();
    }
}
