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

    JcaGmac(AeadCipher cipher, byte[] material) {
        SecretKeySpec key = new SecretKeySpec(material, 0, cipher.keyBytes(), "AES");
        this.gcm = () -> JcaAead.gcm(key, cipher.icvBytes());
        this.icvBytes = cipher.icvBytes();
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
        byte[] spi = Arrays.copyOf(packet.header, SPI_BYTES);
        byte[] rest = Arrays.copyOfRange(packet.header, SPI_BYTES, packet.header.length);
        byte[] authenticated = Sealed.concat(spi, packet.sequenceHigh(), rest, text);
        return gcm.get().seal(new JcaPacket(packet.nonce, authenticated, packet.header), NO_TEXT);
    }
}
