package io.gapura.engine.port;

import io.gapura.ffi.IpAddress;
import io.gapura.ffi.netlink.InterfaceAddress;
import io.gapura.ffi.netlink.KernelTables;
import java.util.List;

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

    /** With the first addresses that its interface has. */
    PortSpec addressedBy(KernelTables tables) {
        List<IpAddress> own = tables.addresses().stream().filter(each -> each.ifIndex() == ifIndex)
                .map(InterfaceAddress::address).filter(each -> !each.isLinkLocal()).toList();
        int first = own.stream().filter(IpAddress::isIpv4).mapToInt(IpAddress::ipv4).findFirst().orElse(0);
        IpAddress firstIpv6 = own.stream().filter(each -> !each.isIpv4()).findFirst().orElse(IpAddress.ANY_IPV6);
        return new PortSpec(index, name, role, ifIndex, mac, first, firstIpv6, mtu);
    }
}
