package io.gapura.engine.wire;

import io.gapura.ffi.IpAddress;

/**
 * In IPv6. The flow label is one for all packets of the SA, RFC 6437 §3: routers may spread SAs over paths, and learn
 * no more of the flows inside than the SPI tells. UDP has a checksum, which RFC 8200 §8.1 demands and other stacks insist
 * on, although RFC 6935 would let tunnels do without.
 */
public final class Ipv6Outer extends OuterHeader {
    private static final int FLOW_LABEL_MASK = 0xf_ffff;

    private final int nextHeader;
    private final int flowLabel;
    private final long localHigh;
    private final long localLow;
    private final long remoteHigh;
    private final long remoteLow;

    Ipv6Outer(int nextHeader, IpAddress local, IpAddress remote, int ports, boolean copyDscp, int flowLabel) {
        super(remote, Ipv6Header.BYTES, ports, copyDscp);
        this.nextHeader = nextHeader;
        this.flowLabel = flowLabel & FLOW_LABEL_MASK;
        this.localHigh = local.high();
        this.localLow = local.low();
        this.remoteHigh = remote.high();
        this.remoteLow = remote.low();
    }

    @Override
    public long touch() {
        return localHigh + remoteLow;
    }

    @Override
    public boolean needsChecksum() {
        return ports != 0;
    }

    @Override
    public boolean isBetween(long ip) {
        return !IpHeader.isIpv4(ip) && Ipv6Header.sourceHigh(ip) == localHigh && Ipv6Header.sourceLow(ip) == localLow
                && Ipv6Header.destinationHigh(ip) == remoteHigh && Ipv6Header.destinationLow(ip) == remoteLow;
    }

    @Override
    public void write(long at, int totalLength, int identification, long inner) {
        int payloadLength = totalLength - Ipv6Header.BYTES;
        Ipv6Header.write(at, IpHeader.typeOfService(inner) & copiedTypeOfService, flowLabel, payloadLength, nextHeader,
                TIME_TO_LIVE);
        Ipv6Header.putSource(at, localHigh, localLow);
        Ipv6Header.putDestination(at, remoteHigh, remoteLow);
        if (ports != 0) {
            UdpHeader.write(at + Ipv6Header.BYTES, ports, payloadLength);
        }
    }

    /** Puts in the checksum of the UDP datagram right behind the IPv6 header at {@code at}, once it is encrypted. */
    public static void completeChecksum(long at) {
        int bytes = Ipv6Header.payloadLength(at);
        long udp = at + Ipv6Header.BYTES;
        long sum = Ipv6Header.pseudoHeaderSum(at, Ipv4Header.UDP, bytes) + Checksum.partial(udp, bytes);
        UdpHeader.putChecksum(udp, Checksum.complete(sum));
    }
}
