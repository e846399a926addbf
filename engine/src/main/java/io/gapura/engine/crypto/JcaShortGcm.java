package io.gapura.engine.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** AES-GCM with an ICV of 8 bytes, which the JDK has not: the start of one of 16. */
final class JcaShortGcm implements JcaCipher {
    private static final int WHOLE_ICV_BYTES = 16;

    /** A new one for each call: the JDK refuses to encrypt by the same nonce twice in a row. */
    private final Supplier<JcaAead> whole;
    private final int icvBytes;

    JcaShortGcm(AeadCipher cipher, byte[] material) {
        SecretKeySpec key = new SecretKeySpec(material, 0, cipher.keyBytes(), "AES");
        this.whole = () -> JcaAead.gcm(key, WHOLE_ICV_BYTES);
        this.icvBytes = cipher.icvBytes();
    }

    @Override
    public byte[] seal(JcaPacket packet, byte[] text) throws GeneralSecurityException {
        return Arrays.copyOf(whole.get().seal(packet, text), text.length + icvBytes);
    }

    /** To encrypt what was encrypted is to decrypt it: GCM encrypts by a stream. */
    @Override
    public byte @Nullable [] open(JcaPacket packet, byte[] sealed) throws GeneralSecurityException {
        byte[] encrypted = Sealed.text(sealed, icvBytes);
        byte[] text = Sealed.text(whole.get().seal(packet, encrypted), WHOLE_ICV_BYTES);
        byte[] again = seal(packet, text);
        return Sealed.hasIcv(sealed, Arrays.copyOfRange(again, text.length, again.length)) ? text : null;
    }
}
