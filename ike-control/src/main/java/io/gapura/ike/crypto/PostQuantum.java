package io.gapura.ike.crypto;

/** Whether an IKE SA is to withstand quantum computers: {@code post_quantum}. */
public enum PostQuantum {
    /** Never on offer. */
    OFF,
    /** Offered first; classical proposals follow. */
    PREFER,
    /** Nothing else is offered or accepted. */
    REQUIRE
}
