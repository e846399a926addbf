package io.gapura.ike.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.gateway.pki.NewKey;
import io.gapura.ike.crypto.Prf;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Payload.AuthPayload;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AUTH by signatures: methods 1, 9 to 11 and 14, and attacks D1 and D2 on them. */
class SignatureVerifierTest {
    private static final Bytes OCTETS = Bytes.ofUtf8("what is signed");
    private static final Abilities ALL = new Abilities(EnumSet.allOf(HashAlgorithm.class), null, Set.of(), Set.of());
    /** SHA-256's DigestInfo, RFC 8017 §9.2. */
    private static final String DIGEST_INFO = "3031300d060960864801650304020105000420";

    private static SignatureVerifier verifier(PublicKey key) throws InvalidKeyException {
        return new SignatureVerifier(key, KeyKind.of(key));
    }

    private static void verify(PublicKey key, AuthPayload auth) throws Exception {
        verifier(key).verify(Prf.HMAC_SHA2_256, OCTETS, auth);
    }

    private static void assertBad(PublicKey key, AuthPayload auth) {
        assertThatThrownBy(() -> verify(key, auth)).isInstanceOf(SignatureException.class);
    }

    private static KeyPair rsaWithExponent3() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(new RSAKeyGenParameterSpec(2048, BigInteger.valueOf(3)));
        return generator.generateKeyPair();
    }

    private static SigningKey key(KeyPair pair) throws InvalidKeyException {
        return SigningKey.raw(pair.getPrivate(), null, pair.getPublic());
    }

    @ParameterizedTest
    @EnumSource(NewKey.class)
    void digitalSignaturesOfEveryKindAreGood(NewKey kind) throws Exception {
        KeyPair pair = kind.generate();
        AuthPayload auth = key(pair).sign(OCTETS, ALL);
        assertThat(auth.method()).isEqualTo(AuthMethod.DIGITAL_SIGNATURE);
        verify(pair.getPublic(), auth);
        byte[] changed = auth.value().toArray();
        changed[changed.length - 1] ^= 1;
        assertBad(pair.getPublic(), new AuthPayload(auth.method(), Bytes.copyOf(changed)));
        assertBad(kind.generate().getPublic(), auth);
    }

    @ParameterizedTest
    @EnumSource(value = NewKey.class, names = {"ECDSA_256", "ECDSA_384", "ECDSA_521", "RSA_2048"})
    void peersWithoutDigitalSignaturesGetTheOldMethods(NewKey kind) throws Exception {
        KeyPair pair = kind.generate();
        AuthPayload auth = key(pair).sign(OCTETS, Abilities.NONE);
        assertThat(auth.method().number()).isEqualTo(switch (kind) {
            case ECDSA_256 -> 9;
            case ECDSA_384 -> 10;
            case ECDSA_521 -> 11;
            default -> 1;
        });
        verify(pair.getPublic(), auth);
    }

    @Test
    void edwardsCurvesNeedDigitalSignatures() throws Exception {
        SigningKey key = key(NewKey.ED25519.generate());
        assertThatThrownBy(() -> key.sign(OCTETS, Abilities.NONE)).isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("cannot check");
    }

    @Test
    void theHashIsOneThatThePeerKnows() throws Exception {
        Abilities only = new Abilities(Set.of(HashAlgorithm.SHA2_384), null, Set.of(), Set.of());
        KeyPair pair = NewKey.RSA_2048.generate();
        AuthPayload auth = key(pair).sign(OCTETS, only);
        assertThat(auth.value().slice(1, 1 + auth.value().at(0)))
                .isEqualTo(SignatureScheme.RSA_PSS_SHA384.identifier());
        verify(pair.getPublic(), auth);
    }

    @Test
    void announcedMethodsDecideBetweenSchemes() throws Exception {
        Abilities old = new Abilities(EnumSet.allOf(HashAlgorithm.class), List.of(
                new AuthAnnouncement(AuthMethod.DIGITAL_SIGNATURE, SignatureScheme.RSA_PKCS1_SHA512)), Set.of(),
                Set.of());
        AuthPayload auth = key(NewKey.RSA_2048.generate()).sign(OCTETS, old);
        assertThat(auth.value().slice(1, 1 + auth.value().at(0)))
                .isEqualTo(SignatureScheme.RSA_PKCS1_SHA512.identifier());
    }

    // ---- D1

    /** Bleichenbacher 2006, and its variants of 2016 to 2026: cubes of an encoded hash with junk where nobody looks. */
    @Test
    void d1CubeRootForgeriesAreRefused() throws Exception {
        KeyPair pair = rsaWithExponent3();
        for (String front : List.of("0001ff00", "0001ffffffffffffffff00", "000100", "0002ffffffffffffffff00")) {
            Bytes wanted = Bytes.concat(Bytes.ofHex(front + DIGEST_INFO), hash());
            byte[] padded = Arrays.copyOf(wanted.toArray(), 256);
            Arrays.fill(padded, wanted.length(), 256, (byte) 0xff);
            BigInteger root = cubeRoot(new BigInteger(1, padded));
            assertThat(root.pow(3).toByteArray()).startsWith(Arrays.copyOfRange(padded, 1, wanted.length()));
            assertBad(pair.getPublic(), rsa(root));
        }
    }

    private static Bytes hash() throws Exception {
        return Bytes.copyOf(java.security.MessageDigest.getInstance("SHA-256").digest(OCTETS.toArray()));
    }

    private static BigInteger cubeRoot(BigInteger value) {
        BigInteger low = BigInteger.ZERO;
        BigInteger high = BigInteger.ONE.shiftLeft(value.bitLength() / 3 + 1);
        while (high.subtract(low).compareTo(BigInteger.ONE) > 0) {
            BigInteger middle = low.add(high).shiftRight(1);
            if (middle.pow(3).compareTo(value) <= 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** RSA by hand of whatever encoding: method 14 with SHA-256. */
    private static AuthPayload rsa(BigInteger signature) {
        byte[] raw = signature.toByteArray();
        byte[] padded = new byte[256];
        int from = Math.max(0, raw.length - 256);
        System.arraycopy(raw, from, padded, 256 - (raw.length - from), raw.length - from);
        Bytes identifier = SignatureScheme.RSA_PKCS1_SHA256.identifier();
        return new AuthPayload(AuthMethod.DIGITAL_SIGNATURE,
                Bytes.concat(Bytes.of(identifier.length()), identifier, Bytes.copyOf(padded)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"junk after the hash", "short hash", "no padding", "wrong algorithm", "the right one"})
    void d1OnlyTheOneEncodingIsGood(String what) throws Exception {
        KeyPair pair = NewKey.RSA_2048.generate();
        Bytes info = Bytes.concat(Bytes.ofHex(DIGEST_INFO), hash());
        Bytes tail = switch (what) {
            case "junk after the hash" -> Bytes.concat(info, Bytes.zeros(16));
            case "short hash" -> info.slice(0, info.length() - 12);
            case "wrong algorithm" -> Bytes.concat(Bytes.ofHex(DIGEST_INFO.replace("65030402", "65030403")), hash());
            default -> info;
        };
        int padding = 256 - 3 - tail.length();
        byte[] ff = new byte[padding];
        Arrays.fill(ff, (byte) 0xff);
        Bytes encoded = what.equals("no padding")
                ? Bytes.concat(Bytes.of(0, 1, 0), tail, Bytes.zeros(padding))
                : Bytes.concat(Bytes.of(0, 1), Bytes.copyOf(ff), Bytes.of(0), tail);
        RSAPrivateKey key = (RSAPrivateKey) pair.getPrivate();
        BigInteger signature = new BigInteger(1, encoded.toArray()).modPow(key.getPrivateExponent(), key.getModulus());
        if (what.equals("the right one")) {
            verify(pair.getPublic(), rsa(signature));
        } else {
            assertBad(pair.getPublic(), rsa(signature));
        }
    }

    @Test
    void d1SignaturesOfZeroAndBeyondTheModulusAreRefused() throws Exception {
        KeyPair pair = NewKey.RSA_2048.generate();
        BigInteger modulus = ((RSAPrivateKey) pair.getPrivate()).getModulus();
        assertBad(pair.getPublic(), rsa(BigInteger.ZERO));
        assertBad(pair.getPublic(), rsa(BigInteger.ONE));
        assertBad(pair.getPublic(), rsa(modulus));
        AuthPayload good = key(pair).sign(OCTETS, ALL);
        Bytes signature = good.value().from(1 + good.value().at(0));
        BigInteger beyond = new BigInteger(1, signature.toArray()).add(modulus);
        if (beyond.bitLength() <= 2048) {
            assertBad(pair.getPublic(), new AuthPayload(good.method(), Bytes.concat(
                    good.value().slice(0, 1 + good.value().at(0)), rsa(beyond).value().from(16))));
        }
        assertBad(pair.getPublic(), new AuthPayload(good.method(), Bytes.concat(good.value(), Bytes.of(0))));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 16_384})
    void d1KeysOfSuchSizesAreRefused(int bits) throws Exception {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
        PublicKey key = KeyFactory.getInstance("RSA").generatePublic(
                new RSAPublicKeySpec(modulus, RSAKeyGenParameterSpec.F4));
        assertThatThrownBy(() -> KeyKind.of(key)).isInstanceOf(InvalidKeyException.class).hasMessageContaining(
                bits + " bits");
    }

    /** Attack C7 too: what makes checking slow, or pointless. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "65536", "100000000000000000000000000000000000001"})
    void c7ExponentsThatAreNoneAreRefused(String exponent) {
        BigInteger modulus = BigInteger.ONE.shiftLeft(2047).setBit(0);
        assertThatThrownBy(() -> KeyKind.of(KeyFactory.getInstance("RSA").generatePublic(
                new RSAPublicKeySpec(modulus, new BigInteger(exponent)))))
                .isInstanceOfAny(InvalidKeyException.class, java.security.spec.InvalidKeySpecException.class);
    }

    /** A salt of 2^31, a salt of 20, no mask generation, SHA-1 by default, another hash within. */
    @ParameterizedTest
    @ValueSource(strings = {
        "304506092a864886f70d01010a3038a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a20702050080000000",
        "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020114",
        "300b06092a864886f70d01010a", "300d06092a864886f70d01010a3000", "300d06092a864886f70d01010a0500",
        "302306092a864886f70d01010a3016a00f300d06096086480165030402010500a203020120",
        "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402030500a203020120",
        "300d06092a864886f70d0101050500", "300a06082a8648ce3d040301", "30", ""})
    void d1OtherAlgorithmsThanThoseThatWeHaveAreRefused(String identifier) {
        assertThatThrownBy(() -> SignatureScheme.of(Bytes.ofHex(identifier))).isInstanceOf(SignatureException.class);
    }

    /** As RFC 7427 appendix A has them. */
    @Test
    void algorithmsAreWrittenAsTheRfcDoes() throws Exception {
        assertThat(SignatureScheme.RSA_PKCS1_SHA256.identifier().hex()).isEqualTo("300d06092a864886f70d01010b0500");
        assertThat(SignatureScheme.RSA_PKCS1_SHA384.identifier().hex()).isEqualTo("300d06092a864886f70d01010c0500");
        assertThat(SignatureScheme.RSA_PKCS1_SHA512.identifier().hex()).isEqualTo("300d06092a864886f70d01010d0500");
        assertThat(SignatureScheme.ECDSA_SHA256.identifier().hex()).isEqualTo("300a06082a8648ce3d040302");
        assertThat(SignatureScheme.ECDSA_SHA384.identifier().hex()).isEqualTo("300a06082a8648ce3d040303");
        assertThat(SignatureScheme.ECDSA_SHA512.identifier().hex()).isEqualTo("300a06082a8648ce3d040304");
        assertThat(SignatureScheme.RSA_PSS_SHA256.identifier().hex()).isEqualTo(
                "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d"
                        + "06096086480165030402010500a203020120");
        assertThat(SignatureScheme.ED25519.identifier().hex()).isEqualTo("300506032b6570");
        assertThat(SignatureScheme.ED448.identifier().hex()).isEqualTo("300506032b6571");
        for (SignatureScheme each : SignatureScheme.values()) {
            assertThat(SignatureScheme.of(each.identifier())).isEqualTo(each);
        }
    }

    @Test
    void d1Sha1IsRefused() throws Exception {
        KeyPair pair = NewKey.RSA_2048.generate();
        Signature signer = Signature.getInstance("SHA1withRSA");
        signer.initSign(pair.getPrivate());
        signer.update(OCTETS.toArray());
        AuthPayload auth = new AuthPayload(AuthMethod.RSA_SIGNATURE, Bytes.copyOf(signer.sign()));
        assertThatThrownBy(() -> verify(pair.getPublic(), auth)).hasMessageContaining("SHA-1");
    }

    // ---- D2

    @Test
    void d2HalvesOfZeroAndOfTheOrderAreRefused() throws Exception {
        KeyPair pair = NewKey.ECDSA_256.generate();
        Bytes order = Bytes.ofHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        Bytes one = Bytes.concat(Bytes.zeros(31), Bytes.of(1));
        for (Bytes r : List.of(Bytes.zeros(32), order, one)) {
            for (Bytes s : List.of(Bytes.zeros(32), order, one)) {
                assertBad(pair.getPublic(), new AuthPayload(AuthMethod.ECDSA_256, Bytes.concat(r, s)));
            }
        }
    }

    @Test
    void d2OneFormOfEcdsaIsNotTakenForTheOther() throws Exception {
        KeyPair pair = NewKey.ECDSA_256.generate();
        Bytes halves = key(pair).sign(OCTETS, Abilities.NONE).value();
        Bytes der = EcdsaHalves.toDer(halves, EcCurve.P256);
        Bytes identifier = SignatureScheme.ECDSA_SHA256.identifier();
        Bytes prefix = Bytes.concat(Bytes.of(identifier.length()), identifier);
        verify(pair.getPublic(), new AuthPayload(AuthMethod.DIGITAL_SIGNATURE, Bytes.concat(prefix, der)));
        assertBad(pair.getPublic(), new AuthPayload(AuthMethod.DIGITAL_SIGNATURE, Bytes.concat(prefix, halves)));
        assertBad(pair.getPublic(), new AuthPayload(AuthMethod.ECDSA_256, der));
        assertBad(pair.getPublic(), new AuthPayload(AuthMethod.ECDSA_384, halves));
        assertBad(pair.getPublic(), new AuthPayload(AuthMethod.RSA_SIGNATURE, halves));
    }

    @Test
    void d3OtherMethodsAreNoSignatures() throws Exception {
        KeyPair pair = NewKey.ED25519.generate();
        for (int method : new int[] {0, 2, 3, 13, 201}) {
            assertBad(pair.getPublic(), new AuthPayload(new AuthMethod(method), Bytes.zeros(64)));
        }
        assertBad(pair.getPublic(), new AuthPayload(AuthMethod.DIGITAL_SIGNATURE, Bytes.EMPTY));
        assertBad(pair.getPublic(), new AuthPayload(AuthMethod.DIGITAL_SIGNATURE, Bytes.of(200, 1, 2)));
    }
}
