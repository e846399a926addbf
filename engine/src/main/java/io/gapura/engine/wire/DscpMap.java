package io.gapura.engine.wire;

import java.util.List;

/** The outer DSCP by the inner one, where it is not simply that: for networks with classes of their own, RFC 2983 §4. Immutable. */
public final class DscpMap {
    /** How many there are. */
    public static final int SIZE = 64;

    private static final int ECN_BITS = 2;

    private final byte[] outer = new byte[SIZE];

    /** @param outer {@value #SIZE} numbers, each below {@value #SIZE}: the outer DSCP at the place of the inner one */
    public DscpMap(List<Integer> outer) {
        if (outer.size() != SIZE) {
            throw new IllegalArgumentException("no map of DSCPs: " + outer);
        }
        for (int inner = 0; inner < SIZE; inner++) {
            int dscp = outer.get(inner);
            if (dscp < 0 || dscp >= SIZE) {
                throw new IllegalArgumentException("no map of DSCPs: " + outer);
            }
            this.outer[inner] = (byte) dscp;
        }
    }

    /** The outer type of service for an inner one: the mark of ECN is the same, RFC 6040 §4.1. */
    public int outerTypeOfService(int inner) {
        return outer[inner >>> ECN_BITS] << ECN_BITS | (inner & Ecn.MASK);
    }
}
