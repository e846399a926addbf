package io.gapura.gateway.config;

/** What one way to reach the network wants to know. */
public sealed interface DriverSettings {
    /** {@code driver:} of the port. */
    String keyword();

    /** Whether the network card writes into our memory itself. */
    enum ZeroCopy {
        /** Where the driver can. */
        PREFER,
        /** Or do not start. */
        REQUIRE,
        /** The kernel copies. */
        OFF
    }

    /** Sockets on the queues of an interface that the kernel keeps. */
    record AfXdp(ZeroCopy zeroCopy) implements DriverSettings {
        static AfXdp read(Section section) {
            return new AfXdp(section.read("zero_copy", ZeroCopy.PREFER, value -> value.choice(ZeroCopy.class)));
        }

        @Override
        public String keyword() {
            return "af_xdp";
        }
    }

    /** A name that the kernel may have given to an interface. */
    static String interfaceName(Value value) throws InvalidConfiguration {
        if (!value.text().matches("[^/\\s]{1,15}")) {
            throw value.fault("'" + value.text() + "' is no name of an interface");
        }
        return value.text();
    }
}
