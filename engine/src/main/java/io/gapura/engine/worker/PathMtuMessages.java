package io.gapura.engine.worker;

import io.gapura.engine.wire.AhHeader;
import io.gapura.engine.wire.Checksum;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.IcmpHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.IpAddress;

/**
 * What routers on the way to the peers say of our ESP or AH being too big, RFC 4301 §8.2: the kernel's business, and ours too. Whether it may
 * be believed is the control thread's to find out.
 */
final class PathMtuMessages {
    private PathMtuMessages() {
    }

    /** Looks at a sound datagram in clear text that is for this host. */
    static void look(long ip, EventRing events, long nowNs) {
        if (IpHeader.isIpv4(ip)) {
            lookAtIpv4(ip, events, nowNs);
        } else {
            lookAtIpv6(ip, events, nowNs);
        }
    }

    private static void lookAtIpv4(long ip, EventRing events, long nowNs) {
        long icmp = ip + Ipv4Header.headerBytes(ip);
        int bytes = Ipv4Header.totalLength(ip) - Ipv4Header.headerBytes(ip);
        if (Ipv4Header.protocol(ip) != Ipv4Header.ICMP || bytes < IcmpHeader.BYTES + Ipv4Header.BYTES
                || !IcmpHeader.isFragmentationNeeded(icmp) || Checksum.of(icmp, bytes) != 0) {
            return;
        }
        long quoted = icmp + IcmpHeader.BYTES;
        long esp = esp(quoted + Ipv4Header.headerBytes(quoted), Ipv4Header.protocol(quoted), icmp + bytes);
        if (esp != 0 && Ipv4Header.source(quoted) == Ipv4Header.destination(ip)) {
            events.onPathMtu(IpAddress.HIGH_OF_IPV4, IpAddress.lowOfIpv4(Ipv4Header.destination(quoted)),
                    EspHeader.spi(esp), EspHeader.sequence(esp), IcmpHeader.nextHopMtu(icmp), nowNs);
        }
    }

    private static void lookAtIpv6(long ip, EventRing events, long nowNs) {
        int chain = Ipv6Header.chain(ip);
        long icmp = ip + Ipv6Header.headerBytes(chain);
        int bytes = Ipv6Header.totalLength(ip) - Ipv6Header.headerBytes(chain);
        if (Ipv6Header.protocol(chain) != Ipv6Header.ICMPV6 || bytes < IcmpHeader.BYTES + Ipv6Header.BYTES
                || IcmpHeader.type(icmp) != IcmpHeader.PACKET_TOO_BIG_V6
                || Checksum.complete(Ipv6Header.pseudoHeaderSum(ip, Ipv6Header.ICMPV6, bytes)
                        + Checksum.partial(icmp, bytes)) != 0) {
            return;
        }
        long quoted = icmp + IcmpHeader.BYTES;
        int quotedChain = Ipv6Header.chain(quoted, bytes - IcmpHeader.BYTES);
        long esp = quotedChain < 0
                ? 0
                : esp(quoted + Ipv6Header.headerBytes(quotedChain), Ipv6Header.protocol(quotedChain), icmp + bytes);
        if (esp != 0 && Ipv6Header.sourceHigh(quoted) == Ipv6Header.destinationHigh(ip)
                && Ipv6Header.sourceLow(quoted) == Ipv6Header.destinationLow(ip)) {
            events.onPathMtu(Ipv6Header.destinationHigh(quoted), Ipv6Header.destinationLow(quoted),
                    EspHeader.spi(esp), EspHeader.sequence(esp), IcmpHeader.mtuV6(icmp), nowNs);
        }
    }

    /** Where SPI and sequence number of ESP, in UDP or not, or AH are in what is quoted up to {@code end}; 0 if there are none. */
    private static long esp(long upper, int protocol, long end) {
        long esp = switch (protocol) {
            case Ipv4Header.ESP -> upper;
            case Ipv4Header.AH -> upper + AhHeader.SPI;
            case Ipv4Header.UDP -> upper + UdpHeader.BYTES;
            default -> end;
        };
        return esp + EspHeader.BYTES <= end ? esp : 0;
    }
}
