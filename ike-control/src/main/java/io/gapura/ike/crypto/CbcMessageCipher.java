package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** AES-CBC with a random IV, then HMAC over all the message before the ICV, RFC 7296 §3.14. */
final class CbcMessageCipher implements MessageCipher {
    private static final int BLOCK_BYTES = 16;
    private static final int PAD_LENGTH_BYTES = 1;

    private final Secret encryptionKey;
    private final Integrity integrity;
    private final Secret integrityKey;
    private final SecureRandom random;

    /** The keys are SK_e and SK_a of one direction and stay the caller's to close. */
    CbcMessageCipher(Secret encryptionKey, Integrity integrity, Secret integrityKey, SecureRandom random) {
        this.encryptionKey = encryptionKey;
        this.integrity = integrity;
        this.integrityKey = integrityKey;
        this.random = random;
    }

    @Override
    public int bodyBytes(int textBytes) {
        int blocks = Math.ceilDiv(textBytes + PAD_LENGTH_BYTES, BLOCK_BYTES);
        return BLOCK_BYTES + blocks * BLOCK_BYTES + integrity.icvBytes();
    }

    @Override
    public int textBytes(int bodyBytes) {
        int blocks = Math.floorDiv(bodyBytes - BLOCK_BYTES - integrity.icvBytes(), BLOCK_BYTES);
        return blocks * BLOCK_BYTES - PAD_LENGTH_BYTES;
    }

    @Override
    public Bytes seal(Bytes prefix, Bytes text) {
        byte[] ivBytes = new byte[BLOCK_BYTES];
        random.nextBytes(ivBytes);
        Bytes iv = Bytes.copyOf(ivBytes);
        int padding = BLOCK_BYTES - 1 - text.length() % BLOCK_BYTES;
        Bytes padded = Bytes.concat(text, Bytes.zeros(padding), Bytes.of(padding));
        Bytes ciphertext = crypt(Cipher.ENCRYPT_MODE, iv, padded);
        return Bytes.concat(iv, ciphertext, icv(prefix, iv, ciphertext));
    }

    @Override
    public @Nullable Bytes open(Bytes prefix, Bytes body) {
        int end = body.length() - integrity.icvBytes();
        if (end < 2 * BLOCK_BYTES || end % BLOCK_BYTES != 0) {
            return null;
        }
        Bytes iv = body.slice(0, BLOCK_BYTES);
        Bytes ciphertext = body.slice(BLOCK_BYTES, end);
        boolean authentic = icv(prefix, iv, ciphertext).equals(body.from(end));
        return authentic ? crypt(Cipher.DECRYPT_MODE, iv, ciphertext) : null;
    }

    private Bytes icv(Bytes... parts) {
        return integrity.prf().mac(integrityKey, parts).slice(0, integrity.icvBytes());
    }

    private Bytes crypt(int mode, Bytes iv, Bytes input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(mode, encryptionKey.use(key -> new SecretKeySpec(key, "AES")),
                    new IvParameterSpec(iv.toArray()));
            return Bytes.copyOf(cipher.doFinal(input.toArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CBC failed", e);
        }
    }
}
