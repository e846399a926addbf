package io.gapura.engine.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/** Text and ICV, one behind the other. */
final class Sealed {
    private Sealed() {
    }

    static byte[] text(byte[] sealed, int icvBytes) {
        return Arrays.copyOf(sealed, sealed.length - icvBytes);
    }

    /** In constant time. */
    static boolean hasIcv(byte[] sealed, byte[] icv) {
        return MessageDigest.isEqual(icv, Arrays.copyOfRange(sealed, sealed.length - icv.length, sealed.length));
    }

    static byte[] concat(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
