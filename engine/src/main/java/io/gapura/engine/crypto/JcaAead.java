package io.gapura.engine.crypto;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.function.Function;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** What the JDK has as an AEAD: AES-GCM and ChaCha20-Poly1305. For one thread at a time. */
final class JcaAead implements JcaCipher {
    /** The JDK cuts no more. */
    static final int SHORTEST_GCM_ICV_BYTES = 12;

    private final Cipher cipher;
    private final SecretKeySpec key;
    private final Function<byte[], AlgorithmParameterSpec> parameters;

    private JcaAead(String transformation, SecretKeySpec key, Function<byte[], AlgorithmParameterSpec> parameters) {
        this.cipher = cipher(transformation);
        this.key = key;
        this.parameters = parameters;
    }

    static JcaAead of(AeadCipher cipher, byte[] material) {
        return cipher.mode() == AeadCipher.Mode.GCM
                ? gcm(new SecretKeySpec(material, 0, cipher.keyBytes(), "AES"), cipher.icvBytes())
                : new JcaAead("ChaCha20-Poly1305", new SecretKeySpec(material, 0, cipher.keyBytes(), "ChaCha20"),
                        IvParameterSpec::new);
    }

    static JcaAead gcm(SecretKeySpec key, int icvBytes) {
        return new JcaAead("AES/GCM/NoPadding", key,
                nonce -> new GCMParameterSpec(icvBytes * Byte.SIZE, nonce));
    }

    static Cipher cipher(String transformation) {
        try {
            return Cipher.getInstance(transformation);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no " + transformation, missing);
        }
    }

    @Override
    public byte[] seal(JcaPacket packet, byte[] text) throws GeneralSecurityException {
        return run(Cipher.ENCRYPT_MODE, packet, text);
    }

    @Override
    public byte @Nullable [] open(JcaPacket packet, byte[] sealed) throws GeneralSecurityException {
        try {
            return run(Cipher.DECRYPT_MODE, packet, sealed);
        } catch (AEADBadTagException forged) {
            return null;
        }
    }

    private byte[] run(int mode, JcaPacket packet, byte[] input) throws GeneralSecurityException {
        cipher.init(mode, key, parameters.apply(packet.nonce));
        cipher.updateAAD(packet.aad);
        return cipher.doFinal(input);
    }
}
