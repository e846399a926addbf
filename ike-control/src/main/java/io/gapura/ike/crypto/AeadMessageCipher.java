package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import org.jspecify.annotations.Nullable;

/**
 * An AEAD, RFC 5282 and RFC 7634 §2.1: the nonce is the salt from the key material and an IV of eight bytes, which
 * counts messages so that it never repeats under one key.
 */
final class AeadMessageCipher implements MessageCipher {
    private static final int IV_BYTES = 8;
    private static final int PAD_LENGTH_BYTES = 1;
    private static final Bytes NO_PADDING = Bytes.of(0);

    private final Encryption encryption;
    private final Aead aead;
    private final Secret keyAndSalt;
    private final int overheadBytes;
    private long sealed;

    /**
     * For one direction of an IKE SA.
     *
     * @param keyAndSalt SK_ei or SK_er; stays the caller's to close
     */
    AeadMessageCipher(Encryption encryption, Secret keyAndSalt) {
        this.encryption = encryption;
        this.aead = Aead.of(encryption);
        this.keyAndSalt = keyAndSalt;
        this.overheadBytes = IV_BYTES + PAD_LENGTH_BYTES + encryption.icvBytes();
    }

    @Override
    public int bodyBytes(int textBytes) {
        return textBytes + overheadBytes;
    }

    @Override
    public int textBytes(int bodyBytes) {
        return bodyBytes - overheadBytes;
    }

    @Override
    public Bytes seal(Bytes prefix, Bytes text) {
        Bytes iv = Bytes.ofLong(sealed++);
        byte[] nonce = nonce(iv);
        byte[] padded = Bytes.concat(text, NO_PADDING).toArray();
        byte[] ciphertext = keyAndSalt
                .use(all -> aead.seal(all, encryption.keyBytes(), nonce, prefix.toArray(), padded));
        return Bytes.concat(iv, Bytes.copyOf(ciphertext));
    }

    @Override
    public @Nullable Bytes open(Bytes prefix, Bytes body) {
        if (body.length() < overheadBytes) {
            return null;
        }
        byte[] nonce = nonce(body.slice(0, IV_BYTES));
        byte[] ciphertext = body.from(IV_BYTES).toArray();
        return keyAndSalt.use(all -> {
            byte[] text = aead.open(all, encryption.keyBytes(), nonce, prefix.toArray(), ciphertext);
            return text == null ? null : Bytes.copyOf(text);
        });
    }

    private byte[] nonce(Bytes iv) {
        byte[] nonce = new byte[encryption.saltBytes() + IV_BYTES];
        keyAndSalt.use(all -> {
            System.arraycopy(all, encryption.keyBytes(), nonce, 0, encryption.saltBytes());
            return nonce;
        });
        iv.copyTo(nonce, encryption.saltBytes());
        return nonce;
    }
}
