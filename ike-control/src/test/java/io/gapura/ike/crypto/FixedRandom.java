package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import java.security.SecureRandom;

/** Gives away the bytes of a test vector, one after the other. */
final class FixedRandom extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final transient Bytes bytes;
    private int position;

    FixedRandom(Bytes bytes) {
        this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] target) {
        bytes.slice(position, position + target.length).copyTo(target, 0);
        position += target.length;
    }
}
