package io.gapura.engine.spd;

import io.gapura.engine.wire.Checksum;
import io.gapura.engine.wire.IcmpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;

/**
 * What policy looks at in a packet, RFC 4301 §4.4.1.1: addresses, protocol, and ports where they are visible, or
 * {@link PortRange#OPAQUE_PORT}. The family is decided here, once; whoever asks {@link Spd} or {@link SelectorSet}
 * need not know.
 *
 * <p>It is kept from one packet to the next: flows come in trains, and what was found for a packet holds for the next one
 * of its flow, while nothing else changes. One thread's.
 */
public final class Flow {
    private static final int VERSION_4 = 4;
    private static final int NONE = -1;
    /** In {@link #kind}, besides the protocol. */
    private static final int IPV6 = 0x100;

    private final boolean outbound;
    /** As in the packet. */
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private long ports;
    private int kind = NONE;

    /** Of a plain IPv4 datagram, or else nothing that a header can have, in the machine's order: protocol and source. */
    private long plainStart = NONE;
    private int plainDestination;
    /** What it has behind its IP header: ports, or what stands there. */
    private int plainUpper;

    private int sourceIpv4;
    private int destinationIpv4;

    /** @param way whether the source or the destination of its packets is on our side */
    public Flow(Direction way) {
        this.outbound = way == Direction.OUTBOUND;
    }

    /** A flow that no packet told of, to ask tables about; a port may be {@link PortRange#OPAQUE_PORT}. */
    public static Flow of(Direction way, IpAddress local, IpAddress remote, int protocol, int localPort,
            int remotePort) {
        Flow flow = new Flow(way);
        IpAddress source = flow.outbound ? local : remote;
        IpAddress destination = flow.outbound ? remote : local;
        int sourcePort = flow.outbound ? localPort : remotePort;
        int destinationPort = flow.outbound ? remotePort : localPort;
        long ports = (long) sourcePort << 32 | (destinationPort & 0xffff_ffffL);
        if (local.isIpv4()) {
            flow.setIpv4((long) source.ipv4() << 32 | (destination.ipv4() & 0xffff_ffffL), ports, protocol);
        } else {
            flow.setIpv6(source.high(), source.low(), destination.high(), destination.low());
            flow.ports = ports;
            flow.kind = IPV6 | protocol;
        }
        return flow;
    }

    /** The next packet is of another flow than the last. */
    public void end() {
        kind = NONE;
        plainStart = NONE;
    }

    /**
     * Whether the datagram at {@code ip} is of the same flow as the last one that was asked about. Two plain ones are
     * if addresses, protocol and what is in the place of ports agree; what that means is asked of the others only.
     */
    public boolean continues(long ip) {
        return (Ipv4Header.protocolAndSource(ip) == plainStart
                && Memory.nativeIntAt(ip + Ipv4Header.DESTINATION) == plainDestination
                && Memory.nativeIntAt(ip + Ipv4Header.BYTES) == plainUpper && Ipv4Header.isPlain(ip)) || resumes(ip);
    }

    /**
     * The length of the sound and plain IPv4 datagram of the same flow that {@code available} bytes begin with; 0 if they do not. Nothing
     * need be known of them before.
     */
    public int next(long ip, int available) {
        if (available < Ipv4Header.PLAIN_BYTES) {
            return 0;
        }
        // Each word is loaded once: behind a branch the compiler would not know it again.
        long first = Memory.nativeLongAt(ip);
        long second = Memory.nativeLongAt(ip + Ipv4Header.TIME_TO_LIVE);
        int destination = Memory.nativeIntAt(ip + Ipv4Header.DESTINATION);
        int totalLength = Ipv4Header.totalLengthIn(first);
        boolean next = (second & Ipv4Header.PROTOCOL_AND_SOURCE) == plainStart && destination == plainDestination
                && Memory.nativeIntAt(ip + Ipv4Header.BYTES) == plainUpper && Ipv4Header.isPlain(first, totalLength)
                && totalLength <= available && Checksum.isRight(first, second, destination);
        return next ? totalLength : 0;
    }

    /** Turns to the flow of a plain IPv4 datagram; of another it reads the wrong places, and nothing may depend on it. */
    public void guess(long ip) {
        int upper = Memory.intAt(ip + Ipv4Header.BYTES);
        setIpv4(Ipv4Header.addresses(ip), (long) (upper >>> Short.SIZE) << 32 | (upper & 0xffff),
                Ipv4Header.protocol(ip));
    }

    private boolean resumes(long ip) {
        return Memory.byteAt(ip) >>> 4 == VERSION_4 ? continuesIpv4(ip) : continuesIpv6(ip);
    }

    private boolean continuesIpv4(long ip) {
        long itsAddresses = Ipv4Header.addresses(ip);
        long itsPorts = Ipv4Header.ports(ip);
        int itsProtocol = Ipv4Header.protocol(ip);
        if (itsAddresses == sourceLow && itsPorts == ports && itsProtocol == kind) {
            return true;
        }
        setIpv4(itsAddresses, itsPorts, itsProtocol);
        plainStart = Ipv4Header.isPlain(ip) ? Ipv4Header.protocolAndSource(ip) : NONE;
        plainDestination = Memory.nativeIntAt(ip + Ipv4Header.DESTINATION);
        plainUpper = Memory.nativeIntAt(ip + Ipv4Header.BYTES);
        return false;
    }

    private void setIpv4(long addresses, long itsPorts, int protocol) {
        sourceLow = addresses;
        sourceIpv4 = (int) (addresses >>> 32);
        destinationIpv4 = (int) addresses;
        ports = itsPorts;
        kind = protocol;
    }

