package io.gapura.engine.esp;

import static io.gapura.engine.wire.EspHeader.TRAILER_BYTES;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.wire.Checksum;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.engine.wire.TcpHeader;
import io.gapura.engine.wire.TransportHeader;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.Memory;
import org.jspecify.annotations.Nullable;

/**
 * ESP in transport mode, RFC 4303 §3.1.1: the IP header, with the extension headers that routers read, moves forward and
 * back; what it carried is protected where it lies.
 *
 * <pre>
 *                   [Ethernet│IP│payload]
 *   [Ethernet│IP│(UDP)│SPI,seq│IV│payload│1,2,3,length,next header│ICV]
 * </pre>
 *
 * <p>Whole datagrams only, RFC 4301 §4.1. Behind a NAT the checksums of TCP and UDP speak of other addresses than the
 * header: they are computed anew when the packet has proved authentic, RFC 3948 §3.1.2 (b), which needs no addresses
 * that the peer would have to tell.
 */
public final class EspTransport {
    private EspTransport() {
    }

    /** Whether the datagram may not go by an SA in transport mode: a fragment, or none of the two addresses'. */
    public static @Nullable DropReason refusal(OutboundSa sa, long ip) {
        boolean fragment = IpHeader.isIpv4(ip)
                ? Ipv4Header.isFragment(ip)
                : Ipv6Header.isFragment(Ipv6Header.chain(ip));
        if (fragment) {
            return DropReason.TRANSPORT_FRAGMENT;
        }
        return sa.outer.isBetween(ip) ? null : DropReason.SELECTOR_MISMATCH;
    }

    /** The largest datagram with such a header as that at {@code ip} whose ESP packet has at most {@code mtu} bytes. */
    public static int largest(OutboundSa sa, int mtu, long ip) {
        return largest(sa.cipher, TransportHeader.bytes(ip), sa.outer.udpBytes(), mtu);
    }

    /** The same by an SA's cipher, and the bytes of what stays in the clear and of UDP. */
    public static int largest(EspCipher cipher, int headerBytes, int udpBytes, int mtu) {
        int text = mtu - headerBytes - udpBytes - EspHeader.BYTES - cipher.ivBytes() - cipher.icvBytes();
        return headerBytes + (text & -cipher.blockBytes()) - TRAILER_BYTES;
    }

    /** The length of the IP packet that the datagram at {@code ip} becomes. */
    public static int outerBytes(OutboundSa sa, long ip) {
        int payloadBytes = IpHeader.totalLength(ip) - TransportHeader.bytes(ip);
        int textBytes = payloadBytes + EspHeader.paddingBytes(payloadBytes, sa.blockBytes) + TRAILER_BYTES;
        return TransportHeader.bytes(ip) + sa.outer.udpBytes() + EspHeader.BYTES + sa.ivBytes + textBytes + sa.icvBytes;
    }

    /**
     * As {@link EspOutbound#encapsulate}.
     *
     * <ol>
     * <li>padding and trailer behind the datagram, which name what its header named
     * <li>the header forward, by as much as IV, SPI, sequence number and UDP need
     * <li>nonce and AAD into the row of its cipher call
     * </ol>
     */
    public static void encapsulate(AeadBatch aead, PacketBatch batch, int packet, OutboundSa sa, long sequence) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        int headerBytes = TransportHeader.bytes(ip);
        if (!batch.isOfHost()) {
            IpHeader.decrementTimeToLive(ip);
        }
        long text = ip + headerBytes;
        int payloadBytes = batch.length(packet) - EthernetHeader.BYTES - headerBytes;
        int padding = EspHeader.paddingBytes(payloadBytes, sa.blockBytes);
        int textBytes = payloadBytes + padding + TRAILER_BYTES;
        EspHeader.writeTrailer(text + payloadBytes, padding, TransportHeader.announced(ip));

