package io.gapura.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.Memory;
import io.gapura.ffi.ipsecmb.AesGcm;
import io.gapura.ffi.ipsecmb.IpsecMb;
import io.gapura.ffi.ipsecmb.MissingLibrary;
import io.gapura.ffi.test.RequiresLibrary;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@RequiresLibrary("libIPSec_MB")
class IpsecMbSuiteTest extends AeadSuiteCases {
    private static final int BATCHES = 300;

    @Override
    AeadSuite open() {
        try {
            return SuiteChoice.IPSEC_MB.open();
        } catch (MissingLibrary missing) {
            throw new AssertionError(missing);
        }
    }

    @Override
    int vectorRounds() {
        return 20_000;
    }

    @Test
    void isPreferred() {
        try (AeadSuite suite = SuiteChoice.preferred()) {
            assertThat(suite.description()).startsWith("ipsec-mb ");
        }
    }

    @Test
    void agreesWithTheJdkOnRandomPacketsWithEverySetOfFunctions() throws MissingLibrary {
        IpsecMb library = IpsecMb.load();
        for (AesGcm functions : library.aesGcm()) {
            try (AeadSuite suite = new IpsecMbSuite(library, functions); AeadSuite oracle = new JcaSuite()) {
                for (int batch = 0; batch < BATCHES; batch++) {
                    assertAgreement(suite, oracle, batch);
                }
            }
        }
    }

    @Test
    void agreesWithTheJdkOnEveryWorker() {
        try (AeadSuite suite = open(); AeadSuite oracle = new JcaSuite()) {
            AeadBatch second = suite.batch(1);
            TestRows rows = new TestRows(5);
            try (AeadKey key = rows.key(suite, EspCipher.AES_256_GCM_16)) {
                rows.addRandom(second, EspCipher.AES_256_GCM_16, key, 500);
                second.seal();
                AeadBatch first = suite.batch(0);
                rows.addAgain(first, key, 0);
                first.open();
                assertThat(first.authentic(0)).isTrue();
            }
            assertAgreement(suite, oracle, 0);
        }
    }

    @Test
    void wipesAKeyWhenItIsClosed() {
        try (AeadSuite suite = open()) {
            IpsecMbKey key = (IpsecMbKey) new TestRows(6).key(suite, EspCipher.AES_128_GCM_16);
            assertThat(Memory.bytesAt(key.handle(), AesGcm.TABLE_BYTES)).isNotEqualTo(new byte[AesGcm.TABLE_BYTES]);

            key.close();
            key.close();

            assertThat(Memory.bytesAt(key.handle(), AesGcm.TABLE_BYTES)).isEqualTo(new byte[AesGcm.TABLE_BYTES]);
        }
    }

    @Test
    void isNotTakenInByWrongFunctions() {
        AeadSuite broken = new BrokenSuite();

        assertThat(SelfTest.passes(broken)).isFalse();
    }

    /** One batch of rows with keys and lengths of their own, sealed by both. */
    private static void assertAgreement(AeadSuite suite, AeadSuite oracle, int seed) {
        TestRows rows = new TestRows(seed);
        AeadBatch sealing = suite.batch(0);
        AeadBatch opening = oracle.batch(0);
        List<AeadKey> keys = new ArrayList<>();
        for (int row = 0; row < AeadBatch.CAPACITY; row++) {
            EspCipher cipher = ciphers().get(rows.number(ciphers().size()));
            try (KeyMaterial material = rows.material(cipher)) {
                keys.add(suite.key(cipher, material));
                rows.addRandom(sealing, cipher, keys.getLast(), rows.number(1900));
                keys.add(oracle.key(cipher, material));
                rows.addAgain(opening, keys.getLast(), row);
            }
        }
        sealing.seal();
        opening.open();
        for (int row = 0; row < AeadBatch.CAPACITY; row++) {
            assertThat(opening.authentic(row)).as("seed %d row %d", seed, row).isTrue();
            assertThat(rows.current(row)).isEqualTo(rows.text(row));
        }
        keys.forEach(AeadKey::close);
    }

    /** Leaves the text as it is and every tag zero. */
    private static final class BrokenSuite implements AeadSuite {
        private final JcaSuite right = new JcaSuite();

        @Override
        public String description() {
            return "broken";
        }

        @Override
        public AeadKey key(EspCipher cipher, KeyMaterial keys) {
            return right.key(cipher, keys);
        }

        @Override
        public AeadBatch batch(int worker) {
            return new AeadBatch() {
                @Override
                public void seal() {
                    Memory.zero(icv(0), 16);
                }

                @Override
                public void open() {
                    Memory.zero(slot(0) + COMPUTED_ICV, 16);
                }
            };
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
