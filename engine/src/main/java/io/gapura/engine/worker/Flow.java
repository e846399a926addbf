package io.gapura.engine.worker;

import io.gapura.engine.wire.Ipv4Header;
import io.gapura.ffi.Memory;

/**
 * What policy looks at in a packet, RFC 4301 §4.4.1.1, kept from one packet to the next: flows come in trains,
 * and what was found for a packet holds for the next one of its flow, while nothing else changes. One worker's.
 */
final class Flow {
    private static final int NONE = -1;

    private long addresses;
    private long ports;
    private int protocol = NONE;
    /** Of a plain datagram, its protocol, or else {@link #NONE}, and what it has behind its IP header: ports, or what stands there. */
    private int plainProtocol = NONE;
    private int plainUpper;

    /** The next packet is of another flow than the last. */
    void end() {
        protocol = NONE;
        plainProtocol = NONE;
    }

    /**
     * Whether the datagram at {@code ip} is of the same flow as the last one that was asked about. Two plain ones are
     * if addresses, protocol and what is in the place of ports agree; what that means is asked of the others only.
     */
    boolean continues(long ip) {
        return (Ipv4Header.addresses(ip) == addresses && Ipv4Header.protocol(ip) == plainProtocol
                && Memory.intAt(ip + Ipv4Header.BYTES) == plainUpper && Ipv4Header.isPlain(ip)) || resumes(ip);
    }

    private boolean resumes(long ip) {
        long itsAddresses = Ipv4Header.addresses(ip);
        long itsPorts = Ipv4Header.ports(ip);
        int itsProtocol = Ipv4Header.protocol(ip);
        if (itsAddresses == addresses && itsPorts == ports && itsProtocol == protocol) {
            return true;
        }
        addresses = itsAddresses;
        ports = itsPorts;
        protocol = itsProtocol;
        plainProtocol = Ipv4Header.isPlain(ip) ? itsProtocol : NONE;
        plainUpper = Memory.intAt(ip + Ipv4Header.BYTES);
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
