package io.gapura.ike;

import io.gapura.ike.message.Bytes;
import java.time.Duration;

/**
 * At most so many a second to each, in memory that does not grow with how many there are: those whose hashes fall
 * together share what they may have. Control thread.
 */
final class RateLimit {
    private static final int BUCKETS = 1 << 12;
    private static final long INTERVAL_NS = Duration.ofSeconds(1).toNanos();

    private final int perSecond;
    private final int salt;
    private final long[] begun = new long[BUCKETS];
    private final int[] used = new int[BUCKETS];

    /**
     * A limit of which nothing is used.
     *
     * @param salt so that nobody outside knows who shares with whom
     */
    RateLimit(int perSecond, int salt) {
        this.perSecond = perSecond;
        this.salt = salt;
    }

    /** Whether one more may go there now; it is counted then. */
    boolean permits(Bytes whom, long nowNs) {
        int hash = (whom.hashCode() ^ salt) * 0x9e37_79b1;
        int bucket = hash >>> (Integer.SIZE - Integer.numberOfTrailingZeros(BUCKETS));
        if (used[bucket] == 0 || nowNs - begun[bucket] >= INTERVAL_NS) {
            begun[bucket] = nowNs;
            used[bucket] = 0;
        }
        if (used[bucket] == perSecond) {
            return false;
        }
        used[bucket]++;
        return true;
    }
}
