package io.gapura.engine.wire;

/** What the outer header's "don't fragment" flag shall be, RFC 4301 §8.1. */
public enum OuterDf {
    COPY,
    SET,
    CLEAR
}
