package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Wycheproof has nothing for, and what no cipher may do. */
final class MessageCipherTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Bytes PREFIX = Bytes.ofUtf8("header");

    private static Secret secret(int bytes) {
        byte[] secret = new byte[bytes];
        RANDOM.nextBytes(secret);
        return Secret.copyOf(secret);
    }

    private static MessageCipher cipher(Encryption encryption, Secret keys, Secret macKey) {
        return encryption.isAead()
                ? new AeadMessageCipher(encryption, keys)
                : new MacMessageCipher(encryption, keys, Integrity.AES_CMAC_96, macKey, RANDOM);
    }

    /** RFC 3686 §6, test vector 1. */
    @Test
    void ctrIsTheRfcs() {
        Secret keys = Secret.copyOf(Bytes.ofHex("ae6852f8121067cc4bf7a5765577f39e00000030"));
        MessageCipher cipher = cipher(Encryption.AES_128_CTR, keys, secret(16));
        Bytes body = cipher.seal(PREFIX, Bytes.ofUtf8("Single block msg"));
        assertThat(body.slice(0, 8 + 16).hex()).isEqualTo("0000000000000000e4095d4fb7a7b3792d6175a3261311b8");
    }

    /** NIST SP 800-38D §7.1: a shorter tag is the longer one's beginning. */
    @ParameterizedTest
    @EnumSource(names = "AES_.*_GCM_(8|12)", mode = EnumSource.Mode.MATCH_ANY)
    void shortGcmTagsAreTheLongOnesBeginning(Encryption encryption) {
        Encryption whole = Encryption.valueOf(encryption.name().replaceFirst("_(8|12)$", "_16"));
        Secret keys = secret(encryption.keyBytes() + encryption.saltBytes());
        Bytes text = Bytes.ofHex("42".repeat(77));
        Bytes body = cipher(encryption, keys, secret(16)).seal(PREFIX, text);
        assertThat(cipher(whole, keys, secret(16)).seal(PREFIX, text).startsWith(body)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = "NULL|.*GMAC.*", mode = EnumSource.Mode.MATCH_NONE)
    void everyBitIsAuthenticAndEveryBodyIsNew(Encryption encryption) {
        Secret keys = secret(encryption.keyBytes() + encryption.saltBytes());
        Secret macKey = secret(16);
        MessageCipher ours = cipher(encryption, keys, macKey);
        MessageCipher theirs = cipher(encryption, keys, macKey);
        Bytes text = Bytes.ofUtf8("sixteen and more bytes");
        Bytes body = ours.seal(PREFIX, text);
        assertThat(body.length()).isEqualTo(ours.bodyBytes(text.length()));
        assertThat(ours.textBytes(body.length())).isGreaterThanOrEqualTo(text.length());
        assertThat(ours.seal(PREFIX, text)).isNotEqualTo(body);
        Bytes opened = theirs.open(PREFIX, body);
        assertThat(opened).isNotNull().satisfies(found -> assertThat(found.startsWith(text)).isTrue());
        for (int bit = 0; bit < body.length() * Byte.SIZE; bit += 5) {
            byte[] changed = body.toArray();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThat(theirs.open(PREFIX, Bytes.copyOf(changed))).isNull();
        }
        assertThat(theirs.open(Bytes.EMPTY, body)).isNull();
        for (int length = 0; length < body.length(); length++) {
            assertThat(theirs.open(PREFIX, body.slice(0, length))).isNull();
        }
    }
}
