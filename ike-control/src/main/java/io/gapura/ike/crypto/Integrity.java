package io.gapura.ike.crypto;

import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;

/** HMAC with SHA-2, cut to half its length: RFC 4868. */
public enum Integrity implements Algorithm {
    HMAC_SHA2_256_128("sha256", 12, Prf.HMAC_SHA2_256),
    HMAC_SHA2_384_192("sha384", 13,
            Prf.HMAC_SHA2_384),
    HMAC_SHA2_512_256("sha512", 14, Prf.HMAC_SHA2_512);

    private final String keyword;
    private final int id;
    private final Prf hmac;

    Integrity(String keyword, int id, Prf hmac) {
        this.keyword = keyword;
        this.id = id;
        this.hmac = hmac;
    }

    @Override
    public Transform transform() {
        return Transform.of(TransformType.INTEGRITY, id);
    }

    @Override
    public String keyword() {
        return keyword;
    }

    /** The same HMAC uncut: what a proposal means that names no PRF. */
    Prf prf() {
        return hmac;
    }

    public int keyBytes() {
        return hmac.outputBytes();
    }

    public int icvBytes() {
        return hmac.outputBytes() / 2;
    }
}
