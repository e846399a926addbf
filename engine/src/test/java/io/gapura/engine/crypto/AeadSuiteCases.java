package io.gapura.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.Memory;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every suite must do. */
abstract class AeadSuiteCases {
    private final TestRows rows = new TestRows(7);
    private AeadSuite suite;
    private AeadBatch batch;

    abstract AeadSuite open();

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
            rows.add(batch, key, hex("2e443b684956ed7e3b244cfe"), hex("000043218765432100000000"), inner);

            batch.seal();

            assertThat(rows.sealed(0)).isEqualTo(hex("fecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34"
                    + "cfa2436f14a3f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb786b93bce61bc17d768fd9732"
                    + "459018148f6cbe722fd04796562dfdb4"));
        }
    }

    @ParameterizedTest
    @EnumSource(EspCipher.class)
    void opensWhatItSealed(EspCipher cipher) {
        try (AeadKey key = rows.key(suite, cipher)) {
            for (int row = 0; row < AeadBatch.CAPACITY; row++) {
                rows.addRandom(batch, key, row * 23);
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

    /** Attack case F2: each bit of the ICV, of the text, of what is only authenticated, and of the nonce. */
    @Test
    void findsEveryFlippedBit() {
        try (AeadKey key = rows.key(suite, EspCipher.AES_128_GCM_16)) {
            rows.add(batch, key, rows.bytes(12), rows.bytes(12), rows.bytes(40));
            batch.seal();
            byte[] sealed = rows.sealed(0);
            for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
                rows.restore(0, sealed);
                flip(rows.address(0), bit);
                assertThat(authentic()).as("bit %d", bit).isFalse();
            }
            for (int bit = 0; bit < 12 * Byte.SIZE; bit++) {
                rows.restore(0, sealed);
                flip(batch.slot(0) + AeadBatch.AAD, bit);
                assertThat(authentic()).isFalse();
                flip(batch.slot(0) + AeadBatch.AAD, bit);
                rows.restore(0, sealed);
                flip(batch.slot(0) + AeadBatch.NONCE, bit);
                assertThat(authentic()).isFalse();
                flip(batch.slot(0) + AeadBatch.NONCE, bit);
            }
            rows.restore(0, sealed);
            assertThat(authentic()).isTrue();
        }
    }

    @Test
    void judgesEachRowOfABatchByItself() {
        try (AeadKey key = rows.key(suite, EspCipher.AES_256_GCM_16)) {
            for (int row = 0; row < 8; row++) {
                rows.addRandom(batch, key, 100 + row);
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
            rows.addRandom(batch, one, 64);
            rows.addRandom(batch, other, 64);
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
