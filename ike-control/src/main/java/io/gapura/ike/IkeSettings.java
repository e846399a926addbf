package io.gapura.ike;

import java.time.Duration;

/**
 * What holds for all connections.
 *
 * @param retransmitTimeout  until a request is repeated the first time
 * @param retransmitBase     by which each further wait is longer
 * @param retransmitTries    repetitions before the peer counts as dead
 * @param cookieThreshold    half-open IKE SAs from which on newcomers must return a cookie; 0 for always
 * @param halfOpenLimit      of all peers together; beyond it newcomers are not answered
 * @param halfOpenPerAddress of one peer
 */
public record IkeSettings(Duration retransmitTimeout, double retransmitBase, int retransmitTries,
        int cookieThreshold, int halfOpenLimit, int halfOpenPerAddress) {
    public static final IkeSettings DEFAULT = new IkeSettings(Duration.ofSeconds(1), 1.8, 5, 64, 16_384, 5);

    /** How long a peer may take from IKE_SA_INIT to IKE_AUTH. */
    public static final Duration HALF_OPEN_LIFE = Duration.ofSeconds(30);

    /** The wait before repetition number {@code tries}, counted from 0. */
    public long retransmitAfterNs(int tries) {
        return (long) (retransmitTimeout.toNanos() * Math.pow(retransmitBase, tries));
    }

    public IkeSettings withCookieThreshold(int threshold) {
        return new IkeSettings(retransmitTimeout, retransmitBase, retransmitTries, threshold, halfOpenLimit,
                halfOpenPerAddress);
    }

    public IkeSettings withHalfOpenLimits(int all, int perAddress) {
        return new IkeSettings(retransmitTimeout, retransmitBase, retransmitTries, cookieThreshold, all, perAddress);
    }
}
