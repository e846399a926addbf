package io.gapura.engine.crypto;

/** The ciphers of ESP. AES-GCM with a 16-byte ICV, RFC 4106. */
public enum EspCipher {
    AES_128_GCM_16(16),
    AES_256_GCM_16(32);

    private final int keyBytes;

    EspCipher(int keyBytes) {
        this.keyBytes = keyBytes;
    }

    public int keyBytes() {
        return keyBytes;
    }

    /** The part of the nonce that is derived with the key, RFC 4106 §4. */
    public int saltBytes() {
        return 4;
    }

    /** The part of the nonce that travels in the packet, RFC 4106 §3.1. */
    public int ivBytes() {
        return 8;
    }

    public int icvBytes() {
        return 16;
    }

    /** What payload, padding and trailer are a multiple of, RFC 4303 §2.4. */
    public int blockBytes() {
        return 4;
    }
}
