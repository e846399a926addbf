package io.gapura.ike.crypto;

import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;

/**
 * RFC 3602 (CBC), RFC 3686 and 5930 (CTR), RFC 4106 (GCM), RFC 4309 (CCM), RFC 5282 (both in IKE), RFC 7634 (ChaCha20); for ESP
 * that encrypts nothing RFC 2410 (NULL) and RFC 4543 (GMAC); with implicit IVs RFC 8750.
 */
public enum Encryption implements Algorithm {
    AES_128_CBC(Mode.CBC, 12, 128, 0),
    AES_192_CBC(Mode.CBC, 12, 192, 0),
    AES_256_CBC(Mode.CBC, 12, 256, 0),
    AES_128_CTR(Mode.CTR, 13, 128, 0),
    AES_192_CTR(Mode.CTR, 13, 192, 0),
    AES_256_CTR(Mode.CTR, 13, 256, 0),
    AES_128_CCM_8(Mode.CCM, 14, 128, 8),
    AES_192_CCM_8(Mode.CCM, 14, 192, 8),
    AES_256_CCM_8(Mode.CCM, 14, 256, 8),
    AES_128_CCM_12(Mode.CCM, 15, 128, 12),
    AES_192_CCM_12(Mode.CCM, 15, 192, 12),
    AES_256_CCM_12(Mode.CCM, 15, 256, 12),
    AES_128_CCM_16(Mode.CCM, 16, 128, 16),
    AES_192_CCM_16(Mode.CCM, 16, 192, 16),
    AES_256_CCM_16(Mode.CCM, 16, 256, 16),
    AES_128_GCM_8(Mode.GCM, 18, 128, 8),
    AES_192_GCM_8(Mode.GCM, 18, 192, 8),
    AES_256_GCM_8(Mode.GCM, 18, 256, 8),
    AES_128_GCM_12(Mode.GCM, 19, 128, 12),
    AES_192_GCM_12(Mode.GCM, 19, 192, 12),
    AES_256_GCM_12(Mode.GCM, 19, 256, 12),
    AES_128_GCM_16(Mode.GCM, 20, 128, 16),
    AES_192_GCM_16(Mode.GCM, 20, 192, 16),
    AES_256_GCM_16(Mode.GCM, 20, 256, 16),
    CHACHA20_POLY1305(Mode.CHACHA20_POLY1305, 28, 256, 16),
    NULL(Mode.NULL, 11, 0, 0),
    AES_128_GMAC(Mode.GMAC, 21, 128, 16),
    AES_192_GMAC(Mode.GMAC, 21, 192, 16),
    AES_256_GMAC(Mode.GMAC, 21, 256, 16),
    AES_128_CCM_8_IIV(Mode.CCM, 29, 128, 8),
    AES_256_CCM_8_IIV(Mode.CCM, 29, 256, 8),
    AES_128_GCM_16_IIV(Mode.GCM, 30, 128, 16),
    AES_192_GCM_16_IIV(Mode.GCM, 30, 192, 16),
    AES_256_GCM_16_IIV(Mode.GCM, 30, 256, 16),
    CHACHA20_POLY1305_IIV(Mode.CHACHA20_POLY1305, 31, 256, 16);

    private static final int CCM_8_IIV = 29;
    private static final int CHACHA20_IIV = 31;

    /** How a cipher is used: its word between key length and ICV, and what it takes from the key material as salt. */
    enum Mode {
        CBC("", 0),
        CTR("ctr", 4),
        CCM("ccm", 3),
        GCM("gcm", 4),
        CHACHA20_POLY1305("", 4),
        NULL("", 0),
        GMAC("gmac", 4);

        private final String word;
        private final int saltBytes;

        Mode(String word, int saltBytes) {
            this.word = word;
            this.saltBytes = saltBytes;
        }
    }

    private final Mode mode;
    private final int id;
    private final int keyBits;
    private final int icvBytes;

    Encryption(Mode mode, int id, int keyBits, int icvBytes) {
        this.mode = mode;
        this.id = id;
        this.keyBits = keyBits;
        this.icvBytes = icvBytes;
    }

    /** ChaCha20's key has one length only, so that there is no attribute for it, RFC 7634 §4. */
    @Override
    public Transform transform() {
        boolean fixed = mode == Mode.CHACHA20_POLY1305 || mode == Mode.NULL;
        return new Transform(TransformType.ENCRYPTION, id, fixed ? Transform.NO_KEY_BITS : keyBits);
    }

    @Override
    public String keyword() {
        String aes = "aes" + keyBits + mode.word;
        String explicit = switch (mode) {
            case GCM, CCM -> aes + icvBytes;
            case CBC, CTR, GMAC -> aes;
            case CHACHA20_POLY1305 -> "chacha20poly1305";
            case NULL -> "null";
        };
        return isImplicit() ? explicit + "iiv" : explicit;
    }

    /** Whether the IV is the sequence number, RFC 8750, and does not travel. */
    private boolean isImplicit() {
        return id >= CCM_8_IIV && id <= CHACHA20_IIV;
    }

    /** IKE's messages have to be encrypted, RFC 7296 §3.14; they have no sequence numbers to take IVs from, RFC 8750 §4. */
    boolean isForIke() {
        return encrypts() && !isImplicit();
    }

    /** All that the packet engine has: not AES-CCM with keys of 192 bits. */
    boolean isForEsp() {
        return mode != Mode.CCM || keyBits != 192;
    }

    /** Or else it only authenticates, or not even that. */
    boolean encrypts() {
        return mode != Mode.NULL && mode != Mode.GMAC;
    }

    Mode mode() {
        return mode;
    }

    /** Needs no integrity algorithm beside it. */
    public boolean isAead() {
        return icvBytes != 0;
    }

    /** Of an AEAD's integrity check value; 0 for others. */
    public int icvBytes() {
        return icvBytes;
    }

    public int keyBytes() {
        return keyBits / Byte.SIZE;
    }

    /** Taken from the key material after the key, RFC 4106 §8.1, RFC 5282 §7.1, RFC 5930 §3.1. */
    public int saltBytes() {
        return mode.saltBytes;
    }
}
