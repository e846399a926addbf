package io.gapura.ike.crypto;

import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;

/** RFC 3602 (CBC), RFC 4106 and 5282 (GCM with a 16-byte ICV). */
public enum Encryption implements Algorithm {
    AES_128_CBC("aes128", 12, 128),
    AES_192_CBC("aes192", 12, 192),
    AES_256_CBC("aes256", 12, 256),
    AES_128_GCM_16(
            "aes128gcm16", 20, 128),
    AES_192_GCM_16("aes192gcm16", 20, 192),
    AES_256_GCM_16("aes256gcm16", 20, 256);

    private static final int GCM_16 = 20;
    private static final int GCM_SALT_BYTES = 4;

    private final String keyword;
    private final int id;
    private final int keyBits;

    Encryption(String keyword, int id, int keyBits) {
        this.keyword = keyword;
        this.id = id;
        this.keyBits = keyBits;
    }

    @Override
    public Transform transform() {
        return new Transform(TransformType.ENCRYPTION, id, keyBits);
    }

    @Override
    public String keyword() {
        return keyword;
    }

    /** Needs no integrity algorithm beside it. */
    public boolean isAead() {
        return id == GCM_16;
    }

    public int keyBytes() {
        return keyBits / Byte.SIZE;
    }

    /** Taken from the key material after the key, RFC 4106 §8.1 and RFC 5282 §7.1. */
    public int saltBytes() {
        return isAead() ? GCM_SALT_BYTES : 0;
    }
}
