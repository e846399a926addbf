package io.gapura.engine.esp;

import static io.gapura.engine.wire.EspHeader.TRAILER_BYTES;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.sad.InboundSa;
import io.gapura.engine.wire.Ecn;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.ffi.Memory;
import org.jspecify.annotations.Nullable;

/**
 * ESP in IP in, IP out, RFC 4303 §3.4, a tunnel of any two families, in two halves with the cipher calls of the whole batch between
 * them. The inner packet stays where it lies.
 *
 * <pre>
 *   [Ethernet│IP  │(UDP)│SPI,seq│IV│IP inner packet│1,2,3,length,next header│ICV]
 *                         [Ethernet│IP inner packet]
 * </pre>
 */
public final class EspInbound {
    /** Of a cipher without blocks, which does not mind a peer that forgets it. */
    private static final int ALIGNMENT = 4;

    private EspInbound() {
    }

    /** Whether {@code espBytes} bytes are too few to have an SPI. */
    public static boolean isRunt(int espBytes) {
        return espBytes < EspHeader.BYTES;
    }

    /** Whether {@code espBytes} bytes are too few for the SA's IV, a block with a trailer in it, and the ICV. */
    public static boolean isRunt(InboundSa sa, int espBytes) {
        return espBytes < EspHeader.BYTES + sa.ivBytes + sa.blockBytes + sa.icvBytes;
    }

    /** Whether the text of a packet that is no {@linkplain #isRunt runt} is cut in the middle of a cipher's block. */
    public static boolean isMisaligned(InboundSa sa, int espBytes) {
        return sa.blockBytes > ALIGNMENT
                && (espBytes - EspHeader.BYTES - sa.ivBytes - sa.icvBytes & sa.blockBytes - 1) != 0;
    }

    /**
     * Prepares the cipher call: nonce and AAD into its row, RFC 4106 §4 and §5.
     *
     * @param esp      address of the SPI
     * @param sequence the whole sequence number, as the replay window inferred it, RFC 4303 §3.4.3
     */
    public static void prepare(AeadBatch aead, InboundSa sa, long sequence, long esp, int espBytes) {
        long text = esp + EspHeader.BYTES + sa.ivBytes;
        int textBytes = espBytes - EspHeader.BYTES - sa.ivBytes - sa.icvBytes;
        long slot = aead.slot();
        long iv = sa.ivBytes == 0 ? sequence : Memory.longAt(esp + EspHeader.BYTES); // RFC 8750 §3
        EspNonce.write(slot + AeadBatch.NONCE, sa.salt, iv);
        int aadBytes = EspAad.write(slot + AeadBatch.AAD, sa.spi, sequence, sa.esn);
        aead.add(sa.keyHandle, aadBytes, sa.icvBytes, text, textBytes);
    }

    /**
     * The first half of unwrapping a decrypted packet: the reason to drop it, or null, and then the row's text
     * starts with a sound IP datagram, about which policy can be asked; or in transport mode with what belongs behind
     * the packet's IP header.
     *
     * <ol>
     * <li>the integrity check value, and only then the replay window moves, RFC 4303 §3.4.3
     * <li>padding, next header, RFC 4303 §3.4.4.1; dummies end here, §2.6
     * <li>the inner header
     * </ol>
     */
    public static @Nullable DropReason unwrap(AeadBatch aead, int row, InboundSa sa, long sequence) {
        if (!aead.authentic(row)) {
            return DropReason.NOT_AUTHENTIC;
        }
        if (!sa.window.accept(sequence)) {
            return DropReason.REPLAYED;
        }
        long inner = aead.text(row);
        int textBytes = aead.textBytes(row);
        int trailer = EspHeader.trailer(inner + textBytes);
        int padding = EspHeader.paddingBytes(trailer);
        int payloadBytes = textBytes - TRAILER_BYTES - padding;
        if (payloadBytes < 0 || !EspHeader.isPadding(inner + payloadBytes, padding)) {
            return DropReason.BAD_PADDING;
        }
        int nextHeader = EspHeader.nextHeader(trailer);
        if (nextHeader == Ipv4Header.IP_IN_IP && !sa.transport) {
            boolean sound = payloadBytes >= Ipv4Header.BYTES && Ipv4Header.isSound(inner, payloadBytes);
            return sound ? null : DropReason.BAD_INNER;
        }
        return unwrapOther(sa, nextHeader, inner, payloadBytes);
    }

    /** Other than IPv4 in a tunnel. */
    private static @Nullable DropReason unwrapOther(InboundSa sa, int nextHeader, long inner, int payloadBytes) {
        if (nextHeader == EspHeader.NO_NEXT_HEADER) {
            return DropReason.DUMMY;
        }
        if (sa.transport) {
            return null;
        }
        if (nextHeader != Ipv6Header.IPV6) {
            return DropReason.BAD_NEXT_HEADER;
        }
        boolean sound = payloadBytes >= Ipv6Header.BYTES && Ipv6Header.isSound(inner, payloadBytes)
                && Ipv6Header.chain(inner) >= 0;
        return sound ? null : DropReason.BAD_INNER;
    }

    /**
     * The second half, for a packet that the SA may carry: congestion marks from the outer header, RFC 6040
     * §4.2. What is behind the datagram's total length is padding against traffic analysis, RFC 4303 §2.7.
     */
    public static @Nullable DropReason finish(PacketBatch batch, int packet, InboundSa sa, long inner) {
        if (sa.transport) {
            return null; // it has but one header
        }
        int outer = IpHeader.typeOfService(batch.start(packet) + EthernetHeader.BYTES);
        if ((outer & Ecn.MASK) != 0) { // or else the inner mark stays
            int typeOfService = IpHeader.typeOfService(inner);
            int mark = Ecn.decapsulate(typeOfService, outer);
            if (mark == Ecn.DROP) {
                return DropReason.BAD_CONGESTION_MARK;
            }
            if (mark != (typeOfService & Ecn.MASK)) {
                IpHeader.changeTypeOfService(inner, (typeOfService & ~Ecn.MASK) | mark);
            }
        }
        int innerBytes = IpHeader.totalLength(inner);
        batch.place(packet, inner - EthernetHeader.BYTES, EthernetHeader.BYTES + innerBytes);
        return null;
    }
}
