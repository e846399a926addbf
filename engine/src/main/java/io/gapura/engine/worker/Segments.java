package io.gapura.engine.worker;

import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.engine.wire.TcpHeader;

/**
 * Has TCP connections through a tunnel agree on segments that fit, where path MTU discovery does not work: each SYN that passes, in either
 * direction, offers no more.
 */
final class Segments {
    private Segments() {
    }

    /** Looks at a whole datagram, of which the tunnel takes {@code innerMtu} bytes. */
    static void clamp(long ip, int innerMtu) {
        if (IpHeader.isIpv4(ip)) {
            if (Ipv4Header.protocol(ip) == Ipv4Header.TCP && !Ipv4Header.isLaterFragment(ip)) {
                int headerBytes = Ipv4Header.headerBytes(ip);
                clampTcp(ip + headerBytes, Ipv4Header.totalLength(ip) - headerBytes, innerMtu - Ipv4Header.BYTES);
            }
        } else {
            int chain = Ipv6Header.chain(ip);
            if (chain >= 0 && Ipv6Header.protocol(chain) == Ipv4Header.TCP && !Ipv6Header.isLaterFragment(chain)) {
                int headerBytes = Ipv6Header.headerBytes(chain);
                clampTcp(ip + headerBytes, Ipv6Header.totalLength(ip) - headerBytes, innerMtu - Ipv6Header.BYTES);
            }
        }
    }

    /** @param most the largest TCP header and data: IP without options or extensions carries them, RFC 9293 §3.7.1 */
    private static void clampTcp(long tcp, int bytes, int most) {
        if (bytes >= TcpHeader.BYTES && (TcpHeader.flags(tcp) & TcpHeader.SYN) != 0
                && TcpHeader.headerBytes(tcp) <= bytes) {
            TcpHeader.clampSegments(tcp, most - TcpHeader.BYTES);
        }
    }
}
