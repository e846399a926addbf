package io.gapura.engine.esp;

import static io.gapura.engine.wire.EspHeader.TRAILER_BYTES;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.OuterHeader;
import io.gapura.ffi.Memory;

/**
 * IP in, ESP in IP out, RFC 4303 §3.3, a tunnel of any two families, the packet growing at both ends where it lies.
 *
 * <pre>
 *              [Ethernet│          IP inner packet]
 *   [Ethernet│IP  │(UDP)│SPI,seq│IV│IP inner packet│1,2,3,length,next header│ICV]
 * </pre>
 *
 * An IV that counts, as AEADs' and AES-CTR's do, is the sequence number in 64 bits, RFC 4106 §3.1: unique under a key that this
 * SA alone has. One that must not be foreseen, AES-CBC's, is written when the batch is sealed.
 */
public final class EspOutbound {
    private EspOutbound() {
    }

    /** The largest inner packet whose ESP packet has at most {@code mtu} bytes. */
    public static int innerMtu(OutboundSa sa, int mtu) {
        return innerMtu(sa.cipher, sa.outer.bytes(), mtu);
    }

    /** The same by an SA's cipher and the bytes of its outer headers. */
    public static int innerMtu(EspCipher cipher, int outerBytes, int mtu) {
        int text = mtu - outerBytes - EspHeader.BYTES - cipher.ivBytes() - cipher.icvBytes();
        return (text & -cipher.blockBytes()) - TRAILER_BYTES;
    }

    /** The length of the IP packet that a packet of {@code innerBytes} bytes becomes. */
    public static int outerBytes(OutboundSa sa, int innerBytes) {
        int padding = EspHeader.paddingBytes(innerBytes, sa.blockBytes);
        return sa.outer.bytes() + EspHeader.BYTES + sa.ivBytes + innerBytes + padding + TRAILER_BYTES + sa.icvBytes;
    }

    /**
     * Wraps a packet that fits; it is complete once the batch of cipher calls is sealed.
     *
     * <ol>
     * <li>one hop less to live, unless the host sent or forwarded it, RFC 4301 §5.1.2.1
     * <li>padding and trailer behind it, RFC 4303 §2.4
     * <li>IV, SPI, sequence number and the outer header in front, and room for the next hop's
     * <li>nonce and AAD into the row of its cipher call, RFC 4106 §4 and §5
     * </ol>
     *
     * @param sequence the whole 64-bit sequence number, never used before
     */
    public static void encapsulate(AeadBatch aead, PacketBatch batch, int packet, OutboundSa sa, long sequence) {
        long inner = batch.start(packet) + EthernetHeader.BYTES;
        int innerBytes = batch.length(packet) - EthernetHeader.BYTES;
        if (!batch.isOfHost()) {
            IpHeader.decrementTimeToLive(inner);
        }

        int padding = EspHeader.paddingBytes(innerBytes, sa.blockBytes);
        int textBytes = innerBytes + padding + TRAILER_BYTES;
        EspHeader.writeTrailer(inner + innerBytes, padding, IpHeader.asNextHeader(inner));

        OuterHeader header = sa.outer;
        int ivBytes = sa.ivBytes;
        int icvBytes = sa.icvBytes;
        long esp = inner - ivBytes - EspHeader.BYTES;
        long frame = esp - header.bytes() - EthernetHeader.BYTES;
        int totalLength = header.bytes() + EspHeader.BYTES + ivBytes + textBytes + icvBytes;
        EspHeader.write(esp, sa.spi, (int) sequence);
        if (ivBytes == Long.BYTES) { // a longer one is the cipher suite's to choose
            Memory.putLong(esp + EspHeader.BYTES, sequence);
        }
        header.write(frame + EthernetHeader.BYTES, totalLength, (int) sequence, inner);
        batch.place(packet, frame, EthernetHeader.BYTES + totalLength);

        long slot = aead.slot();
        EspNonce.write(slot + AeadBatch.NONCE, sa.salt, sequence);
        int aadBytes = EspAad.write(slot + AeadBatch.AAD, sa.spi, sequence, sa.esn);
        aead.add(sa.keyHandle, aadBytes, icvBytes, inner, textBytes);
    }

    /** Says in what was encapsulated, and is not sealed yet, that it is a dummy, RFC 4303 §2.6. */
    public static void makeDummy(PacketBatch batch, int packet, OutboundSa sa) {
        long icv = batch.start(packet) + batch.length(packet) - sa.icvBytes;
        Memory.putByte(icv - 1, EspHeader.NO_NEXT_HEADER);
    }
}
