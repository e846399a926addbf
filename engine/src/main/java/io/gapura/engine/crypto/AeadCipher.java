package io.gapura.engine.crypto;

/**
 * Algorithms that encrypt and authenticate by one key: RFC 4106 (AES-GCM), RFC 7634 (ChaCha20-Poly1305). Their IV is a counter
 * of eight bytes, their nonce a salt and the IV.
 */
public enum AeadCipher implements EspCipher {
    AES_128_GCM_16(Mode.GCM, 16, 16),
    AES_256_GCM_16(Mode.GCM, 32, 16),
    AES_192_GCM_16(Mode.GCM, 24, 16),
    CHACHA20_POLY1305(Mode.CHACHA20_POLY1305, 32, 16);

    /** How a key is used. */
    enum Mode {
        GCM,
        CHACHA20_POLY1305
    }

    private static final int IV_BYTES = 8;
    private static final int ALIGNMENT = 4;

    private final Mode mode;
    private final int keyBytes;
    private final int icvBytes;

    AeadCipher(Mode mode, int keyBytes, int icvBytes) {
        this.mode = mode;
        this.keyBytes = keyBytes;
        this.icvBytes = icvBytes;
    }

    Mode mode() {
        return mode;
    }

    @Override
    public String keyword() {
        return mode == Mode.CHACHA20_POLY1305 ? "chacha20poly1305" : "aes" + keyBytes * Byte.SIZE + "gcm" + icvBytes;
    }

    @Override
    public int keyBytes() {
        return keyBytes;
    }

    @Override
    public int saltBytes() {
        return 4;
    }

    @Override
    public int macKeyBytes() {
        return 0;
    }

    @Override
    public int keyMaterialBytes() {
        return keyBytes + saltBytes();
    }

    @Override
    public int ivBytes() {
        return IV_BYTES;
    }

    @Override
    public int icvBytes() {
        return icvBytes;
    }

    /** RFC 4303 §2.4: the least. */
    @Override
    public int blockBytes() {
        return ALIGNMENT;
    }
}
