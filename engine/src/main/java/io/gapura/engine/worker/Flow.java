package io.gapura.engine.worker;

import io.gapura.engine.wire.Ipv4Header;

/**
 * What policy looks at in a packet, RFC 4301 §4.4.1.1, kept from one packet to the next: flows come in trains,
 * and what was found for a packet holds for the next one of its flow, while nothing else changes. One worker's.
 */
final class Flow {
    private static final int NONE = -1;

    private long addresses;
    private long ports;
    private int protocol = NONE;

    /** The next packet is of another flow than the last. */
    void end() {
        protocol = NONE;
    }

    /** Whether the datagram at {@code ip} is of the same flow as the last one that was asked about. */
    boolean continues(long ip) {
        long itsAddresses = Ipv4Header.addresses(ip);
        long itsPorts = Ipv4Header.ports(ip);
        int itsProtocol = Ipv4Header.protocol(ip);
        if (itsAddresses == addresses && itsPorts == ports && itsProtocol == protocol) {
            return true;
        }
        addresses = itsAddresses;
        ports = itsPorts;
        protocol = itsProtocol;
        return false;
    }

    /** Whether it is from or to an address that no router forwards for. */
    boolean isMartian() {
        return Ipv4Header.isMartianAddress(source()) || Ipv4Header.isMartianAddress(destination());
    }

    int source() {
        return (int) (addresses >>> 32);
    }

    int destination() {
        return (int) addresses;
    }

    int protocol() {
        return protocol;
    }

    int sourcePort() {
        return (int) (ports >>> 32);
    }

    int destinationPort() {
        return (int) ports;
    }
}
