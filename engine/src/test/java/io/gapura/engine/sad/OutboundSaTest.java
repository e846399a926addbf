package io.gapura.engine.sad;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.sad.OutboundSa.LimitEvent;
import org.junit.jupiter.api.Test;

class OutboundSaTest {
    private static final long LAST_SHORT_SEQUENCE = 0xffff_ffffL;

    @Test
    void countsSequenceNumbersFromOne() {
        OutboundSa sa = limited(Lifetime.FOREVER);

        assertThat(sa.nextSequence(100, 7)).isEqualTo(1);
        assertThat(sa.nextSequence(50, 9)).isEqualTo(2);

        assertThat(sa.counters()).isEqualTo(new SaCounters(2, 150, 9, 0, 0, 0));
    }

    @Test
    void asksOnceToBeReplacedBeyondItsSoftPackets() {
        OutboundSa sa = limited(new Lifetime(2, 4, Lifetime.UNLIMITED, Lifetime.UNLIMITED));

        assertThat(eventAfterPacket(sa)).isEqualTo(LimitEvent.NONE);
        assertThat(eventAfterPacket(sa)).isEqualTo(LimitEvent.NONE);
        assertThat(eventAfterPacket(sa)).isEqualTo(LimitEvent.SOFT);
        assertThat(eventAfterPacket(sa)).isEqualTo(LimitEvent.NONE);
    }

    @Test
    void asksOnceToBeReplacedBeyondItsSoftBytes() {
        OutboundSa sa = limited(new Lifetime(Lifetime.UNLIMITED, Lifetime.UNLIMITED, 250, 1000));

        assertThat(eventAfterPacket(sa)).isEqualTo(LimitEvent.NONE);
        assertThat(eventAfterPacket(sa)).isEqualTo(LimitEvent.NONE);
        assertThat(eventAfterPacket(sa)).isEqualTo(LimitEvent.SOFT);
        assertThat(eventAfterPacket(sa)).isEqualTo(LimitEvent.NONE);
    }

    @Test
    void sendsNothingBeyondItsHardPackets() {
        OutboundSa sa = limited(new Lifetime(1, 2, Lifetime.UNLIMITED, Lifetime.UNLIMITED));
        sa.nextSequence(100, 0);
        sa.nextSequence(100, 0);
        sa.takeEvent();

        assertThat(sa.nextSequence(100, 0)).isEqualTo(OutboundSa.LIFETIME_EXPIRED);
        assertThat(sa.takeEvent()).isEqualTo(LimitEvent.HARD);
        assertThat(sa.nextSequence(100, 0)).isEqualTo(OutboundSa.LIFETIME_EXPIRED);
        assertThat(sa.takeEvent()).isEqualTo(LimitEvent.NONE);
        assertThat(sa.counters().packets()).isEqualTo(2);
    }

    @Test
    void sendsNothingBeyondItsHardBytes() {
        OutboundSa sa = limited(new Lifetime(Lifetime.UNLIMITED, Lifetime.UNLIMITED, 100, 250));
        sa.nextSequence(100, 0);
        sa.nextSequence(100, 0);

        assertThat(sa.nextSequence(51, 0)).isEqualTo(OutboundSa.LIFETIME_EXPIRED);
        assertThat(sa.nextSequence(50, 0)).isEqualTo(3);
    }

    /** Attack case F4. */
    @Test
    void stopsHardBeforeAShortSequenceNumberWouldRepeat() {
        OutboundSa sa = startingAfter(LAST_SHORT_SEQUENCE - 1, false);

        assertThat(sa.nextSequence(1, 0)).isEqualTo(LAST_SHORT_SEQUENCE);
        assertThat(sa.takeEvent()).isEqualTo(LimitEvent.SOFT);
        assertThat(sa.nextSequence(1, 0)).isEqualTo(OutboundSa.SEQUENCE_EXHAUSTED);
        assertThat(sa.nextSequence(1, 0)).isEqualTo(OutboundSa.SEQUENCE_EXHAUSTED);
        assertThat(sa.takeEvent()).isEqualTo(LimitEvent.HARD);
    }

    @Test
    void goesOnBeyondTwoToThe32WithExtendedNumbers() {
        OutboundSa sa = startingAfter(LAST_SHORT_SEQUENCE, true);

        assertThat(sa.nextSequence(1, 0)).isEqualTo(1L << 32);
        assertThat(sa.takeEvent()).isEqualTo(LimitEvent.NONE);
    }

    @Test
    void asksToBeReplacedLongBeforeShortNumbersEnd() {
        OutboundSa sa = startingAfter(LAST_SHORT_SEQUENCE - (1 << 24) - 1, false);

        assertThat(eventAfterPacket(sa)).isEqualTo(LimitEvent.NONE);
        assertThat(eventAfterPacket(sa)).isEqualTo(LimitEvent.SOFT);
    }

    private static LimitEvent eventAfterPacket(OutboundSa sa) {
        assertThat(sa.nextSequence(100, 0)).isPositive();
        return sa.takeEvent();
    }

    private static OutboundSa limited(Lifetime lifetime) {
        return new TestKey().outbound(0, false, lifetime);
    }

    private static OutboundSa startingAfter(long sequence, boolean esn) {
        OutboundSa sa = new TestKey().outbound(0, esn, Lifetime.FOREVER);
        sa.continueAfter(sequence);
        return sa;
    }
}
