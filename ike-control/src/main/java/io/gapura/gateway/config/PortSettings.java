package io.gapura.gateway.config;

import io.gapura.engine.port.PortRole;

/**
 * {@code dataplane.ports.<name>}.
 *
 * @param device the kernel's name of the interface
 */
public record PortSettings(String name, Driver driver, String device, PortRole role, ZeroCopy zeroCopy) {
    /** How the engine reaches the network. */
    public enum Driver {
        /** Sockets on the queues of an interface that the kernel keeps. */
        AF_XDP
    }

    /** Whether the network card writes into our memory itself. */
    public enum ZeroCopy {
        /** Where the driver can. */
        PREFER,
        /** Or do not start. */
        REQUIRE,
        /** The kernel copies. */
        NEVER
    }

    static PortSettings read(String name, Section section) throws InvalidConfiguration {
        Driver driver = section.read("driver", Driver.AF_XDP, value -> value.choice(Driver.class));
        Value device = section.need("device");
        if (!device.text().matches("[^/\\s]{1,15}")) {
            throw device.fault("'" + device.text() + "' is no name of an interface");
        }
        PortRole role = section.need("role").choice(PortRole.class);
        ZeroCopy zeroCopy = section.read("zero_copy", ZeroCopy.PREFER, value -> value.choice(ZeroCopy.class));
        return new PortSettings(name, driver, device.text(), role, zeroCopy);
    }
}
