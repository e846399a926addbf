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
        "HMAC_SHA2_512, hmac_sha512_test.json", "HMAC_SHA1, hmac_sha1_test.json"})
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

    @Test
    void x448AgreesAndRefusesWhatGivesZero() throws MalformedMessage {
        int agreed = 0;
        for (Case vector : Wycheproof.cases("x448_test.json")) {
            KeyExchange ours = X448KeyExchange.of(vector.bytes("private").toArray());
            if (vector.result().equals("invalid") || vector.bytes("shared").equals(Bytes.zeros(56))) {
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

    /** Key generation and decapsulation; a ciphertext that was tampered with leads to another secret, silently. */
    @ParameterizedTest
    @CsvSource({"ML_KEM_512, mlkem_512_test.json", "ML_KEM_768, mlkem_768_test.json",
        "ML_KEM_1024, mlkem_1024_test.json"})
    void kemsDecapsulate(KeyExchangeMethod method, String file) throws MalformedMessage {
        int agreed = 0;
        for (Case vector : Wycheproof.cases(file)) {
            if (vector.bytes("seed").length() != 64) {
                continue;
            }
            KeyExchange ours = KeyExchange.generate(method, new FixedRandom(vector.bytes("seed")));
            if (vector.isValid()) {
                assertThat(ours.publicValue()).as(vector.toString()).isEqualTo(vector.bytes("ek"));
                assertThat(plain(ours.agree(vector.bytes("c")))).as(vector.toString()).isEqualTo(vector.bytes("K"));
                agreed++;
            } else {
                assertThatThrownBy(() -> ours.agree(vector.bytes("c"))).as(vector.toString())
                        .isInstanceOf(MalformedMessage.class);
            }
        }
        assertThat(agreed).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({"ML_KEM_512, mlkem_512_encaps_test.json", "ML_KEM_768, mlkem_768_encaps_test.json",
        "ML_KEM_1024, mlkem_1024_encaps_test.json"})
    void kemsEncapsulateAndRefuseKeysThatAreNone(KeyExchangeMethod method, String file) throws MalformedMessage {
        int agreed = 0;
        for (Case vector : Wycheproof.cases(file)) {
            FixedRandom random = new FixedRandom(vector.bytes("m"));
            if (vector.isValid()) {
                KeyExchange.Answer answer = KeyExchange.answer(method, vector.bytes("ek"), random);
                assertThat(answer.publicValue()).as(vector.toString()).isEqualTo(vector.bytes("c"));
                assertThat(plain(answer.shared())).as(vector.toString()).isEqualTo(vector.bytes("K"));
                agreed++;
            } else {
                assertThatThrownBy(() -> KeyExchange.answer(method, vector.bytes("ek"), random))
                        .as(vector.toString()).isInstanceOf(MalformedMessage.class);
            }
        }
        assertThat(agreed).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({"ECP_256, ecdh_secp256r1_ecpoint_test.json", "ECP_384, ecdh_secp384r1_ecpoint_test.json",
        "ECP_521, ecdh_secp521r1_ecpoint_test.json"})
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
            Bytes result = new AeadMessageCipher(encryption, keys).open(vector.bytes("aad"), body);
            assertThat(result).as(vector.toString()).isEqualTo(vector.isValid() ? text : null);
            opened += vector.isValid() ? 1 : 0;
        }
        assertThat(opened).isGreaterThan(80);
    }

    /** Nonces of eleven bytes, as RFC 5282 has them. */
    @Test
    void ccmOpensAndRefusesWhatItShould() {
        int opened = 0;
        for (Case vector : Wycheproof.cases("aes_ccm_test.json")) {
            int tagBytes = vector.number("tagSize") / Byte.SIZE;
            if (vector.number("ivSize") != 88 || !List.of(8, 12, 16).contains(tagBytes)) {
                continue;
            }
            Encryption encryption = Encryption.valueOf("AES_%d_CCM_%d".formatted(vector.number("keySize"), tagBytes));
            opened += opens(encryption, vector) ? 1 : 0;
        }
        assertThat(opened).isGreaterThan(10);
    }

    @Test
    void chacha20Poly1305OpensAndRefusesWhatItShould() {
        int opened = 0;
        for (Case vector : Wycheproof.cases("chacha20_poly1305_test.json")) {
            if (vector.number("ivSize") == 96) {
                opened += opens(Encryption.CHACHA20_POLY1305, vector) ? 1 : 0;
            }
        }
        assertThat(opened).isGreaterThan(200);
    }

    private static boolean opens(Encryption encryption, Case vector) {
        Bytes text = vector.bytes("msg");
        Bytes ciphertext = Bytes.concat(vector.bytes("ct"), vector.bytes("tag"));
        byte[] result = Aead.of(encryption).open(vector.bytes("key").toArray(), encryption.keyBytes(),
                vector.bytes("iv").toArray(), vector.bytes("aad").toArray(), ciphertext.toArray());
        assertThat(result).as(vector.toString()).isEqualTo(vector.isValid() ? text.toArray() : null);
        return vector.isValid();
    }

    @Test
    void cmacIsTheirs() {
        for (Case vector : Wycheproof.cases("aes_cmac_test.json")) {
            if (vector.number("keySize") == 128) {
                Bytes mac = Prf.AES128_CMAC.mac(Secret.copyOf(vector.bytes("key")), vector.bytes("msg"));
                boolean same = mac.slice(0, vector.number("tagSize") / Byte.SIZE).equals(vector.bytes("tag"));
                assertThat(same).as(vector.toString()).isEqualTo(vector.isValid());
            }
        }
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
            MacMessageCipher cipher = new MacMessageCipher(
                    Encryption.valueOf("AES_%d_CBC".formatted(vector.number("keySize"))),
                    Secret.copyOf(vector.bytes("key")), Integrity.HMAC_SHA2_256_128, macKey, new SecureRandom());
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
