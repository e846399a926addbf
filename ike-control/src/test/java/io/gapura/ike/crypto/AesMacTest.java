package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The RFCs' own examples. */
final class AesMacTest {
    private static final String COUNTED = "000102030405060708090a0b0c0d0e0f10111213";

    private static Bytes mac(Prf prf, String key, Bytes message) {
        return prf.mac(Secret.copyOf(Bytes.ofHex(key)), message);
    }

    /** RFC 3566 §4.6, RFC 4434 §3. */
    @ParameterizedTest
    @CsvSource({"0, 75f0251d528ac01c4573dfd584d79f29", "3, 5b376580ae2f19afe7219ceef172756f",
        "16, d2a246fa349b68a79998a4394ff7a263", "20, 47f51b4564966215b8985c63055ed308",
        "32, f54f0ec8d2b9f3d36807734bd5283fd4", "34, becbb3bccdb518a30677d5481fb6b4d8"})
    void xcbcOfCountedBytes(int length, String mac) {
        int[] counted = new int[length];
        for (int i = 0; i < length; i++) {
            counted[i] = i;
        }
        assertThat(mac(Prf.AES128_XCBC, "000102030405060708090a0b0c0d0e0f", Bytes.of(counted)).hex()).isEqualTo(mac);
    }

    @Test
    void xcbcOfAThousandZeros() {
        assertThat(mac(Prf.AES128_XCBC, "000102030405060708090a0b0c0d0e0f", Bytes.zeros(1000)).hex())
                .isEqualTo("f0dafee895db30253761103b5d84528f");
    }

    /** RFC 4434 §3 and RFC 4615 §4: keys of any length. */
    @ParameterizedTest
    @CsvSource({"AES128_XCBC, 00010203040506070809, 0fa087af7d866e7653434e602fdde835",
        "AES128_XCBC, 000102030405060708090a0b0c0d0e0fedcb, 8cd3c93ae598a9803006ffb67c40e9e4",
        "AES128_CMAC, 00010203040506070809, 290d9e112edb09ee141fcf64c0b72f3d",
        "AES128_CMAC, 000102030405060708090a0b0c0d0e0f, 980ae87b5f4c9c5214f5b6a8455e4c2d",
        "AES128_CMAC, 000102030405060708090a0b0c0d0e0fedcb, 84a348a4a45d235babfffc0d2b4da09a"})
    void keysOfAnyLength(Prf prf, String key, String mac) {
        assertThat(mac(prf, key, Bytes.ofHex(COUNTED)).hex()).isEqualTo(mac);
    }

    /** RFC 7296 §2.14: eight bytes of each nonce key the SKEYSEED. */
    @Test
    void aFixedKeyTakesHalfOfItFromEachNonce() {
        Nonces nonces = new Nonces(Bytes.ofHex("11".repeat(32)), Bytes.ofHex("22".repeat(16)));
        assertThat(Bytes.copyOf(Prf.AES128_CMAC.nonceKey(nonces)).hex()).isEqualTo("11".repeat(8) + "22".repeat(8));
        assertThat(Prf.HMAC_SHA2_256.nonceKey(nonces)).hasSize(48);
    }
}
