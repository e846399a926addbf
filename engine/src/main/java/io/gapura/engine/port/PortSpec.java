package io.gapura.engine.port;

import io.gapura.ffi.IpAddress;

/**
 * What one port is, the same on all workers.
 *
 * @param index   its place in every worker's list of ports; what {@code Adjacency.port()} means
 * @param ifIndex the kernel's interface index; 0 if it has none
 * @param mac     its Ethernet address in the low 48 bits
 * @param address its first IPv4 address, the source of ICMP errors; 0 if it has none
 * @param ipv6    its first IPv6 address that counts beyond the link, likewise; :: if it has none
 * @param mtu     largest IP datagram in bytes
 */
public record PortSpec(int index, String name, PortRole role, int ifIndex, long mac, int address, IpAddress ipv6,
        int mtu) {

    /** Without an IPv6 address. */
    public PortSpec(int index, String name, PortRole role, int ifIndex, long mac, int address, int mtu) {
        this(index, name, role, ifIndex, mac, address, IpAddress.ANY_IPV6, mtu);
    }
}