    private boolean continuesIpv6(long ip) {
        int chain = Ipv6Header.chain(ip);
        int itsKind = IPV6 | Ipv6Header.protocol(chain);
        long itsPorts = Ipv6Header.ports(ip, chain, Ipv6Header.totalLength(ip));
        if (itsKind == kind && itsPorts == ports && Ipv6Header.sourceHigh(ip) == sourceHigh
                && Ipv6Header.sourceLow(ip) == sourceLow && Ipv6Header.destinationHigh(ip) == destinationHigh
                && Ipv6Header.destinationLow(ip) == destinationLow) {
            return true;
        }
        kind = itsKind;
        ports = itsPorts;
        plainStart = NONE;
        setIpv6(Ipv6Header.sourceHigh(ip), Ipv6Header.sourceLow(ip), Ipv6Header.destinationHigh(ip),
                Ipv6Header.destinationLow(ip));
        return false;
    }

    private void setIpv6(long srcHigh, long srcLow, long dstHigh, long dstLow) {
        sourceHigh = srcHigh;
        sourceLow = srcLow;
        destinationHigh = dstHigh;
        destinationLow = dstLow;
    }

    /**
     * From the ICMP error at {@code ip} turns to the flow that it is about, as a packet of the error's own direction would
     * belong to it: RFC 4301 §6 lets an error pass where such a packet may. False, and nothing has changed, if it is none,
     * quotes too little, or goes to somebody else than who sent the quoted packet.
     */
    public boolean turnToQuoted(long ip) {
        return Memory.byteAt(ip) >>> 4 == VERSION_4 ? turnToQuotedIpv4(ip) : turnToQuotedIpv6(ip);
    }

    private boolean turnToQuotedIpv4(long ip) {
        int quotedAt = Ipv4Header.headerBytes(ip) + IcmpHeader.BYTES;
        int available = Ipv4Header.totalLength(ip) - quotedAt;
        long quoted = ip + quotedAt;
        if (Ipv4Header.protocol(ip) != Ipv4Header.ICMP || Ipv4Header.isFragment(ip) || available < Ipv4Header.BYTES
                || !IcmpHeader.tellsOfPacket(IcmpHeader.type(quoted - IcmpHeader.BYTES))
                || Memory.byteAt(quoted) >>> 4 != VERSION_4
                || Ipv4Header.source(quoted) != Ipv4Header.destination(ip)) {
            return false;
        }
        setIpv4(Long.rotateLeft(Ipv4Header.addresses(quoted), 32),
                turned(Ipv4Header.ports(quoted, available)), Ipv4Header.protocol(quoted));
        return true;
    }

    private boolean turnToQuotedIpv6(long ip) {
        int chain = Ipv6Header.chain(ip);
        int quotedAt = Ipv6Header.headerBytes(chain) + IcmpHeader.BYTES;
        int available = Ipv6Header.totalLength(ip) - quotedAt;
        long quoted = ip + quotedAt;
        if (chain < 0 || Ipv6Header.protocol(chain) != Ipv6Header.ICMPV6 || Ipv6Header.isFragment(chain)
                || available < Ipv6Header.BYTES
                || !IcmpHeader.tellsOfPacketV6(IcmpHeader.type(quoted - IcmpHeader.BYTES))
                || Memory.byteAt(quoted) >>> 4 == VERSION_4
                || Ipv6Header.sourceHigh(quoted) != Ipv6Header.destinationHigh(ip)
                || Ipv6Header.sourceLow(quoted) != Ipv6Header.destinationLow(ip)) {
            return false;
        }
        int quotedChain = Ipv6Header.chain(quoted, available);
        if (quotedChain < 0) {
            return false;
        }
        setIpv6(Ipv6Header.destinationHigh(quoted), Ipv6Header.destinationLow(quoted), Ipv6Header.sourceHigh(quoted),
                Ipv6Header.sourceLow(quoted));
        kind = IPV6 | Ipv6Header.protocol(quotedChain);
        ports = turned(Ipv6Header.ports(quoted, quotedChain, available));
        return true;
    }

    private static long turned(long ports) {
        return Long.rotateLeft(ports, 32);
    }

    public boolean isIpv4() {
        return kind < IPV6;
    }

    /** Whether it is from or to an address that no router forwards for. */
    public boolean isMartian() {
        return isIpv4()
                ? Ipv4Header.isMartianAddress(sourceIpv4) || Ipv4Header.isMartianAddress(destinationIpv4)
                : Ipv6Header.isMartianAddress(sourceHigh) || Ipv6Header.isMartianAddress(destinationHigh);
    }

    public int protocol() {
        return kind & 0xff;
    }

    int local() {
        return outbound ? sourceIpv4 : destinationIpv4;
    }

    int remote() {
        return outbound ? destinationIpv4 : sourceIpv4;
    }

    long localHigh() {
        return outbound ? sourceHigh : destinationHigh;
    }

    long localLow() {
        return outbound ? sourceLow : destinationLow;
    }

    long remoteHigh() {
        return outbound ? destinationHigh : sourceHigh;
    }

    long remoteLow() {
        return outbound ? destinationLow : sourceLow;
    }

    int localPort() {
        return (int) (outbound ? ports >>> 32 : ports);
    }

    int remotePort() {
        return (int) (outbound ? ports : ports >>> 32);
    }

    private String side(boolean source) {
        IpAddress address = isIpv4()
                ? IpAddress.ofIpv4(source ? sourceIpv4 : destinationIpv4)
                : new IpAddress(source ? sourceHigh : destinationHigh, source ? sourceLow : destinationLow);
        int port = (int) (source ? ports >>> 32 : ports);
        return address + (port == PortRange.OPAQUE_PORT ? "" : "[" + port + "]");
    }

    @Override
    public String toString() {
        return side(true) + " -> " + side(false) + " protocol " + protocol();
    }
}
