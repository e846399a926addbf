package io.gapura.engine.worker;

import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.Memory;

/**
 * What a fragment of either family says of itself; read anew for each, in a sound datagram. One worker's.
 *
 * <pre>
 *   IPv4   [header                  │data]      a datagram's fragments agree in addresses, protocol, identification
 *   IPv6   [header, extensions│fragment│data]   in addresses and identification, RFC 8200 §4.5
 * </pre>
 */
final class Fragment {
    private static final int NO_PROTOCOL = -1;

    /** In IPv4 both addresses are in {@link #sourceLow}. */
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int identification;
    /** IPv4's, as far as it tells datagrams apart. */
    int protocol;

    /** Bytes of the headers that the whole datagram has too. */
    int headerBytes;
    /** What follows them there: its protocol, or the type of another extension header. */
    int nextHeader;
    /** Where its data is, how much, and where in the datagram's. */
    long data;
    int bytes;
    int offset;
    boolean last;

    /** The upper layer, as far as the fragment shows it: {@link #upperBytes} bytes. */
    private int upperProtocol;
    private long upper;
    private int upperBytes;

    void read(long ip) {
        if (IpHeader.isIpv4(ip)) {
            readIpv4(ip);
        } else {
            readIpv6(ip, Ipv6Header.chain(ip));
        }
    }

    private void readIpv4(long ip) {
        sourceHigh = 0;
        sourceLow = Ipv4Header.addresses(ip);
        destinationHigh = 0;
        destinationLow = 0;
        identification = Ipv4Header.identification(ip);
        protocol = Ipv4Header.protocol(ip);
        headerBytes = Ipv4Header.headerBytes(ip);
        nextHeader = protocol;
        data = ip + headerBytes;
        bytes = Ipv4Header.totalLength(ip) - headerBytes;
        offset = Ipv4Header.fragmentOffset(ip);
        last = !Ipv4Header.moreFragments(ip);
        upperProtocol = protocol;
        upper = data;
        upperBytes = bytes;
    }

    private void readIpv6(long ip, int chain) {
        sourceHigh = Ipv6Header.sourceHigh(ip);
        sourceLow = Ipv6Header.sourceLow(ip);
        destinationHigh = Ipv6Header.destinationHigh(ip);
        destinationLow = Ipv6Header.destinationLow(ip);
        protocol = NO_PROTOCOL;
        headerBytes = Ipv6Header.beforeFragment(ip);
        long header = ip + headerBytes;
        identification = Ipv6Header.fragmentIdentification(header);
        nextHeader = Memory.byteAt(header);
        data = header + Ipv6Header.FRAGMENT_BYTES;
        bytes = Ipv6Header.totalLength(ip) - headerBytes - Ipv6Header.FRAGMENT_BYTES;
        offset = Ipv6Header.fragmentOffset(header);
        last = !Ipv6Header.moreFragments(header);
        upperProtocol = Ipv6Header.protocol(chain);
        upper = ip + Ipv6Header.headerBytes(chain);
        upperBytes = Ipv6Header.totalLength(ip) - Ipv6Header.headerBytes(chain);
    }

    /** Whether it shows that its datagram is ESP or AH: that it is ESP in UDP only the first one does. */
    boolean showsIpsec() {
        if (upperProtocol != Ipv4Header.UDP) {
            return upperProtocol == Ipv4Header.ESP || upperProtocol == Ipv4Header.AH;
        }
        return offset == 0 && upperBytes >= UdpHeader.BYTES + EspHeader.BYTES
                && UdpHeader.destinationPort(upper) == UdpHeader.NAT_TRAVERSAL_PORT
                && EspHeader.spi(upper + UdpHeader.BYTES) != 0;
    }
}
