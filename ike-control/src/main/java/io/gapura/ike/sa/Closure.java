package io.gapura.ike.sa;

/** Why an IKE SA ended: decides whether its connection is set up again. */
public enum Closure {
    /** By command, or because we shut down. */
    BY_US,
    BY_PEER,
    /** The peer no longer answers. */
    PEER_SILENT,
    /** The peer has shown that it no longer has it, RFC 6290. */
    LOST_BY_PEER,
    /** It never came up, or broke the rules. */
    FAILED,
    /** It has not been renewed in time. */
    EXPIRED,
    /** A successor has taken over. */
    REPLACED
}
