package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/**
 * What of a sound datagram stays in front in transport mode, RFC 4303 §3.1.1 and RFC 4302 §3.1.1: the IP header, with those
 * extension headers that routers read.
 */
public final class TransportHeader {
    private TransportHeader() {
    }

    /** How long it is. */
    public static int bytes(long ip) {
        return IpHeader.isIpv4(ip) ? Ipv4Header.headerBytes(ip) : Ipv6Header.unfragmentable(ip) >>> Byte.SIZE;
    }

    /** The protocol of what follows it. */
    public static int announced(long ip) {
        return IpHeader.isIpv4(ip)
                ? Ipv4Header.protocol(ip)
                : Memory.byteAt(ip + (Ipv6Header.unfragmentable(ip) & 0xff));
    }

    /** Lets a header of {@code headerBytes} bytes announce so many bytes of this protocol. */
    public static void announce(long ip, int headerBytes, int protocol, int upperBytes) {
        if (IpHeader.isIpv4(ip)) {
            Ipv4Header.announce(ip, protocol, headerBytes + upperBytes);
        } else {
            Memory.putByte(ip + Ipv6Header.fieldBefore(ip, headerBytes), protocol);
            Ipv6Header.putPayloadLength(ip, headerBytes - Ipv6Header.BYTES + upperBytes);
        }
    }
}
