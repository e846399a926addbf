package io.gapura.engine.wire;

import io.gapura.ffi.IpAddress;

/**
 * What an outbound SA writes in front of ESP or AH: an IP header, and UDP behind a NAT. All that is the same for each of
 * its packets is computed once. Immutable.
 */
public abstract sealed class OuterHeader permits Ipv4Outer, Ipv6Outer {
    static final int TIME_TO_LIVE = 64;
    private static final int ECN_AND_DSCP = 0xff;

    /** UDP ports, local in the upper half; 0 without UDP. */
    final int ports;
    final int copiedTypeOfService;
    private final IpAddress destination;
    private final int bytes;

    OuterHeader(IpAddress destination, int ipBytes, int ports, boolean copyDscp) {
        this.destination = destination;
        this.ports = ports;
        this.bytes = ipBytes + (ports == 0 ? 0 : UdpHeader.BYTES);
        this.copiedTypeOfService = copyDscp ? ECN_AND_DSCP : Ecn.MASK;
    }

    /** IPv4 with ESP as its protocol; DSCP and DF are the inner packet's. */
    public static OuterHeader esp(int local, int remote) {
        return esp(IpAddress.ofIpv4(local), IpAddress.ofIpv4(remote), OuterDf.COPY, true, 0);
    }

    /**
     * IP with ESP as its protocol.
     *
     * @param df        IPv4's
     * @param copyDscp  whether DSCP is the inner packet's, RFC 4301 §5.1.2.1, or else 0; ECN is always
     * @param flowLabel IPv6's
     */
    public static OuterHeader esp(IpAddress local, IpAddress remote, OuterDf df, boolean copyDscp, int flowLabel) {
        return of(Ipv4Header.ESP, local, remote, 0, df, copyDscp, flowLabel);
    }

    /** As {@link #esp(IpAddress, IpAddress, OuterDf, boolean, int)}, with AH as its protocol. */
    public static OuterHeader ah(IpAddress local, IpAddress remote, OuterDf df, boolean copyDscp, int flowLabel) {
        return of(Ipv4Header.AH, local, remote, 0, df, copyDscp, flowLabel);
    }

    /** IP and UDP, RFC 3948 §2.1; {@code ports} are the local one in the upper half and the remote one. */
    public static OuterHeader espInUdp(IpAddress local, IpAddress remote, int ports, OuterDf df, boolean copyDscp,
            int flowLabel) {
        return of(Ipv4Header.UDP, local, remote, ports, df, copyDscp, flowLabel);
    }

    private static OuterHeader of(int protocol, IpAddress local, IpAddress remote, int ports, OuterDf df,
            boolean copyDscp, int flowLabel) {
        return local.isIpv4()
                ? new Ipv4Outer(protocol, local.ipv4(), remote.ipv4(), ports, df, copyDscp)
                : new Ipv6Outer(protocol, local, remote, ports, copyDscp, flowLabel);
    }

    /** Of the whole header. */
    public final int bytes() {
        return bytes;
    }

    /** Reads a field in each cache line that a packet's way needs. The sum means nothing. */
    public abstract long touch();

    /** Of UDP alone; 0 without it. */
    public final int udpBytes() {
        return ports == 0 ? 0 : UdpHeader.BYTES;
    }

    /** Of IP alone. */
    public final int ipBytes() {
        return bytes - udpBytes();
    }

    /** UDP's, the local one in the upper half. */
    public final int ports() {
        return ports;
    }

    /** The peer's address. */
    public final IpAddress destination() {
        return destination;
    }

    /** Whether what follows must be summed up when it is final, by {@link Ipv6Outer#completeChecksum}. */
    public abstract boolean needsChecksum();

    /** Whether the datagram at {@code ip} is between the same two addresses. */
    public abstract boolean isBetween(long ip);

    /**
     * Writes the header.
     *
     * @param totalLength    of the IP datagram in bytes
     * @param identification only its low 16 bits count
     * @param inner          address of the inner IP header, from which it takes DSCP, ECN and DF
     */
    public abstract void write(long at, int totalLength, int identification, long inner);
}
