package io.gapura.engine.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** RFC 4543: AES-GCM without a text. */
final class JcaGmac implements JcaCipher {
    private static final int SPI_BYTES = 4;
    private static final byte[] NO_TEXT = {};

    /** A new one for each call: the JDK refuses to encrypt by the same nonce twice in a row. */
    private final Supplier<JcaAead> gcm;
    private final int icvBytes;
    private final boolean inAh;

    /** @param inAh whether the high half of an extended sequence number is behind all else, or with the low half */
    JcaGmac(AeadCipher cipher, byte[] material, boolean inAh) {
        SecretKeySpec key = new SecretKeySpec(material, 0, cipher.keyBytes(), "AES");
        this.gcm = () -> JcaAead.gcm(key, cipher.icvBytes());
        this.icvBytes = cipher.icvBytes();
        this.inAh = inAh;
    }

    @Override
    public byte[] seal(JcaPacket packet, byte[] text) throws GeneralSecurityException {
        return Sealed.concat(text, icv(packet, text));
    }

    @Override
    public byte @Nullable [] open(JcaPacket packet, byte[] sealed) throws GeneralSecurityException {
        byte[] text = Sealed.text(sealed, icvBytes);
        return Sealed.hasIcv(sealed, icv(packet, text)) ? text : null;
    }

    /** Authenticated are SPI, whole sequence number, IV and text. */
    private byte[] icv(JcaPacket packet, byte[] text) throws GeneralSecurityException {
        byte[] authenticated = inAh
                ? Sealed.concat(packet.header, text, packet.sequenceHigh())
                : withSequenceInside(packet, text);
        return gcm.get().seal(new JcaPacket(packet.nonce, authenticated, packet.header), NO_TEXT);
    }

    private static byte[] withSequenceInside(JcaPacket packet, byte[] text) {
        byte[] spi = Arrays.copyOf(packet.header, SPI_BYTES);
        byte[] rest = Arrays.copyOfRange(packet.header, SPI_BYTES, packet.header.length);
        return Sealed.concat(spi, packet.sequenceHigh(), rest, text);
    }
}
