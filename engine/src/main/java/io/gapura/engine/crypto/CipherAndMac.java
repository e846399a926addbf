package io.gapura.engine.crypto;

import java.util.List;
import java.util.stream.Stream;

/**
 * A cipher, and a MAC over what it has encrypted: over SPI, sequence number, IV, text, and with extended sequence numbers their
 * high half behind it, RFC 4303 §2.2.1 and §3.3.2.
 */
record CipherAndMac(BlockCipher cipher, Mac mac) implements EspCipher {
    /** Every cipher with every MAC. */
    static List<EspCipher> all() {
        return Stream.of(BlockCipher.values()).flatMap(
                cipher -> Stream.of(Mac.values()).<EspCipher>map(mac -> new CipherAndMac(cipher, mac))).toList();
    }

    @Override
    public String keyword() {
        return cipher.keyword() + "-" + mac.keyword;
    }

    @Override
    public int keyBytes() {
        return cipher.keyBytes;
    }

    @Override
    public int saltBytes() {
        return cipher.mode.saltBytes;
    }

    @Override
    public int macKeyBytes() {
        return mac.keyBytes;
    }

    @Override
    public int keyMaterialBytes() {
        return keyBytes() + saltBytes() + macKeyBytes();
    }

    @Override
    public int ivBytes() {
        return cipher.mode.ivBytes;
    }

    @Override
    public int icvBytes() {
        return mac.icvBytes;
    }

    @Override
    public int blockBytes() {
        return cipher.mode.blockBytes;
    }

    @Override
    public String toString() {
        return keyword();
    }
}
