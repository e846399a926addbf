package io.gapura.ike.crypto;

import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import org.jspecify.annotations.Nullable;

/** RFC 3526 (MODP), RFC 5903 (ECP), RFC 8031 (Curve25519). */
public enum KeyExchangeMethod implements Algorithm {
    CURVE25519("x25519", 31, 32),
    ECP_256("ecp256", 19, 64),
    ECP_384("ecp384", 20, 96),
    MODP_2048("modp2048", 14, 256);

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

    /** Length of the KE payload's data. */
    public int publicBytes() {
        return publicBytes;
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
