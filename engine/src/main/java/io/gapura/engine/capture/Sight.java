package io.gapura.engine.capture;

import io.gapura.engine.wire.AhHeader;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.Memory;

/**
 * What a filter looks at in a frame, of either IP version, read from a copy that may be cut short. What is not there
 * is {@link #NONE}. One thread's, used again for each frame.
 */
final class Sight {
    static final int NONE = -1;

    private static final int TYPE_IPV6 = 0x86dd;
    private static final int IPV6_BYTES = 40;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int IPV6_SOURCE = 8;
    private static final int IPV6_DESTINATION = 24;
    private static final int PORTS_BYTES = 4;

    /** 4, 6 or {@link #NONE}. */
    int version;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int protocol;
    int sourcePort;
    int destinationPort;
    /** Of ESP, in UDP too, or AH; 0 for none. */
    int spi;
    /** Bytes up to the end of what policy looks at: IP header and ports. */
    int headerBytes;

    /** Looks at the {@code bytes} bytes of a frame at {@code at}. */
    void at(long at, int bytes) {
        forget();
        int type = bytes < EthernetHeader.BYTES ? 0 : EthernetHeader.type(at);
        long ip = at + EthernetHeader.BYTES;
        int available = bytes - EthernetHeader.BYTES;
        if (type == EthernetHeader.TYPE_IPV4 && available >= Ipv4Header.BYTES) {
            ipv4(ip, available);
        } else if (type == TYPE_IPV6 && available >= IPV6_BYTES) {
            ipv6(ip, available);
        }
    }

    private void forget() {
        version = NONE;
        protocol = NONE;
        sourcePort = NONE;
        destinationPort = NONE;
        spi = 0;
        headerBytes = EthernetHeader.BYTES;
    }

    private void ipv4(long ip, int available) {
        version = 4;
        sourceHigh = 0;
        sourceLow = Ipv4Header.source(ip) & 0xffff_ffffL;
        destinationHigh = 0;
        destinationLow = Ipv4Header.destination(ip) & 0xffff_ffffL;
        protocol = Ipv4Header.protocol(ip);
        headerBytes += Ipv4Header.headerBytes(ip);
        if (!Ipv4Header.isLaterFragment(ip)) {
            upper(ip + Ipv4Header.headerBytes(ip), available - Ipv4Header.headerBytes(ip));
        }
    }

    /** Extension headers are not walked: the protocol is then theirs. */
    private void ipv6(long ip, int available) {
        version = 6;
        sourceHigh = Memory.longAt(ip + IPV6_SOURCE);
        sourceLow = Memory.longAt(ip + IPV6_SOURCE + 8);
        destinationHigh = Memory.longAt(ip + IPV6_DESTINATION);
        destinationLow = Memory.longAt(ip + IPV6_DESTINATION + 8);
        protocol = Memory.byteAt(ip + IPV6_NEXT_HEADER);
        headerBytes += IPV6_BYTES;
        upper(ip + IPV6_BYTES, available - IPV6_BYTES);
    }

    private void upper(long at, int bytes) {
        switch (protocol) {
            case Ipv4Header.TCP, Ipv4Header.UDP, Ipv4Header.SCTP, Ipv4Header.UDP_LITE -> ports(at, bytes);
            case Ipv4Header.ESP -> spi(at, bytes);
            case Ipv4Header.AH -> spi(at + AhHeader.SPI, bytes - AhHeader.SPI);
            default -> {
            }
        }
    }

    private void ports(long at, int bytes) {
        if (bytes >= PORTS_BYTES) {
            sourcePort = Memory.shortAt(at);
            destinationPort = Memory.shortAt(at + 2);
            headerBytes += PORTS_BYTES;
            if (protocol == Ipv4Header.UDP && (sourcePort == UdpHeader.NAT_TRAVERSAL_PORT
                    || destinationPort == UdpHeader.NAT_TRAVERSAL_PORT)) {
                spi(at + UdpHeader.BYTES, bytes - UdpHeader.BYTES);
            }
        }
    }

    private void spi(long at, int bytes) {
        if (bytes >= EspHeader.BYTES) {
            spi = EspHeader.spi(at);
        }
    }
}
