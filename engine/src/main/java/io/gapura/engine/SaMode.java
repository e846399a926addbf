package io.gapura.engine;

/** What an SA protects of a packet, RFC 4301 §4.1. */
public enum SaMode {
    /** The whole IP packet, inside another. */
    TUNNEL,
    /** What the IP header carries: between hosts, of which this gateway is one. */
    TRANSPORT
}
