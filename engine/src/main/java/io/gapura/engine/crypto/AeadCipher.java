package io.gapura.engine.crypto;

import java.util.Locale;

/**
 * Algorithms that encrypt and authenticate by one key: RFC 4106 (AES-GCM), RFC 4309 (AES-CCM), RFC 7634 (ChaCha20-Poly1305); or
 * authenticate only, RFC 4543 (AES-GMAC). Their IV is a counter of eight bytes, their nonce a salt and the IV. With an implicit IV,
 * RFC 8750 (IIV), it is the sequence number, and does not travel.
 *
 * <p>There is no AES-CCM with keys of 192 bits: ipsec-mb has none.
 */
public enum AeadCipher implements EspCipher {
    AES_128_GCM_16(Mode.GCM, 16, 16),
    AES_256_GCM_16(Mode.GCM, 32, 16),
    AES_192_GCM_16(Mode.GCM, 24, 16),
    CHACHA20_POLY1305(Mode.CHACHA20_POLY1305, 32, 16),
    AES_128_GCM_12(Mode.GCM, 16, 12),
    AES_192_GCM_12(Mode.GCM, 24, 12),
    AES_256_GCM_12(Mode.GCM, 32, 12),
    AES_128_GCM_8(Mode.GCM, 16, 8),
    AES_192_GCM_8(Mode.GCM, 24, 8),
    AES_256_GCM_8(Mode.GCM, 32, 8),
    AES_128_CCM_16(Mode.CCM, 16, 16),
    AES_256_CCM_16(Mode.CCM, 32, 16),
    AES_128_CCM_12(Mode.CCM, 16, 12),
    AES_256_CCM_12(Mode.CCM, 32, 12),
    AES_128_CCM_8(Mode.CCM, 16, 8),
    AES_256_CCM_8(Mode.CCM, 32, 8),
    AES_128_GMAC(Mode.GMAC, 16, 16),
    AES_192_GMAC(Mode.GMAC, 24, 16),
    AES_256_GMAC(Mode.GMAC, 32, 16),
    AES_128_CCM_8_IIV(Mode.CCM, 16, 8, 0),
    AES_256_CCM_8_IIV(Mode.CCM, 32, 8, 0),
    AES_128_GCM_16_IIV(Mode.GCM, 16, 16, 0),
    AES_192_GCM_16_IIV(Mode.GCM, 24, 16, 0),
    AES_256_GCM_16_IIV(Mode.GCM, 32, 16, 0),
    CHACHA20_POLY1305_IIV(Mode.CHACHA20_POLY1305, 32, 16, 0);

    /** How a key is used. */
    enum Mode {
        GCM,
        CCM,
        GMAC,
        CHACHA20_POLY1305
    }

    static final int NONCE_BYTES = 12;
    private static final int IV_BYTES = 8;
    private static final int ALIGNMENT = 4;

    private final Mode mode;
    private final int keyBytes;
    private final int icvBytes;
    private final int ivBytes;

    AeadCipher(Mode mode, int keyBytes, int icvBytes) {
        this(mode, keyBytes, icvBytes, IV_BYTES);
    }

    AeadCipher(Mode mode, int keyBytes, int icvBytes, int ivBytes) {
        this.ivBytes = ivBytes;
        this.mode = mode;
        this.keyBytes = keyBytes;
        this.icvBytes = icvBytes;
    }

    Mode mode() {
        return mode;
    }

    @Override
    public String keyword() {
        String aes = "aes" + keyBytes * Byte.SIZE + mode.name().toLowerCase(Locale.ROOT);
        String explicit = switch (mode) {
            case GCM, CCM -> aes + icvBytes;
            case GMAC -> aes;
            case CHACHA20_POLY1305 -> "chacha20poly1305";
        };
        return ivBytes == 0 ? explicit + "iiv" : explicit;
    }

    @Override
    public int keyBytes() {
        return keyBytes;
    }

    /** RFC 4309 §4: AES-CCM's is one byte shorter. */
    @Override
    public int saltBytes() {
        return mode == Mode.CCM ? 3 : 4;
    }

    /** Salt and IV; they are at the end of {@link #NONCE_BYTES}. */
    int nonceBytes() {
        return saltBytes() + IV_BYTES;
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
        return ivBytes;
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
