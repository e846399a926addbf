package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/** What selectors look at above IP, RFC 4301 §4.4.1.1. */
final class UpperLayer {
    private static final int PORTS_BYTES = 4;
    private static final int ICMP_BYTES = 2;
    private static final int MOBILITY_TYPE = 2;
    private static final long IN_BOTH = 0x1_0000_0001L;

    private UpperLayer() {
    }

    /**
     * The source's port in the upper and the destination's in the lower 32 bits; type and code of ICMP, and the type of
     * a mobility header, in both; or {@link Ipv4Header#OPAQUE} where there are none, or too few bytes for them.
     */
    static long ports(long at, int protocol, int bytes) {
        return switch (protocol) {
            case Ipv4Header.TCP, Ipv4Header.UDP, Ipv4Header.SCTP, Ipv4Header.UDP_LITE -> bytes < PORTS_BYTES
                    ? Ipv4Header.OPAQUE
                    : both(Memory.intAt(at));
            case Ipv4Header.ICMP, Ipv6Header.ICMPV6 -> bytes < ICMP_BYTES
                    ? Ipv4Header.OPAQUE
                    : Memory.shortAt(at) * IN_BOTH;
            case Ipv6Header.MOBILITY -> bytes <= MOBILITY_TYPE
                    ? Ipv4Header.OPAQUE
                    : (Memory.byteAt(at + MOBILITY_TYPE) << Byte.SIZE) * IN_BOTH;
            default -> Ipv4Header.OPAQUE;
        };
    }

    private static long both(int sourceAndDestination) {
        return (long) (sourceAndDestination >>> 16) << 32 | (sourceAndDestination & 0xffff);
    }
}
