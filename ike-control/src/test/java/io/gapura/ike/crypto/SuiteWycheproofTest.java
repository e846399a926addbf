package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.ffi.Memory;
import io.gapura.ike.crypto.Wycheproof.Case;
import io.gapura.ike.message.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packet engine's cipher suites, ipsec-mb's and the JDK's, on those of Wycheproof's cases that a packet can be made of. */
final class SuiteWycheproofTest {
    private static final int ESP_HEADER_BYTES = 8;
    private static final int NONCE_BYTES = 12;
    private static final int LONGEST_AAD_BYTES = 12;
    private static final int MAC_KEY_BYTES = 32;
    private static final List<AeadSuite> SUITES = List.of(new JcaSuite(), SuiteChoice.preferred());

    private final MemorySegment memory = Arena.ofAuto().allocate(1 << 17, 64);
    private final long text = memory.address() + 64;

    @AfterAll
    static void close() {
        SUITES.forEach(AeadSuite::close);
    }

    @ParameterizedTest
    @CsvSource({"gcm, aes_gcm_test.json, 12, 60", "ccm, aes_ccm_test.json, 11, 10",
        "chacha20poly1305, chacha20_poly1305_test.json, 12, 100"})
    void aeadsOpenWhatIsValidAndNothingElse(String mode, String file, int nonceBytes, int atLeast) {
        int used = 0;
        for (Case vector : Wycheproof.cases(file)) {
            int aadBytes = vector.bytes("aad").length();
            if (vector.bytes("iv").length() != nonceBytes || aadBytes > LONGEST_AAD_BYTES) {
                continue;
            }
            String word = mode.startsWith("chacha")
                    ? mode
                    : "aes" + vector.number("keySize") + mode + vector.number("tagSize") / Byte.SIZE;
            if (EspCipher.all().stream().noneMatch(cipher -> cipher.keyword().equals(word))) {
                continue;
            }
            for (AeadSuite suite : SUITES) {
                byte[] message = vector.bytes("msg").toArray();
                boolean opened = open(suite, EspCipher.of(word), vector.bytes("key"), vector);
                assertThat(opened).as("%s of %s: %s", word, suite.description(), vector).isEqualTo(vector.isValid());
                if (opened) {
                    assertThat(Memory.bytesAt(text, message.length)).isEqualTo(message);
                }
            }
            used++;
        }
        assertThat(used).isGreaterThan(atLeast);
    }

    private boolean open(AeadSuite suite, EspCipher cipher, Bytes key, Case vector) {
        Bytes sealed = Bytes.concat(vector.bytes("ct"), vector.bytes("tag"));
        byte[] nonce = vector.bytes("iv").toArray();
        byte[] aad = vector.bytes("aad").toArray();
        AeadBatch batch = suite.batch(0);
        put(sealed.toArray(), text);
        put(aad, batch.slot() + AeadBatch.AAD);
        put(nonce, batch.slot() + AeadBatch.NONCE + NONCE_BYTES - nonce.length);
        try (KeyMaterial material = material(key, cipher.saltBytes()); AeadKey ours = suite.key(cipher, material)) {
            batch.add(ours.handle(), aad.length, cipher.icvBytes(), text, vector.bytes("ct").length());
            batch.open();
            return batch.authentic(0);
        }
    }

    /** Its messages are packets that begin with an ESP header. */
    @ParameterizedTest
    @CsvSource({"null-sha256, hmac_sha256_test.json, 128", "null-sha384, hmac_sha384_test.json, 192",
        "null-sha512, hmac_sha512_test.json, 256", "null-sha1, hmac_sha1_test.json, 96",
        "null-aescmac, aes_cmac_test.json, 96"})
    void macsAreTheirs(String word, String file, int icvBits) {
        EspCipher cipher = EspCipher.of(word);
        int used = 0;
        for (Case vector : Wycheproof.cases(file)) {
            byte[] message = vector.bytes("msg").toArray();
            Bytes tag = vector.bytes("tag");
            int tagBits = vector.number("tagSize");
            boolean fits = vector.bytes("key").length() == cipher.macKeyBytes() && message.length >= ESP_HEADER_BYTES;
            if (!fits || tagBits < icvBits || !vector.isValid()) {
                continue;
            }
            for (AeadSuite suite : SUITES) {
                AeadBatch batch = suite.batch(0);
                put(message, text - ESP_HEADER_BYTES);
                try (KeyMaterial material = material(vector.bytes("key"), 0);
                        AeadKey key = suite.key(cipher, material)) {
                    batch.add(key.handle(), 8, cipher.icvBytes(), text, message.length - ESP_HEADER_BYTES);
                    batch.seal();
                }
                byte[] icv = Memory.bytesAt(text + message.length - ESP_HEADER_BYTES, cipher.icvBytes());
                assertThat(Bytes.copyOf(icv)).as(vector.toString()).isEqualTo(tag.slice(0, cipher.icvBytes()));
            }
            used++;
        }
        assertThat(used).isPositive();
    }

