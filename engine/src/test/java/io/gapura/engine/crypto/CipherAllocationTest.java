package io.gapura.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.gapura.ffi.test.RequiresLibrary;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ipsec-mb's suite allocates nothing, whatever the cipher. */
@RequiresLibrary("libIPSec_MB")
final class CipherAllocationTest {
    private static final int ROUNDS = 300;
    /** Until all is compiled, the interpreter allocates what escape analysis removes later. */
    private static final int MOST_SERIES = 300;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void batchesAreSealedAndOpenedWithoutAllocating() throws Exception {
        try (AeadSuite suite = SuiteChoice.IPSEC_MB.open()) {
            List<EspCipher> ciphers = AeadSuiteCases.ciphers();
            List<AeadKey> keys = new ArrayList<>();
            List<AeadBatch> batches = new ArrayList<>();
            List<TestRows> packets = new ArrayList<>();
            for (int from = 0; from < ciphers.size(); from += AeadBatch.CAPACITY) {
                TestRows rows = new TestRows(from);
                AeadBatch batch = suite.batch(0);
                int to = Math.min(from + AeadBatch.CAPACITY, ciphers.size());
                for (EspCipher cipher : ciphers.subList(from, to)) {
                    keys.add(rows.key(suite, cipher));
                    rows.addRandom(batch, cipher, keys.getLast(), 300);
                }
                packets.add(rows);
                batches.add(batch);
            }

            long allocated = Long.MAX_VALUE;
            for (int series = 0; allocated > 0 && series < MOST_SERIES; series++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int round = 0; round < ROUNDS; round++) {
                    for (int batch = 0; batch < batches.size(); batch++) {
                        batches.get(batch).seal();
                        batches.get(batch).open();
                    }
                }
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            }

            assertThat(allocated).isZero();
            for (int batch = 0; batch < batches.size(); batch++) {
                for (int row = 0; row < batches.get(batch).size(); row++) {
                    assertThat(batches.get(batch).authentic(row)).isTrue();
                    assertThat(packets.get(batch).current(row)).isEqualTo(packets.get(batch).text(row));
                }
            }
            keys.forEach(AeadKey::close);
        }
    }
}
