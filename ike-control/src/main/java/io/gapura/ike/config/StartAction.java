package io.gapura.ike.config;

/** What to do with a child when its connection is loaded. */
public enum StartAction {
    /** Wait for the peer, or for a command. */
    NONE,
    /** Set it up, and again whenever that failed. */
    START,
    /** Set it up when there is a packet for it. */
    TRAP
}
