package io.gapura.engine.ah;

import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.esp.EspOutbound;
import io.gapura.engine.esp.EspTransport;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.wire.AhHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.OuterHeader;

/** How long packets become, and how long they may be, whichever protocol and mode an SA has. */
public final class Overhead {
    private Overhead() {
    }

    /** The largest inner packet of a tunnel that becomes one of at most {@code mtu} bytes. */
    public static int innerMtu(OutboundSa sa, int mtu) {
        return sa.ah ? mtu - ahBytes(sa) : EspOutbound.innerMtu(sa, mtu);
    }

    /** The same in either mode by an SA's cipher and outer header; in transport mode of a datagram without options or extensions. */
    public static int innerMtu(EspCipher cipher, OuterHeader outer, boolean transport, int mtu) {
        if (cipher instanceof AhMac) {
            int ahBytes = AhHeader.bytes(cipher.ivBytes() + cipher.icvBytes(), outer.destination().isIpv4());
            return mtu - ahBytes - (transport ? 0 : outer.bytes());
        }
        return transport
                ? EspTransport.largest(cipher, outer.ipBytes(), outer.udpBytes(), mtu)
                : EspOutbound.innerMtu(cipher, outer.bytes(), mtu);
    }

    /** The largest datagram in transport mode, with such a header as that at {@code ip}, that becomes one of at most {@code mtu} bytes. */
    public static int largest(OutboundSa sa, int mtu, long ip) {
        return sa.ah ? mtu - ahBytes(sa) : EspTransport.largest(sa, mtu, ip);
    }

    /** The length of the IP packet that the datagram at {@code ip} becomes. */
    public static int outerBytes(OutboundSa sa, long ip) {
        int bytes = IpHeader.totalLength(ip);
        if (sa.ah) {
            return bytes + ahBytes(sa);
        }
        return sa.transport ? EspTransport.outerBytes(sa, ip) : EspOutbound.outerBytes(sa, bytes);
    }

    /** What AH and a tunnel's outer header add to every packet. */
    static int ahBytes(OutboundSa sa) {
        return sa.ahBytes + (sa.transport ? 0 : sa.outer.bytes());
    }
}
