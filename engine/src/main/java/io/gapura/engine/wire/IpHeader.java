package io.gapura.engine.wire;

import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;

/**
 * An IP header of either family, told by its version, in a datagram that {@link Ipv4Header#isSound} or
 * {@link Ipv6Header#isSound} was asked about: what a gateway does the same way with both.
 */
public final class IpHeader {
    private static final int VERSION_4 = 4;

    private IpHeader() {
    }

    public static boolean isIpv4(long at) {
        return Memory.byteAt(at) >>> 4 == VERSION_4;
    }

    /** The Ethernet type that announces it. */
    public static int etherType(long at) {
        return isIpv4(at) ? EthernetHeader.TYPE_IPV4 : EthernetHeader.TYPE_IPV6;
    }

    /** What announces it as ESP's next header. */
    public static int asNextHeader(long at) {
        return isIpv4(at) ? Ipv4Header.IP_IN_IP : Ipv6Header.IPV6;
    }

    /** Bytes of the datagram, header included. */
    public static int totalLength(long at) {
        return isIpv4(at) ? Ipv4Header.totalLength(at) : Ipv6Header.totalLength(at);
    }

    /** The upper half of the source as an {@link IpAddress}, IPv4 mapped. */
    public static long sourceHigh(long at) {
        return isIpv4(at) ? IpAddress.HIGH_OF_IPV4 : Ipv6Header.sourceHigh(at);
    }

    /** And the lower one. */
    public static long sourceLow(long at) {
        return isIpv4(at) ? IpAddress.lowOfIpv4(Ipv4Header.source(at)) : Ipv6Header.sourceLow(at);
    }

    /** DSCP in the upper six bits, ECN in the lower two. */
    public static int typeOfService(long at) {
        return isIpv4(at) ? Ipv4Header.typeOfService(at) : Ipv6Header.trafficClass(at);
    }

    public static void changeTypeOfService(long at, int typeOfService) {
        if (isIpv4(at)) {
            Ipv4Header.changeTypeOfService(at, typeOfService);
        } else {
            Ipv6Header.changeTrafficClass(at, typeOfService);
        }
    }

    /** IPv4's flags and fragment offset; of IPv6, which no router fragments, "don't fragment". */
    public static int flags(long at) {
        return isIpv4(at) ? Ipv4Header.flags(at) : Ipv4Header.DONT_FRAGMENT;
    }

    /** Whether no router may fragment it. */
    public static boolean dontFragment(long at) {
        return !isIpv4(at) || Ipv4Header.dontFragment(at);
    }

    /** Time to live or hop limit. */
    public static int timeToLive(long at) {
        return isIpv4(at) ? Ipv4Header.timeToLive(at) : Ipv6Header.hopLimit(at);
    }

    public static void decrementTimeToLive(long at) {
        if (isIpv4(at)) {
            Ipv4Header.decrementTimeToLive(at);
        } else {
            Ipv6Header.decrementHopLimit(at);
        }
    }

    /** Whether no router forwards it. */
    public static boolean isMartian(long at) {
        return isIpv4(at) ? Ipv4Header.isMartian(at) : Ipv6Header.isMartian(at);
    }
}
