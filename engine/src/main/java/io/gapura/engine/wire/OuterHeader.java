package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/**
 * What an outbound SA writes in front of ESP: IPv4, and UDP behind a NAT. All that is the same for each of
 * its packets is computed once, the header checksum as far as it can be. Immutable.
 */
public final class OuterHeader {
    private static final int TIME_TO_LIVE = 64;
    private static final int ECN_AND_DSCP = 0xff;

    private final int protocol;
    private final long addresses;
    /** The same as they lie in memory. */
    private final long addressBytes;
    /** UDP ports, local in the upper half; 0 without UDP. */
    private final int ports;
    private final int bytes;
    private final int copiedTypeOfService;
    private final int copiedFlags;
    private final int fixedFlags;
    /** The checksum's sum over all words that never change, in 16 bits. */
    private final int sum;

    private OuterHeader(int local, int remote, int ports, OuterDf df, boolean copyDscp) {
        this.protocol = ports == 0 ? Ipv4Header.ESP : Ipv4Header.UDP;
        this.addresses = (long) local << 32 | (remote & 0xffff_ffffL);
        this.addressBytes = Memory.inNetworkOrder(addresses);
        this.ports = ports;
        this.bytes = Ipv4Header.BYTES + (ports == 0 ? 0 : UdpHeader.BYTES);
        this.copiedTypeOfService = copyDscp ? ECN_AND_DSCP : Ecn.MASK;
        this.copiedFlags = df == OuterDf.COPY ? Ipv4Header.DONT_FRAGMENT : 0;
        this.fixedFlags = df == OuterDf.SET ? Ipv4Header.DONT_FRAGMENT : 0;
        this.sum = Checksum.fold(0x4500 + (TIME_TO_LIVE << 8 | protocol) + (addresses >>> 32)
                + (addresses & 0xffff_ffffL));
    }

    /** IPv4 with ESP as its protocol; DSCP and DF are the inner packet's. */
    public static OuterHeader esp(int local, int remote) {
        return esp(local, remote, OuterDf.COPY, true);
    }

    /**
     * IPv4 with ESP as its protocol.
     *
     * @param copyDscp whether DSCP is the inner packet's, RFC 4301 §5.1.2.1, or else 0; ECN is always
     */
    public static OuterHeader esp(int local, int remote, OuterDf df, boolean copyDscp) {
        return new OuterHeader(local, remote, 0, df, copyDscp);
    }

    /** IPv4 and UDP, RFC 3948 §2.1. */
    public static OuterHeader espInUdp(int local, int remote, int localPort, int remotePort, OuterDf df,
            boolean copyDscp) {
        return new OuterHeader(local, remote, localPort << 16 | remotePort, df, copyDscp);
    }

    /** 20, or 28 with UDP. */
    public int bytes() {
        return bytes;
    }

    /** Reads a field in each cache line that a packet's way needs. The sum means nothing. */
    public long touch() {
        return addresses + sum;
    }

    /** The peer's address. */
    public int destination() {
        return (int) addresses;
    }

    /**
     * Writes the header.
     *
     * @param totalLength    of the IP datagram in bytes
     * @param identification only its low 16 bits count
     * @param inner          address of the inner IPv4 header, from which it takes DSCP, ECN and DF
     */
    public void write(long at, int totalLength, int identification, long inner) {
        int typeOfService = Ipv4Header.typeOfService(inner) & copiedTypeOfService;
        int flags = (Ipv4Header.flags(inner) & copiedFlags) | fixedFlags;
        int id = identification & 0xffff;
        int total = sum + typeOfService + totalLength + id + flags;
        total = (total >>> 16) + (total & 0xffff);
        int checksum = ~((total >>> 16) + total) & 0xffff;
        Memory.putLong(at, 0x4500_0000_0000_0000L | (long) (typeOfService << 16 | totalLength) << 32
                | ((id << 16 | flags) & 0xffff_ffffL));
        Memory.putInt(at + 8, TIME_TO_LIVE << 24 | protocol << 16 | checksum);
        Memory.putNativeLong(at + 12, addressBytes);
        if (ports != 0) {
            UdpHeader.write(at + Ipv4Header.BYTES, ports, totalLength - Ipv4Header.BYTES);
        }
    }
}
