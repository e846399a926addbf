package io.gapura.engine.port;

/**
 * How a device of DPDK's becomes a port.
 *
 * @param name       what the port is called in statistics
 * @param device     a PCI address, or a virtual device with its arguments, {@code net_af_packet0,iface=eth1}
 * @param vlan       the tag of the port's frames, 1 to 4094, or {@link #UNTAGGED}; the kernel's end gets an interface for that VLAN
 * @param queues     to receive from
 * @param mtu        largest IP datagram in bytes; {@link #AS_IT_IS} for the device's own
 * @param tap        what the kernel's end is called; at most 15 characters
 * @param address    that it gets, IPv4; 0 to leave it as it is
 * @param prefixBits of the address
 */
public record DpdkSettings(String name, String device, int vlan, PortRole role, int queues, int mtu, String tap,
        int address, int prefixBits) {
    public static final int AS_IT_IS = 0;
    /** No VLAN. */
    public static final int UNTAGGED = VlanTag.NONE;

    /** Of frames without a tag. */
    public DpdkSettings(String name, String device, PortRole role, int queues, int mtu, String tap, int address,
            int prefixBits) {
        this(name, device, UNTAGGED, role, queues, mtu, tap, address, prefixBits);
    }

    /** The kernel's interface that has the port's addresses and routes. */
    String kernelsEnd() {
        return vlan == UNTAGGED ? tap : tap + "." + vlan;
    }

    /** What DPDK knows it by: without arguments. */
    String deviceName() {
        int comma = device.indexOf(',');
        return comma < 0 ? device : device.substring(0, comma);
    }
}
