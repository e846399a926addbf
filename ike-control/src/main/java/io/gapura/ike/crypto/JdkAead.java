package io.gapura.ike.crypto;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.function.Function;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** By the Java runtime, with the processor's instructions. */
final class JdkAead implements Aead {
    static final int SMALLEST_GCM_ICV_BYTES = 12;

    private final String transformation;
    private final String keyAlgorithm;
    private final Function<byte[], AlgorithmParameterSpec> parameters;

    private JdkAead(String transformation, String keyAlgorithm, Function<byte[], AlgorithmParameterSpec> parameters) {
        this.transformation = transformation;
        this.keyAlgorithm = keyAlgorithm;
        this.parameters = parameters;
    }

    static JdkAead gcm(int icvBytes) {
        return new JdkAead("AES/GCM/NoPadding", "AES", nonce -> new GCMParameterSpec(icvBytes * Byte.SIZE, nonce));
    }

    static JdkAead chacha20Poly1305() {
        return new JdkAead("ChaCha20-Poly1305", "ChaCha20", IvParameterSpec::new);
    }

    @Override
    public byte[] seal(byte[] key, int keyBytes, byte[] nonce, byte[] associated, byte[] text) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key, keyBytes, nonce, associated).doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(transformation + " failed to encrypt", e);
        }
    }

    @Override
    public byte @Nullable [] open(byte[] key, int keyBytes, byte[] nonce, byte[] associated, byte[] ciphertext) {
        try {
            return cipher(Cipher.DECRYPT_MODE, key, keyBytes, nonce, associated).doFinal(ciphertext);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(transformation + " failed to decrypt", e);
        }
    }

    private Cipher cipher(int mode, byte[] key, int keyBytes, byte[] nonce, byte[] associated)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(transformation);
        cipher.init(mode, new SecretKeySpec(key, 0, keyBytes, keyAlgorithm), parameters.apply(nonce));
        cipher.updateAAD(associated);
        return cipher;
    }
}
