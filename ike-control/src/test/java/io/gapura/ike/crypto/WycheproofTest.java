package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ike.crypto.Wycheproof.Case;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WycheproofTest {
    @ParameterizedTest
    @CsvSource({"HMAC_SHA2_256, hmac_sha256_test.json", "HMAC_SHA2_384, hmac_sha384_test.json",
        "HMAC_SHA2_512, hmac_sha512_test.json"})
    void hmacIsTheirs(Prf prf, String file) {
        List<Case> cases = Wycheproof.cases(file);
        for (Case vector : cases) {
            Bytes mac = prf.mac(Secret.copyOf(vector.bytes("key")), vector.bytes("msg"));
            boolean same = mac.slice(0, vector.number("tagSize") / Byte.SIZE).equals(vector.bytes("tag"));
            assertThat(same).as(vector.toString()).isEqualTo(vector.isValid());
        }
        assertThat(cases).hasSizeGreaterThan(150);
    }

    @Test
    void x25519AgreesAndRefusesWhatGivesZero() throws MalformedMessage {
        int agreed = 0;
        for (Case vector : Wycheproof.cases("x25519_test.json")) {
            KeyExchange ours = X25519KeyExchange.of(vector.bytes("private").toArray());
            if (vector.bytes("shared").equals(Bytes.zeros(32))) {
                assertThatThrownBy(() -> ours.agree(vector.bytes("public"))).as(vector.toString())
                        .isInstanceOf(MalformedMessage.class);
            } else {
                assertThat(plain(ours.agree(vector.bytes("public")))).as(vector.toString())
                        .isEqualTo(vector.bytes("shared"));
                agreed++;
            }
        }
        assertThat(agreed).isGreaterThan(450);
    }

    @ParameterizedTest
    @CsvSource({"ECP_256, ecdh_secp256r1_ecpoint_test.json", "ECP_384, ecdh_secp384r1_ecpoint_test.json"})
    void curvesAgreeAndRefuseWhatIsNoPoint(KeyExchangeMethod method, String file) throws MalformedMessage {
        int agreed = 0;
        for (Case vector : Wycheproof.cases(file)) {
            KeyExchange ours = EcpKeyExchange.of(method, new BigInteger(1, vector.bytes("private").toArray()));
            Bytes point = vector.bytes("public");
            boolean uncompressed = point.length() == 1 + method.publicBytes() && point.at(0) == 4;
            Bytes peer = uncompressed ? point.from(1) : point;
            if (uncompressed && vector.isValid()) {
                assertThat(plain(ours.agree(peer))).as(vector.toString()).isEqualTo(vector.bytes("shared"));
                agreed++;
            } else {
                assertThatThrownBy(() -> ours.agree(peer)).as(vector.toString()).isInstanceOf(MalformedMessage.class);
            }
        }
        assertThat(agreed).isGreaterThan(200);
    }

    /** Nonces of twelve bytes, tags of sixteen, and text, as RFC 5282 has them. */
    @Test
    void gcmOpensAndRefusesWhatItShould() {
        int opened = 0;
        for (Case vector : Wycheproof.cases("aes_gcm_test.json")) {
            Bytes text = vector.bytes("msg");
            if (vector.number("ivSize") != 96 || vector.number("tagSize") != 128 || text.isEmpty()) {
                continue;
            }
            Bytes nonce = vector.bytes("iv");
            Encryption encryption = Encryption.valueOf("AES_%d_GCM_16".formatted(vector.number("keySize")));
            Secret keys = Secret.copyOf(Bytes.concat(vector.bytes("key"), nonce.slice(0, 4)));
            Bytes body = Bytes.concat(nonce.from(4), vector.bytes("ct"), vector.bytes("tag"));
            Bytes result = new GcmMessageCipher(encryption, keys).open(vector.bytes("aad"), body);
            assertThat(result).as(vector.toString()).isEqualTo(vector.isValid() ? text : null);
            opened += vector.isValid() ? 1 : 0;
        }
        assertThat(opened).isGreaterThan(80);
    }

    /** Their padding is PKCS #5's, which stays on here. */
    @Test
    void cbcDecryptsWhatItShould() {
        int opened = 0;
        Secret macKey = Secret.copyOf(Bytes.zeros(32));
        for (Case vector : Wycheproof.cases("aes_cbc_pkcs5_test.json")) {
            if (!vector.isValid()) {
                continue;
            }
            CbcMessageCipher cipher = new CbcMessageCipher(Secret.copyOf(vector.bytes("key")),
                    Integrity.HMAC_SHA2_256_128, macKey, new SecureRandom());
            Bytes sealed = Bytes.concat(vector.bytes("iv"), vector.bytes("ct"));
            Bytes icv = Prf.HMAC_SHA2_256.mac(macKey, sealed).slice(0, 16);
            Bytes msg = vector.bytes("msg");
            int padding = 16 - msg.length() % 16;
            byte[] pad = new byte[padding];
            Arrays.fill(pad, (byte) padding);
            assertThat(cipher.open(Bytes.EMPTY, Bytes.concat(sealed, icv))).as(vector.toString())
                    .isEqualTo(Bytes.concat(msg, Bytes.copyOf(pad)));
            opened++;
        }
        assertThat(opened).isGreaterThan(50);
    }

    private static Bytes plain(Secret secret) {
        return Bytes.copyOf(secret.toArray());
    }
}
