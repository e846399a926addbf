package io.gapura.gateway.config;

import io.gapura.engine.port.AfXdpSettings;
import io.gapura.engine.port.DpdkSettings;
import io.gapura.engine.port.TunSettings;
import io.gapura.engine.port.TunSettings.Prefix;
import io.gapura.gateway.machine.Machine;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one way to reach the network wants to know. */
public sealed interface DriverSettings {
    int SMALLEST_MTU = 576;
    int LARGEST_MTU = 3500;
    int LAST_VLAN = 4094;
    int LONGEST_NAME = 15;
    Pattern PREFIX = Pattern.compile("(\\d+(?:\\.\\d+){3})/(\\d{1,2})");

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

    /**
     * Sockets on the queues of an interface that the kernel keeps.
     *
     * @param vlan the tag of the port's frames, or {@link AfXdpSettings#UNTAGGED}
     */
    record AfXdp(ZeroCopy zeroCopy, int vlan) implements DriverSettings {
        static AfXdp read(Section section) {
            return new AfXdp(section.read("zero_copy", ZeroCopy.PREFER, value -> value.choice(ZeroCopy.class)),
                    section.read("vlan", AfXdpSettings.UNTAGGED, DriverSettings::vlan));
        }

        @Override
        public String keyword() {
            return "af_xdp";
        }
    }

    /**
     * A device that DPDK takes from the kernel.
     *
     * @param queues     to receive from
     * @param mtu        in bytes, or {@link DpdkSettings#AS_IT_IS}
     * @param tap        the kernel's end of the port
     * @param address    of that end, IPv4; 0 for none
     * @param prefixBits of the address
     * @param vlan       the tag of the port's frames, or {@link DpdkSettings#UNTAGGED}
     */
    record Dpdk(int queues, int mtu, String tap, int address, int prefixBits, int vlan) implements DriverSettings {
        private static final int MOST_QUEUES = 256;
        private static final Prefix NO_ADDRESS = new Prefix(0, 0);

        static Dpdk read(String port, Section section) throws InvalidConfiguration {
            int queues = section.read("rx_queues", 1, value -> value.integer(1, MOST_QUEUES));
            int mtu = section.read("mtu", DpdkSettings.AS_IT_IS, value -> value.integer(SMALLEST_MTU, LARGEST_MTU));
            String tap = section.read("tap", port, DriverSettings::interfaceName);
            Prefix address = section.read("address", NO_ADDRESS, DriverSettings::address);
            if (!isInterfaceName(tap)) {
                throw section.fault("the port's name is too long for an interface; write tap: and a name of at most 15"
                        + " characters");
            }
            int vlan = section.read("vlan", DpdkSettings.UNTAGGED, DriverSettings::vlan);
            if (vlan != DpdkSettings.UNTAGGED && !isInterfaceName(tap + "." + vlan)) {
                throw section.fault("the kernel's interface for the VLAN would be called " + tap + "." + vlan
                        + "; write tap: and a name of at most " + (LONGEST_NAME - 1 - Integer.toString(vlan).length())
                        + " characters");
            }
            return new Dpdk(queues, mtu, tap, address.address(), address.bits(), vlan);
        }

        /** A PCI address of a device that the machine can give to DPDK, or a virtual device with its arguments. */
        static String device(Value value, Machine machine) throws InvalidConfiguration {
            String device = value.text();
            if (device.matches("([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7](,\\S+)?")) {
                String refusal = machine.refusalOfPciDevice(device.replaceAll(",.*", "")).orElse(null);
                if (refusal != null) {
                    throw value.fault(refusal);
                }
            } else if (!device.matches("(net|eth)_[a-z0-9_]+(,\\S+)?")) {
                throw value.fault("'" + device + "' is neither a PCI address, 0000:02:00.0, nor a virtual device,"
                        + " net_af_packet0,iface=eth1");
            }
            return device;
        }

        @Override
        public String keyword() {
            return "dpdk";
        }
    }

    /**
     * The host itself, by a TUN device that the gateway makes.
     *
     * @param addresses that the host gets there, IPv4
     * @param mtu       in bytes, or {@link TunSettings#AS_FITS}
     * @param routes    whether the host's routes to what is behind the peers are made
     */
    record Tun(List<Prefix> addresses, int mtu, Routes routes) implements DriverSettings {
        /** What leads the host's own traffic to the device. */
        public enum Routes {
            /** A route to each remote traffic selector. */
            AUTO,
            /** The operator makes them. */
            OFF
        }

        public Tun {
            addresses = List.copyOf(addresses);
        }

        static Tun read(Section section) {
            return new Tun(section.read("addresses", List.of(), value -> value.list(DriverSettings::address)),
                    section.read("mtu", TunSettings.AS_FITS, value -> value.integer(SMALLEST_MTU, LARGEST_MTU)),
                    section.read("routes", Routes.AUTO, value -> value.choice(Routes.class)));
        }

        @Override
        public String keyword() {
            return "tun";
        }
    }

    private static int vlan(Value value) throws InvalidConfiguration {
        return value.integer(1, LAST_VLAN);
    }

    /** An address with its prefix. */
    private static Prefix address(Value value) throws InvalidConfiguration {
        Matcher prefix = PREFIX.matcher(value.text());
        if (!prefix.matches() || Integer.parseInt(prefix.group(2)) > Integer.SIZE) {
            throw value.fault("'" + value.text() + "' is no IPv4 address with its prefix; write 192.0.2.1/24");
        }
        byte[] bytes = value.checked(() -> InetAddress.ofLiteral(prefix.group(1))).getAddress();
        return new Prefix(ByteBuffer.wrap(bytes).getInt(), Integer.parseInt(prefix.group(2)));
    }

    /** A name that the kernel may have given to an interface. */
    static String interfaceName(Value value) throws InvalidConfiguration {
        if (!isInterfaceName(value.text())) {
            throw value.fault("'" + value.text() + "' is no name of an interface");
        }
        return value.text();
    }

    private static boolean isInterfaceName(String text) {
        return text.matches("[^/\\s]{1,15}");
    }
}
