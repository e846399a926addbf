package io.gapura.ike;

import java.time.Duration;

/**
 * What holds for all connections.
 *
 * @param retransmitTimeout  until a request is repeated the first time
 * @param retransmitBase     by which each further wait is longer
 * @param retransmitTries    repetitions before the peer counts as dead
 * @param cookieThreshold    half-open IKE SAs from which on newcomers must return a cookie; 0 for always
 * @param cookiesPerAddress  half-open IKE SAs of one address (IPv6: of one /64) from which on its newcomers must
 * @param halfOpenLimit      of all peers together; beyond it newcomers are not answered
 * @param halfOpenPerAddress of one IPv4 address; twice as many of an IPv6 /64, eight times of a /48
 * @param ticketLifetime     how long a session may be resumed after it was interrupted, RFC 5723
 * @param crashTokens        by which peers know that we have lost their IKE SAs
 */
public record IkeSettings(Duration retransmitTimeout, double retransmitBase, int retransmitTries,
        int cookieThreshold, int cookiesPerAddress, int halfOpenLimit, int halfOpenPerAddress,
        Duration ticketLifetime, CrashTokens crashTokens) {
    public static final IkeSettings DEFAULT = new IkeSettings(Duration.ofSeconds(1), 1.8, 5, 64, 2, 16_384, 5,
            Duration.ofHours(1), CrashTokens.NONE);

    /** How long a peer may take from IKE_SA_INIT to IKE_AUTH. */
    public static final Duration HALF_OPEN_LIFE = Duration.ofSeconds(30);
    /** The same while so many are half-open that everybody must return a cookie, without a word after our answer. */
    public static final Duration HALF_OPEN_LIFE_UNDER_ATTACK = Duration.ofSeconds(8);

    /** The wait before repetition number {@code tries}, counted from 0. */
    public long retransmitAfterNs(int tries) {
        return (long) (retransmitTimeout.toNanos() * Math.pow(retransmitBase, tries));
    }

    public IkeSettings withCookieThreshold(int threshold) {
        return new IkeSettings(retransmitTimeout, retransmitBase, retransmitTries, threshold, cookiesPerAddress,
                halfOpenLimit, halfOpenPerAddress, ticketLifetime, crashTokens);
    }

    public IkeSettings withHalfOpenLimits(int all, int perAddress) {
        return new IkeSettings(retransmitTimeout, retransmitBase, retransmitTries, cookieThreshold, cookiesPerAddress,
                all, perAddress, ticketLifetime, crashTokens);
    }

    public IkeSettings with(CrashTokens tokens) {
        return new IkeSettings(retransmitTimeout, retransmitBase, retransmitTries, cookieThreshold, cookiesPerAddress,
                halfOpenLimit, halfOpenPerAddress, ticketLifetime, tokens);
    }
}
