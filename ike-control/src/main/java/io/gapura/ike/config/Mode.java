package io.gapura.ike.config;

/** What ESP carries, RFC 4301 §3.2. */
public enum Mode {
    /** Whole packets, between networks. */
    TUNNEL,
    /** What the packets of the two peers themselves carry. */
    TRANSPORT
}
