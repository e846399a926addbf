package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keys for which no other implementation at hand has vectors, computed from the RFCs' formulas by Python's {@code hmac}:
 *
 * <pre>
 *   prf(k, d) = hmac.new(k, d, sha256).digest()        prf+ as in RFC 7296 §2.13
 *   SK_d = 00 01 … 1f   Ni = 11 × 32   Nr = 22 × 32   SPIi = 0123456789abcdef   SPIr = fedcba9876543210
 *   RFC 5723 §5.1:  SKEYSEED = prf(SK_d, "Resumption" | Ni | Nr)
 *   RFC 9867 §3.1:  SKEYSEED = prf+(PPK, SK_d), 32 bytes; PPK_Confirmation = prf(PPK, Ni | Nr | SPIi | SPIr), 8 bytes
 *   then prf+(SKEYSEED, Ni | Nr | SPIi | SPIr), 168 bytes
 * </pre>
 */
class SessionKeyVectorTest {
    private static final IkeSuite SUITE = new IkeSuite(Encryption.AES_256_GCM_16, null, Prf.HMAC_SHA2_256,
            KeyExchangeMethod.CURVE25519, List.of());
    private static final Bytes SK_D = Bytes
            .ofHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    private static final Nonces NONCES = new Nonces(Bytes.ofHex("11".repeat(32)), Bytes.ofHex("22".repeat(32)));
    private static final IkeSpis SPIS = new IkeSpis(0x0123456789abcdefL, 0xfedcba9876543210L);
    private static final Bytes RESUMED = Bytes.ofHex(
            "8db995dce9da289be862b63437546b383836c941490c4b114795e9b4b9303b171e26b9cce5af27b60831d4973a3fe3f198c06983"
                    + "610884ef8db90ac2d3262e467ac52efa06c0b8e9b481d04117465136d6ffaaa1d30ac1a45b64b6336324e32d959e32"
                    + "2647459042d67f9c15bc3350c53f1f343c2ea6ecdb05d522dc2d8be39a3b9c325a877a9512d8fc835b197472173"
                    + "1e36f8b87ae842753ccc67d577cba4e7618be3464be92cf");
    private static final Bytes WITH_PPK = Bytes.ofHex(
            "236d3fcece3fe0c2445feb1a1fafebe2e8ec7c56cf2113d93e88013df2c1060f7db39e90eb93a8a1cb3921fdfc42c0257769fa23"
                    + "5d9fa48d6b79effc1c80477610b7d380f300430de3ea7c242b73958b5a3c63da80d98128f7ba7f628d1f9d89612a0e"
                    + "009e97fa7856e6b5284f705c0f5672cd3a45cd2a8511a8ea4db3f973d933f42fed700ecb863752974290609"
                    + "4d0febf6aa6b5518fb47f95d30412534f328a8cf8612271444d");

    private static Bytes all(IkeKeys keys) {
        return Bytes.concat(Stream.of(keys.d(), keys.ai(), keys.ar(), keys.ei(), keys.er(), keys.pi(), keys.pr())
                .map(key -> Bytes.copyOf(key.toArray())).toArray(Bytes[]::new));
    }

    @Test
    void keysOfAResumedSession() {
        assertThat(all(KeySchedule.resumed(SUITE, Secret.copyOf(SK_D), NONCES, SPIS))).isEqualTo(RESUMED);
    }

    @Test
    void keysWithAPostQuantumKeyMixedInByIkeIntermediate() {
        Secret ppk = Secret.ofUtf8("a post-quantum pre-shared key");

        assertThat(all(KeySchedule.withPpk(SUITE, Secret.copyOf(SK_D), ppk, NONCES, SPIS))).isEqualTo(WITH_PPK);
        assertThat(KeySchedule.ppkConfirmation(Prf.HMAC_SHA2_256, ppk, NONCES, SPIS))
                .isEqualTo(Bytes.ofHex("e3697932689b73a9"));
    }

    @Test
    void aTicketIsOpenedByTheKeysThatSealedIt() {
        long hourNs = 3_600_000_000_000L;
        SecureRandom random = new SecureRandom();
        TicketKeys keys = new TicketKeys(random, hourNs, 0);
        byte[] content = {1, 2, 3};
        Bytes ticket = keys.seal(content, hourNs / 2);

        assertThat(keys.open(ticket, hourNs / 2)).isEqualTo(content);
        assertThat(keys.open(ticket, 2 * hourNs - 1)).as("the key before this one").isEqualTo(content);
        assertThat(keys.open(ticket, 2 * hourNs)).as("too old").isNull();
        assertThat(keys.open(keys.seal(content, 9 * hourNs), 9 * hourNs)).isEqualTo(content);
        assertThat(new TicketKeys(random, hourNs, 0).open(ticket, 1)).as("another process's").isNull();
    }

    @Test
    void aTicketThatWasChangedAnywhereIsNone() {
        TicketKeys keys = new TicketKeys(new SecureRandom(), 1_000_000_000L, 0);
        byte[] ticket = keys.seal(new byte[] {1, 2, 3}, 0).toArray();
        for (int at = 0; at < ticket.length; at++) {
            byte[] changed = ticket.clone();
            changed[at] ^= 0x40;
            assertThat(keys.open(Bytes.copyOf(changed), 0)).isNull();
            assertThat(keys.open(Bytes.copyOf(ticket, 0, at), 0)).isNull();
        }
    }
}
