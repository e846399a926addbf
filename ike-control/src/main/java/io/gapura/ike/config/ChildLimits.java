package io.gapura.ike.config;

import java.time.Duration;

/**
 * When a child SA is replaced (rekey) and when it ends at the latest (life); a time of zero is never. {@link #UNLIMITED} counts never
 * end an SA, except for the engine's own hard stop of sequence numbers.
 */
public record ChildLimits(Duration rekeyTime, Duration lifeTime, long rekeyBytes, long lifeBytes, long rekeyPackets,
        long lifePackets) {
    public static final long UNLIMITED = Long.MAX_VALUE;
    public static final ChildLimits DEFAULT = ofTime(Duration.ofHours(1));

    public ChildLimits {
        if (!lifeTime.isZero() && lifeTime.compareTo(rekeyTime) <= 0) {
            throw new IllegalArgumentException("life_time must be longer than rekey_time");
        }
        if (lifeBytes < rekeyBytes || lifePackets < rekeyPackets) {
            throw new IllegalArgumentException("life_bytes and life_packets must not be less than rekey_…");
        }
    }

    /** By time alone; the life ends 10 % later, or never if the SA is never replaced. */
    public static ChildLimits ofTime(Duration rekeyTime) {
        Duration lifeTime = rekeyTime.isZero() ? rekeyTime : rekeyTime.plus(rekeyTime.dividedBy(10)).plusSeconds(1);
        return new ChildLimits(rekeyTime, lifeTime, UNLIMITED,
                UNLIMITED, UNLIMITED, UNLIMITED);
    }
}
