package io.gapura.engine.sad;

/**
 * Which of the last {@code size} sequence numbers have been received (RFC 4303 §3.4.3), for 32-bit and
 * extended sequence numbers (appendix A).
 *
 * <p>A packet passes in two steps: {@link #check} before its integrity is verified, which moves nothing, and
 * {@link #accept} after, which looks again, since the same number may be in a batch twice.
 *
 * <p>The bitmap is a ring of words, one more than the window needs (RFC 6479): moving the window clears whole
 * words and shifts none. Owned by the SA's worker.
 */
public final class ReplayWindow {
    public static final int SMALLEST = 32;
    public static final int LARGEST = 65_536;

    /** Answer of {@link #check}: seen before, left of the window, or no number that can be. */
    public static final long REPLAYED = -1;

    private static final long LOW_WORD = 0xffff_ffffL;
    private static final int WORD_SHIFT = 6;

    private final boolean extended;
    private final int size;
    private final int ringMask;
    private final long[] seen;

    /** The highest number accepted, 0 before the first. */
    private long top;

    /** @param size how many numbers up to the highest are told apart, {@value #SMALLEST} to {@value #LARGEST} */
    public ReplayWindow(int size, boolean extended) {
        if (size < SMALLEST || size > LARGEST) {
            throw new IllegalArgumentException("a replay window has 32 to 65536 numbers, not " + size);
        }
        this.size = size;
        this.extended = extended;
        int wordsTouched = ((size - 2) >> WORD_SHIFT) + 2;
        this.seen = new long[Integer.highestOneBit(2 * wordsTouched - 1)];
        this.ringMask = seen.length - 1;
    }

    /**
     * The whole sequence number of a packet that carries {@code sequenceLow}, or {@link #REPLAYED}. Nothing
     * moves: a forged number must not push the window.
     */
    public long check(int sequenceLow) {
        long sequence = extended ? extend(sequenceLow & LOW_WORD) : sequenceLow & LOW_WORD;
        return isFresh(sequence) ? sequence : REPLAYED;
    }

    /** Marks the sequence number of an authentic packet. False if it has come meanwhile: drop the packet. */
    public boolean accept(long sequence) {
        if (!isFresh(sequence)) {
            return false;
        }
        if (sequence > top) {
            if ((sequence ^ top) >>> WORD_SHIFT != 0) {
                clearWords(sequence);
            }
            top = sequence;
        }
        seen[word(sequence)] |= 1L << sequence;
        return true;
    }

    /**
     * As {@link #accept}, of a number that {@link #check} let pass and that moves the window by one word at most, as nearly all do; or else
     * false, and nothing has changed.
     */
    public boolean acceptNext(long sequence) {
        long words = (sequence >> WORD_SHIFT) - (top >> WORD_SHIFT);
        int word = word(sequence);
        long others = words > 0 ? 0 : seen[word];
        long bit = 1L << sequence;
        if (words > 1 || sequence <= top - size || (others & bit) != 0) {
            return false;
        }
        seen[word] = others | bit;
        top = Math.max(top, sequence);
        return true;
    }

    /** Whether sequence numbers have 64 bits, of which packets carry the lower half. */
    public boolean isExtended() {
        return extended;
    }

    /** The highest number accepted, 0 before the first. */
    public long top() {
        return top;
    }

    /**
     * The high half that puts the number closest to the window (RFC 4303 appendix A2.1): a number left of the
     * window belongs to the next 2^32, a number right of a window that reaches back over a boundary may belong to
     * the previous one. A negative answer stands for a number before the very first.
     */
    private long extend(long low) {
        long topLow = top & LOW_WORD;
        long high = top - topLow;
        long left = topLow - size + 1;
        if (left >= 0) {
            return low >= left ? high | low : high + LOW_WORD + 1 + low;
        }
        return low >= left + LOW_WORD + 1 ? high - LOW_WORD - 1 + low : high | low;
    }

    /** Reads a field in each cache line that a packet's way needs. The sum means nothing. */
    long touch() {
        return seen[word(top)];
    }

    private boolean isFresh(long sequence) {
        if (sequence > top) {
            return true;
        }
        return sequence > 0 && sequence > top - size && (seen[word(sequence)] & 1L << sequence) == 0;
    }

    /** Empties the words between the old top's and that of {@code newTop}, at most the whole ring. */
    private void clearWords(long newTop) {
        long last = newTop >> WORD_SHIFT;
        long first = Math.max((top >> WORD_SHIFT) + 1, last - ringMask);
        for (long word = first; word <= last; word++) {
            seen[(int) word & ringMask] = 0;
        }
    }

    private int word(long sequence) {
        return (int) (sequence >> WORD_SHIFT) & ringMask;
    }
}
