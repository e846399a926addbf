package io.gapura.ike.crypto;

import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8031 (Curve25519, Curve448), RFC 5903 (ECP), RFC 6954 (Brainpool), RFC 3526 (MODP), FIPS 203 (ML-KEM, in IKE by
 * draft-ietf-ipsecme-ikev2-mlkem).
 */
public enum KeyExchangeMethod implements Algorithm {
    CURVE25519("x25519", 31, 32),
    CURVE448("x448", 32, 56),
    ECP_256("ecp256", 19, 64),
    ECP_384("ecp384", 20, 96),
    ECP_521("ecp521", 21, 132),
    BRAINPOOL_224("ecp224bp", 27, 56),
    BRAINPOOL_256("ecp256bp", 28, 64),
    BRAINPOOL_384("ecp384bp", 29, 96),
    BRAINPOOL_512("ecp512bp", 30, 128),
    MODP_2048("modp2048", 14, 256),
    MODP_3072("modp3072", 15, 384),
    MODP_4096("modp4096", 16, 512),
    MODP_6144("modp6144", 17, 768),
    MODP_8192("modp8192", 18, 1024),
    ML_KEM_512("mlkem512", 35, 800),
    ML_KEM_768("mlkem768", 36, 1184),
    ML_KEM_1024("mlkem1024", 37, 1568);

    private final String keyword;
    private final int group;
    private final int publicBytes;

    KeyExchangeMethod(String keyword, int group, int publicBytes) {
        this.keyword = keyword;
        this.group = group;
        this.publicBytes = publicBytes;
    }

    /** The method of this number, or null if we do not implement it. */
    public static @Nullable KeyExchangeMethod ofGroup(int group) {
        for (KeyExchangeMethod method : values()) {
            if (method.group == group) {
                return method;
            }
        }
        return null;
    }

    /** The number in KE payloads and in INVALID_KE_PAYLOAD. */
    public int group() {
        return group;
    }

    /** Length of the data of the initiator's KE payload. */
    public int publicBytes() {
        return publicBytes;
    }

    /** Whether it withstands a quantum computer, as far as is known. */
    public boolean isPostQuantum() {
        return this == ML_KEM_512 || this == ML_KEM_768 || this == ML_KEM_1024;
    }

    @Override
    public Transform transform() {
        return Transform.of(TransformType.KEY_EXCHANGE, group);
    }

    @Override
    public String keyword() {
        return keyword;
    }
}
