package io.gapura.engine.sad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
    private static final long TWO_TO_32 = 1L << 32;

    private final ReplayWindow plain = new ReplayWindow(64, false);
    private final ReplayWindow extended = new ReplayWindow(64, true);

    @Test
    void acceptsTheFirstPacketWhateverItsNumber() {
        assertThat(receive(plain, 1)).isTrue();
        assertThat(receive(new ReplayWindow(64, false), 70_000)).isTrue();
        assertThat(receive(new ReplayWindow(64, false), TWO_TO_32 - 1)).isTrue();
    }

    @Test
    void neverAcceptsNumberZeroOfAFreshAssociation() {
        assertThat(plain.check(0)).isEqualTo(ReplayWindow.REPLAYED);
        assertThat(extended.check(0)).isEqualTo(ReplayWindow.REPLAYED);
        assertThat(plain.accept(0)).isFalse();
    }

    @Test
    void acceptsEachNumberOnce() {
        assertThat(receive(plain, 5)).isTrue();
        assertThat(receive(plain, 5)).isFalse();
        assertThat(receive(plain, 4)).isTrue();
        assertThat(receive(plain, 4)).isFalse();
    }

    @Test
    void acceptsOnlyOneOfTwoThatWereCheckedTogether() {
        long first = plain.check(9);
        long second = plain.check(9);

        assertThat(plain.accept(first)).isTrue();
        assertThat(plain.accept(second)).isFalse();
    }

    @Test
    void leavesAJumpToTheGeneralWay() {
        receive(plain, 5);

        assertThat(plain.acceptNext(plain.check(128))).isFalse();
        assertThat(plain.top()).isEqualTo(5);
        assertThat(plain.acceptNext(plain.check(127))).isTrue();
        assertThat(plain.acceptNext(127)).isFalse();
    }

    @Test
    void refusesWhatFellOutOfTheWindowBetweenCheckAndAccept() {
        long late = plain.check(9);
        receive(plain, 500);

        assertThat(plain.accept(late)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 63, 64, 65, 66, 100, 127, 128, 1024, 4096, 65_535, 65_536})
    void endsExactlyAtItsLeftEdge(int size) {
        ReplayWindow window = new ReplayWindow(size, false);
        receive(window, 200_000);

        assertThat(window.check(200_000 - size)).isEqualTo(ReplayWindow.REPLAYED);
        assertThat(receive(window, 200_000 - size + 1)).isTrue();
        assertThat(receive(window, 200_000 - size + 1)).isFalse();
    }

    @Test
    void doesNotMoveForAPacketThatIsOnlyChecked() {
        receive(plain, 100);

        assertThat(plain.check(2_000_000_000)).isEqualTo(2_000_000_000L);

        assertThat(plain.top()).isEqualTo(100);
        assertThat(receive(plain, 99)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {63, 64, 65, 127, 128, 129, 1 << 20, 1L << 31})
    void forgetsNothingAndInventsNothingWhenItJumps(long distance) {
        for (long sequence = 1; sequence <= 128; sequence++) {
            receive(plain, sequence);
        }
        long top = 128 + distance;

        assertThat(receive(plain, top)).isTrue();

        for (long sequence = top - 63; sequence < top; sequence++) {
            assertThat(plain.check((int) sequence) != ReplayWindow.REPLAYED).as("%d", sequence)
                    .isEqualTo(sequence > 128);
        }
    }

    @Test
    void stopsAtTheEndOfTheShortNumbers() {
        receive(plain, TWO_TO_32 - 1);

        assertThat(plain.check(0)).isEqualTo(ReplayWindow.REPLAYED);
        assertThat(plain.check(1)).isEqualTo(ReplayWindow.REPLAYED);
    }

    /** RFC 4303 appendix A2.1: W = 64, the top at 2^32·high + low. */
    @ParameterizedTest
    @CsvSource({
        // case A, the window within one 2^32: to its right, its left edge, and left of it, which is the next 2^32
        "3, 1000,      1001,       3", "3, 1000,       937,       3", "3, 1000,       936,       4",
        "3, 1000,         0,       4", "3, 1000, 4294967295,      3", "3,   63,         0,       3",
        "3, 4294967295,    0,      4",
        // case B, the window over a boundary: its part in the previous 2^32, its part in this one, right of it
        "3,   10, 4294967243,      2", "3,   10, 4294967242,      3", "3,   10, 4294967295,      2",
        "3,   10,         0,       3", "3,   10,        11,       3", "3,   62, 4294967295,      2"})
    void putsTheNumberWhereItIsClosestToTheWindow(long high, long low, long carried, long expectedHigh) {
        receiveExtended(high << 32 | low);

        assertThat(extended.check((int) carried)).isEqualTo(expectedHigh << 32 | carried);
    }

    @Test
    void refusesANumberBeforeTheVeryFirst() {
        receive(extended, 10);

        assertThat(extended.check(-5)).isEqualTo(ReplayWindow.REPLAYED);
    }

    @Test
    void remembersAcrossTheBoundaryOfTwoToThe32() {
        for (long sequence = TWO_TO_32 - 20; sequence < TWO_TO_32 + 20; sequence += 2) {
            receiveExtended(sequence);
        }

        for (long sequence = TWO_TO_32 - 20; sequence < TWO_TO_32 + 18; sequence++) {
            boolean even = sequence % 2 == 0;
            assertThat(extended.check((int) sequence)).isEqualTo(even ? ReplayWindow.REPLAYED : sequence);
        }
    }

    @Test
    void treatsANumberHalfwayRoundAsTheFuture() {
        receiveExtended(5L << 32 | 1_000_000);

        assertThat(extended.check(1_000_000 + Integer.MIN_VALUE)).isEqualTo(5L << 32 | (1_000_000L + (1L << 31)));
        assertThat(extended.check(999_000)).isEqualTo(6L << 32 | 999_000);
        assertThat(extended.top()).isEqualTo(5L << 32 | 1_000_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 0, -64, 65_537})
    void refusesSizesOutOfBounds(int size) {
        assertThatThrownBy(() -> new ReplayWindow(size, true)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"32, 1", "64, 2", "100, 3", "1024, 4", "65536, 5"})
    void agreesWithASetOfAllNumbersSeen(int size, long seed) {
        Random random = new Random(seed);
        ReplayWindow window = new ReplayWindow(size, true);
        NaiveWindow model = new NaiveWindow(size);
        long sender = TWO_TO_32 - 10L * size;
        assertThat(receiveAs(window, sender)).isEqualTo(model.receive(sender));
        for (int packet = 0; packet < 100_000; packet++) {
            sender += jump(random, size);
            long sequence = Math.max(1, sender - random.nextInt(size + size / 4));
            assertThat(receiveAs(window, sequence)).as("%d, top %d", sequence, model.top)
                    .isEqualTo(model.receive(sequence));
        }
    }

    /** Mostly the next number, sometimes a few lost, rarely more than a window. */
    private static long jump(Random random, int size) {
        int dice = random.nextInt(1000);
        if (dice < 900) {
            return 1;
        }
        return dice < 995 ? random.nextInt(70) : random.nextInt(3 * size);
    }

    /** Sends the low half of a number; true if the window took it for that number and accepted it. */
    private static boolean receiveAs(ReplayWindow window, long sequence) {
        if (window.top() == 0 && sequence >= TWO_TO_32) {
            return window.accept(sequence);
        }
        long checked = window.check((int) sequence);
        return checked == sequence && (window.acceptNext(checked) || window.accept(checked));
    }

    private static boolean receive(ReplayWindow window, long sequence) {
        long checked = window.check((int) sequence);
        return checked != ReplayWindow.REPLAYED && window.accept(checked);
    }

    /** As if so many numbers had been used already. */
    private void receiveExtended(long sequence) {
        assertThat(extended.accept(sequence)).isTrue();
    }

    /** All numbers ever accepted. */
    private static final class NaiveWindow {
        private final Set<Long> seen = new HashSet<>();
        private final int size;
        private long top;

        private NaiveWindow(int size) {
            this.size = size;
        }

        private boolean receive(long sequence) {
            boolean fresh = sequence > top - size && seen.add(sequence);
            if (fresh) {
                top = Math.max(top, sequence);
            }
            return fresh;
        }
    }
}
