package io.gapura.engine.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.counters.Ledger;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.packet.DropReason;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RehearsalTest {
    @Test
    void endsInTimeAndLeavesTheSuiteOpen() {
        JcaSuite suite = new JcaSuite();
        Duration longest = Duration.ofMillis(600);
        Rehearsal.Report report = Rehearsal.run(suite, 1, 64, longest);
        assertThat(report.packets()).isGreaterThan(1000);
        assertThat(report.elapsed()).isLessThan(longest.multipliedBy(4));
        try (KeyMaterial keys = KeyMaterial.copyOf(new byte[20])) {
            suite.key(EspCipher.AES_128_GCM_16, keys).close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 64", "2, 64", "3, 8"})
    void playsWhateverCanBefallAPacket(int workers, int burst) {
        try (Stage stage = new Stage(new JcaSuite(), workers, burst)) {
            Script script = new Script(stage);
            for (int round = 0; round < 3000; round++) {
                script.play();
            }
            while (stage.doWork() > 0) {
                // until nothing is between two workers
            }
            Ledger ledger = stage.ledger();
            assertThat(ledger.balances()).isTrue();
            assertThat(ledger.sent()).isGreaterThan(ledger.dropped());
            assertThat(ledger.generated()).isPositive();
            assertThat(ledger.punted()).isPositive();
            assertThat(ledger.held()).isLessThanOrEqualTo(16);
            Set<DropReason> reasons = EnumSet.copyOf(ledger.drops().keySet());
            reasons.remove(DropReason.ACQUIRE_TIMEOUT); // of those held, if it takes that long
            assertThat(reasons).containsOnly(DropReason.BAD_HEADER, DropReason.TTL_EXPIRED,
                    DropReason.NO_POLICY, DropReason.POLICY_DISCARD, DropReason.CLEAR_TEXT, DropReason.NO_SA,
                    DropReason.TOO_BIG, DropReason.UNKNOWN_SPI, DropReason.NOT_AUTHENTIC, DropReason.REPLAYED);
        }
    }
}
