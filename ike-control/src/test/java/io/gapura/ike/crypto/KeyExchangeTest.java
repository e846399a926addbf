package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the RFCs' own examples, and with values that no honest peer sends (case B4). */
final class KeyExchangeTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static Bytes plain(Secret secret) {
        return Bytes.copyOf(secret.toArray());
    }

    private static void refuses(KeyExchange ours, Bytes peer) {
        assertThatThrownBy(() -> ours.agree(peer)).isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @EnumSource
    void bothSidesAgree(KeyExchangeMethod method) throws MalformedMessage {
        try (KeyExchange left = KeyExchange.generate(method, RANDOM);
                KeyExchange other = KeyExchange.generate(method, RANDOM)) {
            assertThat(left.publicValue().length()).isEqualTo(method.publicBytes());
            assertThat(left.publicValue()).isNotEqualTo(other.publicValue());
            KeyExchange.Answer right = KeyExchange.answer(method, left.publicValue(), RANDOM);
            assertThat(plain(left.agree(right.publicValue()))).isEqualTo(plain(right.shared()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void valuesOfAnotherLengthAreRefused(KeyExchangeMethod method) {
        KeyExchange ours = KeyExchange.generate(method, RANDOM);
        for (int length : new int[] {0, 1, method.publicBytes() - 1, method.publicBytes() + 1, 2000}) {
            refuses(ours, Bytes.zeros(length));
            assertThatThrownBy(() -> KeyExchange.answer(method, Bytes.zeros(length), RANDOM))
                    .isInstanceOf(MalformedMessage.class);
        }
    }

    /** RFC 5903 §8.1. */
    @Test
    void p256IsTheRfcs() throws MalformedMessage {
        KeyExchange initiator = ecp(KeyExchangeMethod.ECP_256,
                "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433");
        Bytes responder = Bytes.ofHex("d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63"
                + "56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab");
        assertThat(initiator.publicValue().hex()).isEqualTo(
                "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180"
                        + "5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3");
        assertThat(plain(initiator.agree(responder)).hex()).isEqualTo(
                "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de");
    }

    /** RFC 5903 §8.2. */
    @Test
    void p384IsTheRfcs() throws MalformedMessage {
        KeyExchange initiator = ecp(KeyExchangeMethod.ECP_384, "099f3c7034d4a2c699884d73a375a67f7624ef7c6b3c0f16"
                + "0647b67414dce655e35b538041e649ee3faef896783ab194");
        Bytes responder = Bytes.ofHex("e558dbef53eecde3d3fccfc1aea08a89a987475d12fd950d"
                + "83cfa41732bc509d0d1ac43a0336def96fda41d0774a3571"
                + "dcfbec7aacf3196472169e838430367f66eebe3c6e70c416"
                + "dd5f0c68759dd1fff83fa40142209dff5eaad96db9e6386c");
        assertThat(initiator.publicValue().hex()).isEqualTo("667842d7d180ac2cde6f74f37551f55755c7645c20ef73e3"
                + "1634fe72b4c55ee6de3ac808acb4bdb4c88732aee95f41aa"
                + "9482ed1fc0eeb9cafc4984625ccfc23f65032149e0e144ad"
                + "a024181535a0f38eeb9fcff3c2c947dae69b4c634573a81c");
        assertThat(plain(initiator.agree(responder)).hex()).isEqualTo(
                "11187331c279962d93d604243fd592cb9d0a926f422e47187521287e7156c5c4d603135569b9e9d09cf5d4a270f59746");
    }

    /** RFC 7748 §5.2. */
    @Test
    void x25519IsTheRfcs() throws MalformedMessage {
        KeyExchange ours = X25519KeyExchange
                .of(Bytes.ofHex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4").toArray());
        Bytes peer = Bytes.ofHex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
        assertThat(plain(ours.agree(peer)).hex()).isEqualTo(
                "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    }

    /** RFC 3526: 2^n - 2^(n-64) - 1 + 2^64 (floor(2^(n-130) pi) + c). */
    @ParameterizedTest
    @CsvSource({"MODP_2048, 2048, 124476", "MODP_3072, 3072, 1690314", "MODP_4096, 4096, 240904",
        "MODP_6144, 6144, 929484", "MODP_8192, 8192, 4743158"})
    void modpPrimesAreMadeOfPi(KeyExchangeMethod method, int bits, int addend) {
        BigInteger power = BigInteger.TWO.pow(bits).subtract(BigInteger.TWO.pow(bits - 64)).subtract(BigInteger.ONE);
        BigInteger middle = pi(bits - 130).add(BigInteger.valueOf(addend)).shiftLeft(64);
        assertThat(ModpKeyExchange.prime(method)).isEqualTo(power.add(middle));
    }

    /** floor(2^bits pi), by Machin's 16 arctan(1/5) - 4 arctan(1/239). */
    private static BigInteger pi(int bits) {
        int guard = 64;
        BigInteger one = BigInteger.ONE.shiftLeft(bits + guard);
        return arctanOfInverse(one, 5).multiply(BigInteger.valueOf(16))
                .subtract(arctanOfInverse(one, 239).multiply(BigInteger.valueOf(4))).shiftRight(guard);
    }

    private static BigInteger arctanOfInverse(BigInteger one, int inverse) {
        BigInteger square = BigInteger.valueOf((long) inverse * inverse);
        BigInteger power = one.divide(BigInteger.valueOf(inverse));
        BigInteger sum = BigInteger.ZERO;
        for (int n = 1; power.signum() != 0; n += 2) {
            BigInteger term = power.divide(BigInteger.valueOf(n));
            sum = n % 4 == 1 ? sum.add(term) : sum.subtract(term);
            power = power.divide(square);
        }
        return sum;
    }

    @Test
    void modpIsModularExponentiation() throws MalformedMessage {
        BigInteger prime = ModpKeyExchange.prime(KeyExchangeMethod.MODP_2048);
        BigInteger exponent = new BigInteger(384, RANDOM);
        BigInteger peer = BigInteger.TWO.modPow(new BigInteger(384, RANDOM), prime);
        KeyExchange ours = ModpKeyExchange.of(KeyExchangeMethod.MODP_2048,
                BigIntegers.asUnsignedByteArray(48, exponent));
        assertThat(ours.publicValue()).isEqualTo(wide(BigInteger.TWO.modPow(exponent, prime)));
        assertThat(plain(ours.agree(wide(peer)))).isEqualTo(wide(peer.modPow(exponent, prime)));
    }

    @Test
    void modpValuesOutsideTheGroupAreRefused() {
        BigInteger prime = ModpKeyExchange.prime(KeyExchangeMethod.MODP_2048);
        KeyExchange ours = KeyExchange.generate(KeyExchangeMethod.MODP_2048, RANDOM);
        for (BigInteger value : new BigInteger[] {BigInteger.ZERO, BigInteger.ONE, prime.subtract(BigInteger.ONE),
            prime,
            prime.add(BigInteger.ONE), BigInteger.ONE.shiftLeft(2048).subtract(BigInteger.ONE)}) {
            refuses(ours, wide(value));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ECP_.*", "BRAINPOOL_.*"}, mode = EnumSource.Mode.MATCH_ANY)
    void pointsOffTheCurveAreRefused(KeyExchangeMethod method) {
        KeyExchange ours = KeyExchange.generate(method, RANDOM);
        byte[] off = KeyExchange.generate(method, RANDOM).publicValue().toArray();
        off[off.length - 1] ^= 1;
        refuses(ours, Bytes.copyOf(off));
        refuses(ours, Bytes.zeros(method.publicBytes()));
        byte[] beyond = new byte[method.publicBytes()];
        Arrays.fill(beyond, (byte) 0xff);
        refuses(ours, Bytes.copyOf(beyond));
    }

    @Test
    void lowOrderPointsOfCurve25519AreRefused() {
        KeyExchange ours = KeyExchange.generate(KeyExchangeMethod.CURVE25519, RANDOM);
        refuses(ours, Bytes.zeros(32));
        refuses(ours, Bytes.concat(Bytes.of(1), Bytes.zeros(31)));
        refuses(ours, Bytes.ofHex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"));
    }

    @Test
    void lowOrderPointsOfCurve448AreRefused() {
        KeyExchange ours = KeyExchange.generate(KeyExchangeMethod.CURVE448, RANDOM);
        refuses(ours, Bytes.zeros(56));
        refuses(ours, Bytes.concat(Bytes.of(1), Bytes.zeros(55)));
    }

    /** RFC 7748 §6.2. */
    @Test
    void x448IsTheRfcs() throws MalformedMessage {
        KeyExchange alice = X448KeyExchange.of(Bytes.ofHex("9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28d"
                + "d9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b").toArray());
        Bytes bob = Bytes.ofHex("3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b430"
                + "27d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609");
        assertThat(plain(alice.agree(bob)).hex()).isEqualTo("07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282b"
                + "b60c0b56fd2464c335543936521c24403085d59a449a5037514a879d");
    }

    /** RFC 6932 §A.1: brainpoolP256r1. */
    @Test
    void brainpool256IsTheRfcs() throws MalformedMessage {
        KeyExchange alice = ecp(KeyExchangeMethod.BRAINPOOL_256,
                "041eb8b1e2bc681bce8e39963b2e9fc415b05283313dd1a8bcc055f11ae49699");
        assertThat(alice.publicValue().hex()).isEqualTo(
                "78028496b5ecaab3c8b6c12e45db1e02c9e4d26b4113bc4f015f60c5ccc0d206"
                        + "a2ae1762a3831c1d20f03f8d1e3c0c39afe6f09b4d44bbe80cd100987b05f92b");
    }

    /** FIPS 203 §7.2: a coefficient of 3329 or more. */
    @ParameterizedTest
    @EnumSource(names = "ML_KEM_.*", mode = EnumSource.Mode.MATCH_ANY)
    void kemKeysThatAreNotReducedAreRefused(KeyExchangeMethod method) {
        byte[] key = KeyExchange.generate(method, RANDOM).publicValue().toArray();
        key[0] = (byte) 0xff;
        key[1] |= 0x0f;
        assertThatThrownBy(() -> KeyExchange.answer(method, Bytes.copyOf(key), RANDOM))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void kemKeysAreGoneWhenClosed() {
        KeyExchange ours = KeyExchange.generate(KeyExchangeMethod.ML_KEM_768, RANDOM);
        ours.close();
        assertThatThrownBy(() -> ours.agree(Bytes.zeros(1088))).isInstanceOf(RuntimeException.class);
    }

    private static KeyExchange ecp(KeyExchangeMethod method, String scalar) {
        return EcpKeyExchange.of(method, new BigInteger(scalar, 16));
    }

    private static Bytes wide(BigInteger value) {
        return Bytes.copyOf(BigIntegers.asUnsignedByteArray(256, value));
    }
}
