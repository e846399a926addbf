package io.gapura.gateway.config;

import io.gapura.engine.port.PortRole;
import io.gapura.gateway.machine.Machine;

/**
 * {@code dataplane.ports.<name>}.
 *
 * @param device what the driver knows it by: with AF_XDP the kernel's name of the interface, with DPDK a
 *               PCI address or a virtual device, of a TUN device its name
 */
public record PortSettings(String name, String device, PortRole role, DriverSettings driver) {
    /** How the engine reaches the network. */
    private enum Driver {
        /** Sockets on the queues of an interface that the kernel keeps. */
        AF_XDP,
        /** A device that DPDK takes from the kernel. */
        DPDK,
        /** The host itself, by a TUN device that we make. */
        TUN
    }

    /** Whether it is this host's own, not one to a network. */
    public boolean isOfHost() {
        return driver instanceof DriverSettings.Tun;
    }

    static PortSettings read(String name, Section section, Machine machine) throws InvalidConfiguration {
        Driver kind = section.read("driver", Driver.AF_XDP, value -> value.choice(Driver.class));
        PortRole role = section.need("role", PortRole.PROTECTED, value -> value.choice(PortRole.class));
        return switch (kind) {
            case AF_XDP -> new PortSettings(name, section.need("device", "?", DriverSettings::interfaceName), role,
                    DriverSettings.AfXdp.read(section));
            case DPDK -> new PortSettings(name,
                    section.need("device", "?", value -> DriverSettings.Dpdk.device(value, machine)), role,
                    DriverSettings.Dpdk.read(name, section));
            case TUN -> {
                if (role == PortRole.UNPROTECTED) {
                    throw section.fault("role", "what a TUN device leads to is this host, which is to be protected;"
                            + " write protected");
                }
                yield new PortSettings(name, section.need("device", "?", DriverSettings::interfaceName), role,
                        DriverSettings.Tun.read(section));
            }
        };
    }
}
