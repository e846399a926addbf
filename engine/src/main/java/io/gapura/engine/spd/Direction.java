package io.gapura.engine.spd;

/** Which way a policy looks: most look both ways. */
public enum Direction {
    BOTH,
    /** Only traffic from the unprotected network. */
    INBOUND,
    /** Only traffic from the protected network. */
    OUTBOUND;

    boolean covers(Direction way) {
        return this == BOTH || this == way;
    }
}
