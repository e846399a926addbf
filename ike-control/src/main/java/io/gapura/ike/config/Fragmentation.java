package io.gapura.ike.config;

/** Whether large IKE messages are sent in several datagrams, RFC 7383. */
public enum Fragmentation {
    NO,
    /** If the peer supports it and the message is too large for one. */
    YES,
    /** Every encrypted message, however small. For tests. */
    FORCE
}
