package io.gapura.engine.spd;

/**
 * Which traffic a policy or an SA is about (RFC 4301 §4.4.1.1), seen from this gateway: {@code local} is the
 * source of what leaves through it and the destination of what comes in.
 *
 * @param protocol the number in the IP header, or {@link #ANY_PROTOCOL}
 */
public record Selector(AddressRange local, AddressRange remote, int protocol, PortRange localPorts,
        PortRange remotePorts) {
    public static final int ANY_PROTOCOL = 0;

    /** All traffic. */
    public static final Selector ANY = between(AddressRange.ANY, AddressRange.ANY);

    public Selector {
        if (protocol < 0 || protocol > 255) {
            throw new IllegalArgumentException("an IP protocol is 0 (any) to 255, not " + protocol);
        }
    }

    /** All traffic between these addresses. */
    public static Selector between(AddressRange local, AddressRange remote) {
        return new Selector(local, remote, ANY_PROTOCOL, PortRange.ANY, PortRange.ANY);
    }

    /** Whether a packet of this gateway's side to the other matches; ports may be {@link PortRange#OPAQUE_PORT}. */
    public boolean matches(int localAddress, int remoteAddress, int packetProtocol, int localPort, int remotePort) {
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
