package io.gapura.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.Memory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every suite must do. */
abstract class AeadSuiteCases extends RfcVectorCases {
    private final TestRows rows = new TestRows(7);
    private AeadSuite suite;
    private AeadBatch batch;

    @BeforeEach
    void openSuite() {
        suite = open();
        batch = suite.batch(0);
    }

    @AfterEach
    void closeSuite() {
        suite.close();
    }

    /** The first packet of draft-mcgrew-gcm-test-01: SPI, a 64-bit sequence number, and a DNS query inside. */
    @Test
    void sealsTheFirstTestPacketOfRfc4106() {
        byte[] inner = hex("45000048699a000080114db7c0a80102c0a801010a9bf15638d3010000010000"
                + "00000000045f736970045f756470037369700963796265726369747902646b0000210001" + "01020201");
        try (KeyMaterial material = KeyMaterial.copyOf(hex("4c80cdefbb5d10da906ac73c3613a6342e443b68"));
                AeadKey key = suite.key(EspCipher.AES_128_GCM_16, material)) {
            rows.add(batch, EspCipher.AES_128_GCM_16, key, hex("2e443b684956ed7e3b244cfe"),
                    hex("000043218765432100000000"), inner);

            batch.seal();

            assertThat(rows.sealed(0)).isEqualTo(hex("fecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34"
                    + "cfa2436f14a3f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb786b93bce61bc17d768fd9732"
                    + "459018148f6cbe722fd04796562dfdb4"));
        }
    }

    /** RFC 7634, appendix A. */
    @Test
    void sealsTheTestPacketOfRfc7634() {
        byte[] inner = hex("45000054a6f200004001e778c6336405c000020508005b7a3a080000553bec1000073627"
                + "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637"
                + "01020204");
        try (KeyMaterial material = KeyMaterial.copyOf(hex("808182838485868788898a8b8c8d8e8f"
                + "909192939495969798999a9b9c9d9e9fa0a1a2a3"));
                AeadKey key = suite.key(AeadCipher.CHACHA20_POLY1305, material)) {
            rows.add(batch, AeadCipher.CHACHA20_POLY1305, key, hex("a0a1a2a31011121314151617"),
                    hex("0102030400000005"), inner);

            batch.seal();

            assertThat(rows.sealed(0)).isEqualTo(hex("24039428b97f417e3c13753a4f05087b67c352e6a7fab1b982d466ef407ae5c6"
                    + "14ee8099d52844eb61aa95dfab4c02f72aa71e7c4c4f64c9befe2facc638e8f3"
                    + "cbec163fac469b502773f6fb94e664da9165b82829f641e076aaa8266b7fb0f7b11b369907e1ad43"));
        }
    }

    static List<EspCipher> ciphers() {
        return Stream.concat(EspCipher.all().stream(), AhMac.all().stream()).toList();
    }

    @ParameterizedTest
    @MethodSource("ciphers")
    void opensWhatItSealed(EspCipher cipher) {
        try (AeadKey key = rows.key(suite, cipher)) {
            for (int row = 0; row < AeadBatch.CAPACITY; row++) {
                rows.addRandom(batch, cipher, key, row * 23);
            }
            batch.seal();
            assertThat(rows.sealed(5)).isNotEqualTo(rows.text(5));

            batch.open();

            for (int row = 0; row < AeadBatch.CAPACITY; row++) {
                assertThat(batch.authentic(row)).as("row %d", row).isTrue();
                assertThat(rows.current(row)).isEqualTo(rows.text(row));
            }
        }
    }

    /** Attack case F2: each bit of what travels, and of what is only authenticated. */
    @ParameterizedTest
    @MethodSource("ciphers")
    void findsEveryFlippedBit(EspCipher cipher) {
        try (AeadKey key = rows.key(suite, cipher)) {
            rows.add(batch, cipher, key, rows.bytes(12), rows.bytes(12), rows.bytes(48));
            batch.seal();
            byte[] packet = rows.packet(0);
            for (int bit = 0; bit < packet.length * Byte.SIZE; bit++) {
                if (isInPacket(cipher, bit / Byte.SIZE)) {
                    Memory.copy(packet, 0, rows.header(0), packet.length);
                    flip(rows.header(0), bit);
                    assertThat(authentic()).as("bit %d", bit).isFalse();
                }
            }
            for (int bit = 0; bit < 12 * Byte.SIZE; bit++) {
                Memory.copy(packet, 0, rows.header(0), packet.length);
                if (isInRow(cipher, bit / Byte.SIZE)) {
                    flip(batch.slot(0) + AeadBatch.AAD, bit);
                    assertThat(authentic()).as("bit %d of the AAD", bit).isFalse();
                    flip(batch.slot(0) + AeadBatch.AAD, bit);
                }
            }
            Memory.copy(packet, 0, rows.header(0), packet.length);
            assertThat(authentic()).isTrue();
        }
    }

