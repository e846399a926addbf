package io.gapura.gateway.config;

import io.gapura.engine.port.PortRole;

/**
 * {@code dataplane.ports.<name>}.
 *
 * @param device what the driver knows it by: with AF_XDP the kernel's name of the interface
 */
public record PortSettings(String name, String device, PortRole role, DriverSettings driver) {
    /** How the engine reaches the network. */
    private enum Driver {
        /** Sockets on the queues of an interface that the kernel keeps. */
        AF_XDP
    }

    static PortSettings read(String name, Section section) {
        Driver kind = section.read("driver", Driver.AF_XDP, value -> value.choice(Driver.class));
        PortRole role = section.need("role", PortRole.PROTECTED, value -> value.choice(PortRole.class));
        return switch (kind) {
            case AF_XDP -> new PortSettings(name, section.need("device", "?", DriverSettings::interfaceName), role,
                    DriverSettings.AfXdp.read(section));
        };
    }
}
