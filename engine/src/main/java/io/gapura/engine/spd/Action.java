package io.gapura.engine.spd;

/** What a policy does with the traffic it is about (RFC 4301 §4.4.1). */
public enum Action {
    /** Carry it in a tunnel; refuse it in clear text. */
    PROTECT,
    /** Forward it in clear text. */
    BYPASS,
    /** Drop it. */
    DISCARD
}
