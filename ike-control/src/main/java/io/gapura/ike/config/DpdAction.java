package io.gapura.ike.config;

/** What to do with a child when its peer no longer answers, or has closed it. */
public enum DpdAction {
    /** Let it go. */
    CLEAR,
    /** Set it up anew. */
    RESTART
}
