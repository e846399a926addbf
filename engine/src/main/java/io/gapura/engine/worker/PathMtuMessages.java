package io.gapura.engine.worker;

import io.gapura.engine.wire.AhHeader;
import io.gapura.engine.wire.Checksum;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.IcmpHeader;
import io.gapura.engine.wire.Ipv4Header;
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
        long icmp = ip + Ipv4Header.headerBytes(ip);
        int bytes = Ipv4Header.totalLength(ip) - Ipv4Header.headerBytes(ip);
        if (Ipv4Header.protocol(ip) != Ipv4Header.ICMP || bytes < IcmpHeader.BYTES + Ipv4Header.BYTES
                || !IcmpHeader.isFragmentationNeeded(icmp) || Checksum.of(icmp, bytes) != 0) {
            return;
        }
        long quoted = icmp + IcmpHeader.BYTES;
        long upper = quoted + Ipv4Header.headerBytes(quoted);
        boolean inUdp = Ipv4Header.protocol(quoted) == Ipv4Header.UDP;
        boolean ah = Ipv4Header.protocol(quoted) == Ipv4Header.AH;
        long esp = upper + (inUdp ? UdpHeader.BYTES : ah ? AhHeader.SPI : 0); // SPI and sequence number, in both
        boolean whole = esp + EspHeader.BYTES <= icmp + bytes;
        if (whole && (inUdp || ah || Ipv4Header.protocol(quoted) == Ipv4Header.ESP)
                && Ipv4Header.source(quoted) == Ipv4Header.destination(ip)) {
            events.onPathMtu(0, IpAddress.ofIpv4(Ipv4Header.destination(quoted)).low(), EspHeader.spi(esp),
                    EspHeader.sequence(esp), IcmpHeader.nextHopMtu(icmp), nowNs);
        }
    }
}
