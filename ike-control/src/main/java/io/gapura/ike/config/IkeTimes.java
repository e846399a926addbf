package io.gapura.ike.config;

import java.time.Duration;

/**
 * When an IKE SA is renewed, and when it ends if it is not; as in swanctl. Zero for never.
 *
 * @param rekey    by new keys, RFC 7296 §2.18
 * @param reauth   by a new IKE SA in which both prove again who they are, RFC 7296 §2.8.3
 * @param over     how much later it ends at the latest
 * @param rand     how much earlier, at random, it is renewed: the peers of one gateway shall not all come at once
 * @param makeBeforeBreak whether the new IKE SA is there before the old one goes
 */
public record IkeTimes(Duration rekey, Duration reauth, Duration over, Duration rand, boolean makeBeforeBreak) {
    public static final IkeTimes DEFAULT = of(Duration.ofHours(4), Duration.ZERO);

    public IkeTimes {
        Duration first = reauth.isZero() || (!rekey.isZero() && rekey.compareTo(reauth) < 0) ? rekey : reauth;
        if (!first.isZero() && rand.compareTo(first) >= 0) {
            throw new IllegalArgumentException("rand_time must be shorter than rekey_time and reauth_time");
        }
    }

    /** With swanctl's other defaults: a tenth of the longer one, earlier and later. */
    public static IkeTimes of(Duration rekey, Duration reauth) {
        Duration tenth = tenthOf(rekey, reauth);
        return new IkeTimes(rekey, reauth, tenth, tenth, true);
    }

    public static Duration tenthOf(Duration rekey, Duration reauth) {
        return (rekey.compareTo(reauth) > 0 ? rekey : reauth).dividedBy(10);
    }

    public IkeTimes breakingBeforeMaking() {
        return new IkeTimes(rekey, reauth, over, rand, false);
    }
}
