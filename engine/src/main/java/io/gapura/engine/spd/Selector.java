package io.gapura.engine.spd;

import io.gapura.ffi.IpAddress;

/**
 * Which traffic a policy or an SA is about (RFC 4301 §4.4.1.1), seen from this gateway: {@code local} is the
 * source of what leaves through it and the destination of what comes in.
 *
 * @param protocol the number in the IP header, or {@link #ANY_PROTOCOL}
 */
public record Selector(AddressRange local, AddressRange remote, int protocol, PortRange localPorts,
        PortRange remotePorts) {
    public static final int ANY_PROTOCOL = 0;

    /** All IPv4 traffic. */
    public static final Selector ANY = between(AddressRange.ANY, AddressRange.ANY);
    /** All IPv6 traffic. */
    public static final Selector ANY_IPV6 = between(AddressRange.ANY_IPV6, AddressRange.ANY_IPV6);

    public Selector {
        if (protocol < 0 || protocol > 255) {
            throw new IllegalArgumentException("an IP protocol is 0 (any) to 255, not " + protocol);
        }
        if (local.isIpv4() != remote.isIpv4()) {
            throw new IllegalArgumentException("a selector from " + local + " to " + remote);
        }
    }

    /** All traffic between these addresses. */
    public static Selector between(AddressRange local, AddressRange remote) {
        return new Selector(local, remote, ANY_PROTOCOL, PortRange.ANY, PortRange.ANY);
    }

    public boolean isIpv4() {
        return local.isIpv4();
    }

    /** Whether a packet of this gateway's side to the other matches; ports may be {@link PortRange#OPAQUE_PORT}. */
    public boolean matches(IpAddress localAddress, IpAddress remoteAddress, int packetProtocol, int localPort,
            int remotePort) {
        return local.contains(localAddress) && remote.contains(remoteAddress)
                && (protocol == ANY_PROTOCOL || protocol == packetProtocol)
                && localPorts.contains(localPort) && remotePorts.contains(remotePort);
    }

    @Override
    public String toString() {
        return local + "[" + localPorts + "] === " + remote + "[" + remotePorts + "]"
                + (protocol == ANY_PROTOCOL ? "" : " protocol " + protocol);
    }
}
