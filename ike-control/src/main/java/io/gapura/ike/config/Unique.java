package io.gapura.ike.config;

/** What becomes of older IKE SAs with the same peer, as in swanctl; INITIAL_CONTACT is RFC 7296 §2.4's. */
public enum Unique {
    /** They go if the peer says INITIAL_CONTACT. */
    NO,
    /** They stay whatever the peer says; nor do we say INITIAL_CONTACT. */
    NEVER,
    /** They stay, and the peer is refused; unless it says INITIAL_CONTACT. */
    KEEP,
    /** They go. */
    REPLACE
}
