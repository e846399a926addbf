package io.gapura.engine.sad;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InboundSaTest {
    @Test
    void countsWhatItCarriesAndWhatItRefuses() {
        InboundSa sa = new TestKey().inbound(0x10_0000);

        sa.countReceived(100, 3);
        sa.countReceived(50, 8);
        sa.countReplayed();
        sa.countNotAuthentic();
        sa.countNotAuthentic();
        sa.countMismatched();

        assertThat(sa.counters()).isEqualTo(new SaCounters(2, 150, 8, 1, 2, 1));
    }

    @Test
    void carriesNothingBeyondItsHardLimits() {
        InboundSa packets = new TestKey().inbound(0x10_0000, new Lifetime(1, 2, 1000, 1000));
        InboundSa bytes = new TestKey().inbound(0x10_0000, new Lifetime(100, 100, 100, 250));

        assertThat(packets.countReceived(100, 0)).isTrue();
        assertThat(packets.countReceived(100, 0)).isTrue();
        assertThat(packets.countReceived(100, 0)).isFalse();
        assertThat(bytes.countReceived(200, 0)).isTrue();
        assertThat(bytes.countReceived(100, 0)).isFalse();
        assertThat(bytes.counters().bytes()).isEqualTo(200);
    }
}
