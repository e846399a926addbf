package io.gapura.ike.crypto;

import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * HMAC with SHA-2, cut to half its length (RFC 4868); for old peers HMAC with SHA-1 and AES-based ones, cut to 12 bytes. For AH alone
 * AES-GMAC (RFC 4543 §5), which is a cipher of ESP's otherwise.
 */
public enum Integrity implements Algorithm {
    HMAC_SHA2_256_128("sha256", 12, Prf.HMAC_SHA2_256, 16),
    HMAC_SHA2_384_192("sha384", 13, Prf.HMAC_SHA2_384, 24),
    HMAC_SHA2_512_256("sha512", 14, Prf.HMAC_SHA2_512, 32),
    /** RFC 2404. */
    HMAC_SHA1_96("sha1", 2, Prf.HMAC_SHA1, 12),
    /** RFC 3566. */
    AES_XCBC_96("aesxcbc", 5, Prf.AES128_XCBC, 12),
    /** RFC 4494. */
    AES_CMAC_96("aescmac", 8, Prf.AES128_CMAC, 12),
    AES_128_GMAC("aes128gmac", 9, 16),
    AES_192_GMAC("aes192gmac", 10, 24),
    AES_256_GMAC("aes256gmac", 11, 32);

    /** Of AES-GMAC, behind its key. */
    private static final int SALT_BYTES = 4;
    private static final int GMAC_ICV_BYTES = 16;

    private final String keyword;
    private final int id;
    private final @Nullable Prf uncut;
    private final int keyBytes;
    private final int icvBytes;

    Integrity(String keyword, int id, Prf uncut, int icvBytes) {
        this.keyword = keyword;
        this.id = id;
        this.uncut = uncut;
        this.keyBytes = uncut.outputBytes();
        this.icvBytes = icvBytes;
    }

    Integrity(String keyword, int id, int aesKeyBytes) {
        this.keyword = keyword;
        this.id = id;
        this.uncut = null;
        this.keyBytes = aesKeyBytes + SALT_BYTES;
        this.icvBytes = GMAC_ICV_BYTES;
    }

    /** Or else for AH alone. */
    boolean isForEveryProtocol() {
        return uncut != null;
    }

    @Override
    public Transform transform() {
        return Transform.of(TransformType.INTEGRITY, id);
    }

    @Override
    public String keyword() {
        return keyword;
    }

    /** The same function uncut: what a proposal means that names no PRF. */
    Prf prf() {
        return Objects.requireNonNull(uncut, "AES-GMAC is for AH alone");
    }

    /** With AES-GMAC's salt. */
    public int keyBytes() {
        return keyBytes;
    }

    public int icvBytes() {
        return icvBytes;
    }
}
