package io.gapura.engine.crypto;

import java.util.List;
import java.util.stream.Stream;

/**
 * What protects a packet of ESP, given its header, IV, payload and integrity check value; or, as an {@link AhMac}, one of AH. A name
 * for it and the lengths of its parts; {@link AeadSuite}s compute it.
 */
public sealed interface EspCipher permits AeadCipher, CipherAndMac, AhMac {
    /** What nearly everybody uses. */
    EspCipher AES_128_GCM_16 = AeadCipher.AES_128_GCM_16;
    EspCipher AES_256_GCM_16 = AeadCipher.AES_256_GCM_16;

    /** All that ESP has, the usual ones first. */
    static List<EspCipher> all() {
        return Stream.concat(Stream.of(AeadCipher.values()), CipherAndMac.all().stream()).toList();
    }

    /** The one with this {@link #keyword}. */
    static EspCipher of(String keyword) {
        return all().stream().filter(cipher -> cipher.keyword().equals(keyword)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no cipher '" + keyword + "'"));
    }

    /** As a proposal names it: {@code aes128gcm16}, {@code aes256-sha256}. */
    String keyword();

    /** Of the key that encrypts, or authenticates where nothing is encrypted; it comes first in the key material. */
    int keyBytes();

    /** The part of the nonce that is derived with the key, and follows it: RFC 4106 §4. */
    int saltBytes();

    /** Of the key that authenticates, if it has one of its own, behind key and salt: RFC 7296 §2.17. */
    int macKeyBytes();

    /** All of these, in this order. */
    int keyMaterialBytes();

    /** What travels in each packet between its sequence number and its payload. */
    int ivBytes();

    int icvBytes();

    /** What payload, padding and trailer are a multiple of, RFC 4303 §2.4: a power of two. */
    int blockBytes();
}
