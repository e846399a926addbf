package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-CBC with a random IV, or AES-CTR with one that counts messages (RFC 5930); then a MAC over all the message
 * before the ICV, RFC 7296 §3.14.
 */
final class MacMessageCipher implements MessageCipher {
    private static final int BLOCK_BYTES = 16;
    private static final int CTR_IV_BYTES = 8;
    private static final int PAD_LENGTH_BYTES = 1;

    private final Encryption encryption;
    private final Secret keyAndSalt;
    private final Integrity integrity;
    private final Secret integrityKey;
    private final SecureRandom random;
    private final boolean counts;
    private final int ivBytes;
    private final int multipleOfBytes;
    private long sealed;

    /** The keys are SK_e and SK_a of one direction and stay the caller's to close. */
    MacMessageCipher(Encryption encryption, Secret keyAndSalt, Integrity integrity, Secret integrityKey,
            SecureRandom random) {
        this.encryption = encryption;
        this.keyAndSalt = keyAndSalt;
        this.integrity = integrity;
        this.integrityKey = integrityKey;
        this.random = random;
        this.counts = encryption.mode() == Encryption.Mode.CTR;
        this.ivBytes = counts ? CTR_IV_BYTES : BLOCK_BYTES;
        this.multipleOfBytes = counts ? 1 : BLOCK_BYTES;
    }

    @Override
    public int bodyBytes(int textBytes) {
        return ivBytes + textBytes + padding(textBytes) + PAD_LENGTH_BYTES + integrity.icvBytes();
    }

    @Override
    public int textBytes(int bodyBytes) {
        int multiples = Math.floorDiv(bodyBytes - ivBytes - integrity.icvBytes(), multipleOfBytes);
        return multiples * multipleOfBytes - PAD_LENGTH_BYTES;
    }

    private int padding(int textBytes) {
        return multipleOfBytes - 1 - textBytes % multipleOfBytes;
    }

    @Override
    public Bytes seal(Bytes prefix, Bytes text) {
        Bytes iv = iv();
        int padding = padding(text.length());
        Bytes padded = Bytes.concat(text, Bytes.zeros(padding), Bytes.of(padding));
        Bytes ciphertext = crypt(Cipher.ENCRYPT_MODE, iv, padded);
        return Bytes.concat(iv, ciphertext, icv(prefix, iv, ciphertext));
    }

    private Bytes iv() {
        if (counts) {
            return Bytes.ofLong(sealed++);
        }
        byte[] iv = new byte[BLOCK_BYTES];
        random.nextBytes(iv);
        return Bytes.copyOf(iv);
    }

    @Override
    public @Nullable Bytes open(Bytes prefix, Bytes body) {
        int end = body.length() - integrity.icvBytes();
        if (end < ivBytes + multipleOfBytes || (end - ivBytes) % multipleOfBytes != 0) {
            return null;
        }
        Bytes iv = body.slice(0, ivBytes);
        Bytes ciphertext = body.slice(ivBytes, end);
        boolean authentic = icv(prefix, iv, ciphertext).equals(body.from(end));
        return authentic ? crypt(Cipher.DECRYPT_MODE, iv, ciphertext) : null;
    }

    private Bytes icv(Bytes... parts) {
        return integrity.prf().mac(integrityKey, parts).slice(0, integrity.icvBytes());
    }

    private Bytes crypt(int mode, Bytes iv, Bytes input) {
        try {
            Cipher cipher = Cipher.getInstance(counts ? "AES/CTR/NoPadding" : "AES/CBC/NoPadding");
            cipher.init(mode, keyAndSalt.use(all -> new SecretKeySpec(all, 0, encryption.keyBytes(), "AES")),
                    new IvParameterSpec(firstBlock(iv)));
            return Bytes.copyOf(cipher.doFinal(input.toArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(encryption.keyword() + " failed", e);
        }
    }

    /** The IV, or the first counter block: nonce from the key material, IV, and 1, RFC 3686 §4. */
    private byte[] firstBlock(Bytes iv) {
        byte[] block = new byte[BLOCK_BYTES];
        iv.copyTo(block, encryption.saltBytes());
        keyAndSalt.use(all -> {
            System.arraycopy(all, encryption.keyBytes(), block, 0, encryption.saltBytes());
            return block;
        });
        if (counts) {
            block[BLOCK_BYTES - 1] = 1;
        }
        return block;
    }
}