    /** Its messages of whole blocks, and the block of padding behind each. */
    @ParameterizedTest
    @CsvSource("aes_cbc_pkcs5_test.json")
    void chainsAreTheirs(String file) throws Exception {
        int used = 0;
        for (Case vector : Wycheproof.cases(file)) {
            byte[] encrypted = vector.bytes("ct").toArray();
            if (!vector.isValid() || encrypted.length == 0) {
                continue;
            }
            EspCipher cipher = EspCipher.of("aes" + vector.number("keySize") + "-sha256");
            byte[] covered = Bytes.concat(Bytes.zeros(ESP_HEADER_BYTES), vector.bytes("iv"), vector.bytes("ct"))
                    .toArray();
            javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
            mac.init(new javax.crypto.spec.SecretKeySpec(new byte[MAC_KEY_BYTES], "HmacSHA256"));
            byte[] icv = mac.doFinal(covered);
            byte[] message = vector.bytes("msg").toArray();
            for (AeadSuite suite : SUITES) {
                AeadBatch batch = suite.batch(0);
                long start = text - ESP_HEADER_BYTES - cipher.ivBytes();
                put(covered, start);
                Memory.copy(icv, 0, start + covered.length, cipher.icvBytes());
                try (KeyMaterial material = material(vector.bytes("key"), MAC_KEY_BYTES);
                        AeadKey key = suite.key(cipher, material)) {
                    batch.add(key.handle(), 8, cipher.icvBytes(), text, encrypted.length);
                    batch.open();
                }
                assertThat(batch.authentic(0)).isTrue();
                assertThat(Memory.bytesAt(text, message.length)).as(vector.toString()).isEqualTo(message);
            }
            used++;
        }
        assertThat(used).isGreaterThan(50);
    }

    /** RFC 4543's is AES-GMAC of a packet: the messages that begin with an ESP header, under an IV that is also the nonce's. */
    @ParameterizedTest
    @CsvSource("aes_gmac_test.json")
    void gmacIsTheirs(String file) {
        Set<Integer> keySizes = Set.of(128, 192, 256);
        int used = 0;
        for (Case vector : Wycheproof.cases(file)) {
            byte[] message = vector.bytes("msg").toArray();
            if (message.length < 2 * ESP_HEADER_BYTES || vector.bytes("iv").length() != NONCE_BYTES
                    || !keySizes.contains(vector.number("keySize")) || vector.number("tagSize") != 128) {
                continue;
            }
            EspCipher cipher = EspCipher.of("aes" + vector.number("keySize") + "gmac");
            int textBytes = message.length - 2 * ESP_HEADER_BYTES;
            for (AeadSuite suite : SUITES) {
                AeadBatch batch = suite.batch(0);
                put(message, text - 2 * ESP_HEADER_BYTES);
                put(vector.bytes("tag").toArray(), text + textBytes);
                put(vector.bytes("iv").toArray(), batch.slot() + AeadBatch.NONCE);
                try (KeyMaterial material = material(vector.bytes("key"), cipher.saltBytes());
                        AeadKey key = suite.key(cipher, material)) {
                    batch.add(key.handle(), 8, cipher.icvBytes(), text, textBytes);
                    batch.open();
                }
                assertThat(batch.authentic(0)).as(vector.toString()).isEqualTo(vector.isValid());
            }
            used++;
        }
        assertThat(used).isGreaterThan(20);
    }

    private static KeyMaterial material(Bytes key, int more) {
        return KeyMaterial.copyOf(Bytes.concat(key, Bytes.zeros(more)).toArray());
    }

    private static void put(byte[] bytes, long at) {
        Memory.copy(bytes, 0, at, bytes.length);
    }
}