    /** An AEAD takes header and IV from its row. */
    private static boolean isInPacket(EspCipher cipher, int at) {
        boolean fromRow = cipher instanceof AeadCipher aead && aead.mode() != AeadCipher.Mode.GMAC;
        return !fromRow || at >= 8 + cipher.ivBytes();
    }

    /** A MAC takes no more of its row than the high half of the sequence number. */
    private static boolean isInRow(EspCipher cipher, int at) {
        boolean fromRow = cipher instanceof AeadCipher aead && aead.mode() != AeadCipher.Mode.GMAC;
        return fromRow || (at >= 4 && at < 8);
    }

    /** What is around the packet stays as it was, whatever was put there for the time of the call. */
    @ParameterizedTest
    @MethodSource("ciphers")
    void touchesNothingAroundThePacket(EspCipher cipher) {
        try (AeadKey key = rows.key(suite, cipher)) {
            for (int row = 0; row < 10; row++) {
                rows.addRandom(batch, cipher, key, 64 + row * 16);
                rows.fence(row);
            }
            batch.seal();
            byte[] packet = rows.packet(3);
            for (int row = 0; row < 10; row++) {
                assertThat(rows.isFenced(row)).as("sealed row %d", row).isTrue();
            }

            batch.open();

            for (int row = 0; row < 10; row++) {
                assertThat(batch.authentic(row)).isTrue();
                assertThat(rows.isFenced(row)).as("opened row %d", row).isTrue();
            }
            assertThat(rows.icv(3)).endsWith(Arrays.copyOfRange(packet, packet.length - cipher.icvBytes(),
                    packet.length));
        }
    }

    /** Attack case F12: no IV of AES-CBC is a counter, and none comes twice. */
    @Test
    void choosesUnforeseeableVectorsForCbc() {
        EspCipher cipher = EspCipher.of("aes128-sha256");
        try (AeadKey key = rows.key(suite, cipher)) {
            for (int row = 0; row < AeadBatch.CAPACITY; row++) {
                rows.addRandom(batch, cipher, key, 16);
            }
            long[] vectors = new long[vectorRounds() * AeadBatch.CAPACITY];
            for (int vector = 0; vector < vectors.length; vector++) {
                if (vector % AeadBatch.CAPACITY == 0) {
                    batch.seal();
                }
                vectors[vector] = Memory.longAt(rows.address(vector % AeadBatch.CAPACITY) - 16)
                        ^ Long.rotateLeft(Memory.longAt(rows.address(vector % AeadBatch.CAPACITY) - 8), 32);
            }
            assertThat(Arrays.stream(vectors).distinct().count()).isEqualTo(vectors.length);
            assertThat(Arrays.stream(vectors).mapToInt(Long::bitCount).average().orElse(0)).isBetween(31.5, 32.5);
        }
    }

    /** Rounds of 64. */
    abstract int vectorRounds();

    @Test
    void judgesEachRowOfABatchByItself() {
        try (AeadKey key = rows.key(suite, EspCipher.AES_256_GCM_16)) {
            for (int row = 0; row < 8; row++) {
                rows.addRandom(batch, EspCipher.AES_256_GCM_16, key, 100 + row);
            }
            batch.seal();
            flip(rows.address(3), 1);

            batch.open();

            for (int row = 0; row < 8; row++) {
                assertThat(batch.authentic(row)).isEqualTo(row != 3);
            }
        }
    }

    @Test
    void usesTheKeyOfEachRow() {
        try (AeadKey one = rows.key(suite, EspCipher.AES_128_GCM_16);
                AeadKey other = rows.key(suite, EspCipher.AES_256_GCM_16)) {
            rows.addRandom(batch, EspCipher.AES_128_GCM_16, one, 64);
            rows.addRandom(batch, EspCipher.AES_256_GCM_16, other, 64);
            batch.seal();
            byte[] first = rows.sealed(0);
            batch.clear();
            rows.addAgain(batch, other, 0);
            rows.restore(0, first);

            assertThat(authentic()).isFalse();
        }
    }

    private boolean authentic() {
        batch.open();
        return batch.authentic(0);
    }

    private static void flip(long address, int bit) {
        long at = address + bit / Byte.SIZE;
        Memory.putByte(at, Memory.byteAt(at) ^ 1 << bit % Byte.SIZE);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
