package io.gapura.ike.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.crypto.Wycheproof;
import io.gapura.ike.crypto.Wycheproof.Case;
import io.gapura.ike.message.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What signatures are good, by vectors that we did not make; attack cases D1 and D2. */
class WycheproofSignatureTest {
    @ParameterizedTest
    @CsvSource({"rsa_signature_2048_sha256_test.json, RSA, RSA_PKCS1_SHA256, 9",
        "rsa_pss_2048_sha256_mgf1_32_test.json, RSA, RSA_PSS_SHA256, 63",
        "ecdsa_secp256r1_sha256_test.json, EC, ECDSA_SHA256, 174",
        "ecdsa_secp384r1_sha384_test.json, EC, ECDSA_SHA384, 150",
        "ecdsa_secp521r1_sha512_test.json, EC, ECDSA_SHA512, 150",
        "ed25519_test.json, Ed25519, ED25519, 88", "ed448_test.json, Ed448, ED448, 17",
        "mldsa_44_verify_test.json, ML-DSA, ML_DSA_44, 20", "mldsa_65_verify_test.json, ML-DSA, ML_DSA_65, 20",
        "mldsa_87_verify_test.json, ML-DSA, ML_DSA_87, 20"})
    void signaturesAreGoodIfTheySaySo(String file, String algorithm, SignatureScheme scheme, int atLeast)
            throws Exception {
        int good = 0;
        for (Case each : Wycheproof.cases(file)) {
            boolean hasContext = each.test().has("ctx") && !each.bytes("ctx").isEmpty();
            // IKE has no contexts; "acceptable" is a PKCS #1 signature without the NULL that RFC 8017 wants.
            if (hasContext || each.result().equals("acceptable")) {
                continue;
            }
            boolean isGood = isGood(algorithm, scheme, each);
            assertThat(isGood).as(each.toString()).isEqualTo(each.isValid());
            good += isGood ? 1 : 0;
        }
        assertThat(good).isGreaterThanOrEqualTo(atLeast);
    }

    private static boolean isGood(String algorithm, SignatureScheme scheme, Case vector)
            throws GeneralSecurityException {
        PublicKey key;
        try {
            key = KeyFactory.getInstance(algorithm)
                    .generatePublic(new X509EncodedKeySpec(
                            Bytes.ofHex(vector.group().get("publicKeyDer").stringValue()).toArray()));
        } catch (InvalidKeySpecException _) {
            return false;
        }
        return Signatures.verify(scheme, key, vector.bytes("msg"), vector.bytes("sig"));
    }
}
