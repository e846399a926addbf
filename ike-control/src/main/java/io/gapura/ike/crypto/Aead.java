package io.gapura.ike.crypto;

import org.jspecify.annotations.Nullable;

/** One way to compute an AEAD; stateless. */
sealed interface Aead permits JdkAead, BouncyCastleAead {
    /** The JDK computes what it has, being faster; it has no CCM, and no GCM with an ICV below 12 bytes. */
    static Aead of(Encryption encryption) {
        return switch (encryption.mode()) {
            case CHACHA20_POLY1305 -> JdkAead.chacha20Poly1305();
            case GCM -> encryption.icvBytes() < JdkAead.SMALLEST_GCM_ICV_BYTES
                    ? new BouncyCastleAead(encryption)
                    : JdkAead.gcm(encryption.icvBytes());
            case CCM -> new BouncyCastleAead(encryption);
            case CBC, CTR, NULL, GMAC -> throw new IllegalArgumentException(encryption.keyword() + " is no AEAD");
        };
    }

    /**
     * Ciphertext and ICV.
     *
     * @param key of which the first {@code keyBytes} are the key
     */
    byte[] seal(byte[] key, int keyBytes, byte[] nonce, byte[] associated, byte[] text);

    /** The text, or null if it is not authentic. */
    byte @Nullable [] open(byte[] key, int keyBytes, byte[] nonce, byte[] associated, byte[] ciphertext);
}
