package io.gapura.ike.message;

/**
 * A range of addresses and ports, RFC 7296 §3.13.1.
 *
 * <p>Taken from the wire as it is: whether it selects anything is for whoever narrows it to ask.
 *
 * @param protocol IP protocol, 0 for any
 * @param startPort for ICMP type and code: type in the high byte
 * @param start first address, 4 or 16 bytes
 * @param end last address, inclusive
 */
public record TrafficSelector(int protocol, int startPort, int endPort, Bytes start, Bytes end) {
    public static final int ANY_PROTOCOL = 0;
    public static final int LAST_PORT = 65535;

    static final int IPV4_RANGE = 7;
    static final int IPV6_RANGE = 8;
    static final int IPV4_BYTES = 4;
    static final int IPV6_BYTES = 16;

    public TrafficSelector {
        if (start.length() != end.length() || (start.length() != IPV4_BYTES && start.length() != IPV6_BYTES)) {
            throw new IllegalArgumentException("addresses of " + start.length() + " and " + end.length() + " bytes");
        }
    }

    /** Every protocol and port between two addresses, both inclusive. */
    public static TrafficSelector ofAddresses(Bytes start, Bytes end) {
        return new TrafficSelector(ANY_PROTOCOL, 0, LAST_PORT, start, end);
    }

    public boolean isIpv4() {
        return start.length() == IPV4_BYTES;
    }

    /** Ports that cannot be seen, RFC 7296 §3.13.1: the one case of a start greater than the end. */
    public boolean isOpaque() {
        return startPort == LAST_PORT && endPort == 0;
    }

    /** Also those that cannot be seen. */
    public boolean hasAllPorts() {
        return startPort == 0 && endPort == LAST_PORT;
    }

    /** Selects at least one packet. */
    public boolean isValid() {
        return start.compareTo(end) <= 0 && (startPort <= endPort || isOpaque());
    }
}