        int udpBytes = sa.outer.udpBytes();
        long esp = text - sa.ivBytes - EspHeader.BYTES;
        long moved = esp - udpBytes - headerBytes;
        int upperBytes = udpBytes + EspHeader.BYTES + sa.ivBytes + textBytes + sa.icvBytes;
        Memory.copy(ip, moved, headerBytes);
        TransportHeader.announce(moved, headerBytes, udpBytes == 0 ? Ipv4Header.ESP : Ipv4Header.UDP, upperBytes);
        if (udpBytes > 0) {
            UdpHeader.write(esp - udpBytes, sa.outer.ports(), upperBytes);
        }
        EspHeader.write(esp, sa.spi, (int) sequence);
        if (sa.ivBytes == Long.BYTES) {
            Memory.putLong(esp + EspHeader.BYTES, sequence);
        }
        batch.place(packet, moved - EthernetHeader.BYTES, EthernetHeader.BYTES + headerBytes + upperBytes);

        long slot = aead.slot();
        EspNonce.write(slot + AeadBatch.NONCE, sa.salt, sequence);
        int aadBytes = EspAad.write(slot + AeadBatch.AAD, sa.spi, sequence, sa.esn);
        aead.add(sa.keyHandle, aadBytes, sa.icvBytes, text, textBytes);
    }

    /**
     * Puts the datagram of an unwrapped packet together again, and the packet in its place; where it lies. Whether it
     * {@link #isSound} is not asked here.
     */
    public static long restore(PacketBatch batch, int packet, AeadBatch aead, int row) {
        long outer = batch.start(packet) + EthernetHeader.BYTES;
        long text = aead.text(row);
        int trailer = EspHeader.trailer(text + aead.textBytes(row));
        int payloadBytes = aead.textBytes(row) - TRAILER_BYTES - EspHeader.paddingBytes(trailer);
        boolean ipv4 = IpHeader.isIpv4(outer);
        int chain = ipv4 ? 0 : Ipv6Header.chain(outer);
        int headerBytes = ipv4 ? Ipv4Header.headerBytes(outer) : Ipv6Header.headerBytes(chain);
        int carrier = ipv4 ? Ipv4Header.protocol(outer) : Ipv6Header.protocol(chain);
        long ip = text - headerBytes;
        Memory.copy(outer, ip, headerBytes);
        TransportHeader.announce(ip, headerBytes, EspHeader.nextHeader(trailer), payloadBytes);
        batch.place(packet, ip - EthernetHeader.BYTES, EthernetHeader.BYTES + headerBytes + payloadBytes);
        if (carrier == Ipv4Header.UDP) {
            mendChecksum(ip, text, payloadBytes);
        }
        return ip;
    }

    /** Whether extension headers that were protected are what they must be. */
    public static boolean isSound(long ip) {
        return IpHeader.isIpv4(ip) || Ipv6Header.chain(ip) >= 0;
    }

    private static void mendChecksum(long ip, long upper, int bytes) {
        boolean ipv4 = IpHeader.isIpv4(ip);
        int protocol = ipv4 ? Ipv4Header.protocol(ip) : Ipv6Header.protocol(Ipv6Header.chain(ip));
        int at = protocol == Ipv4Header.TCP ? TcpHeader.CHECKSUM : UdpHeader.CHECKSUM;
        boolean summed = (protocol == Ipv4Header.TCP && bytes >= TcpHeader.BYTES)
                || (protocol == Ipv4Header.UDP && bytes >= UdpHeader.BYTES && UdpHeader.checksum(upper) != 0);
        if (!summed) {
            return;
        }
        Memory.putShort(upper + at, 0);
        long pseudoHeader = ipv4
                ? Ipv4Header.pseudoHeaderSum(ip, bytes)
                : Ipv6Header.pseudoHeaderSum(ip, protocol, bytes);
        int checksum = Checksum.complete(pseudoHeader + Checksum.partial(upper, bytes));
        Memory.putShort(upper + at, checksum == 0 && protocol == Ipv4Header.UDP ? 0xffff : checksum);
    }
}
