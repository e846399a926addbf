package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-GCM with a 16-byte ICV, RFC 5282: the nonce is the salt from the key material and an IV of eight bytes, which
 * counts messages so that it never repeats under one key.
 */
final class GcmMessageCipher implements MessageCipher {
    private static final int IV_BYTES = 8;
    private static final int ICV_BYTES = 16;
    private static final int PAD_LENGTH_BYTES = 1;
    private static final int OVERHEAD_BYTES = IV_BYTES + PAD_LENGTH_BYTES + ICV_BYTES;
    private static final Bytes NO_PADDING = Bytes.of(0);

    private final Secret keyAndSalt;
    private final int keyBytes;
    private long sealed;

    /** @param keyAndSalt SK_ei or SK_er; stays the caller's to close */
    GcmMessageCipher(Encryption encryption, Secret keyAndSalt) {
        this.keyAndSalt = keyAndSalt;
        this.keyBytes = encryption.keyBytes();
    }

    @Override
    public int bodyBytes(int textBytes) {
        return textBytes + OVERHEAD_BYTES;
    }

    @Override
    public int textBytes(int bodyBytes) {
        return bodyBytes - OVERHEAD_BYTES;
    }

    @Override
    public Bytes seal(Bytes prefix, Bytes text) {
        Bytes iv = Bytes.ofLong(sealed++);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, iv);
            cipher.updateAAD(prefix.toBuffer());
            return Bytes.concat(iv, Bytes.copyOf(cipher.doFinal(Bytes.concat(text, NO_PADDING).toArray())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to encrypt", e);
        }
    }

    @Override
    public @Nullable Bytes open(Bytes prefix, Bytes body) {
        if (body.length() < OVERHEAD_BYTES) {
            return null;
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, body.slice(0, IV_BYTES));
            cipher.updateAAD(prefix.toBuffer());
            return Bytes.copyOf(cipher.doFinal(body.from(IV_BYTES).toArray()));
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to decrypt", e);
        }
    }

    private Cipher cipher(int mode, Bytes iv) throws GeneralSecurityException {
        byte[] nonce = keyAndSalt.use(all -> {
            byte[] saltAndIv = new byte[all.length - keyBytes + IV_BYTES];
            System.arraycopy(all, keyBytes, saltAndIv, 0, all.length - keyBytes);
            return saltAndIv;
        });
        iv.copyTo(nonce, nonce.length - IV_BYTES);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, keyAndSalt.use(all -> new SecretKeySpec(all, 0, keyBytes, "AES")),
                new GCMParameterSpec(ICV_BYTES * Byte.SIZE, nonce));
        return cipher;
    }
}
