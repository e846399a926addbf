package io.gapura.engine.worker;

import io.gapura.engine.wire.Ipv4Header;
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
        int headerBytes = Ipv4Header.headerBytes(ip);
        int bytes = Ipv4Header.totalLength(ip) - headerBytes;
        long tcp = ip + headerBytes;
        if (Ipv4Header.protocol(ip) == Ipv4Header.TCP && !Ipv4Header.isLaterFragment(ip) && bytes >= TcpHeader.BYTES
                && (TcpHeader.flags(tcp) & TcpHeader.SYN) != 0 && TcpHeader.headerBytes(tcp) <= bytes) {
            TcpHeader.clampSegments(tcp, innerMtu - Ipv4Header.BYTES - TcpHeader.BYTES);
        }
    }
}
