package io.gapura.engine.sad;

import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.EspCipher;

/**
 * What one direction of an SA encrypts with.
 *
 * @param salt what each nonce starts with, big endian (RFC 4106 §4)
 */
public record EspKey(EspCipher cipher, AeadKey key, int salt) {
    @Override
    public String toString() {
        return cipher + " ***";
    }
}
