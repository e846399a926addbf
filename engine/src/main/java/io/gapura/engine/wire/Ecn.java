package io.gapura.engine.wire;

/**
 * Congestion marks through a tunnel, RFC 6040: the low two bits of the type of service. Not-ECT 0, ECT(1) 1,
 * ECT(0) 2, CE 3.
 */
public final class Ecn {
    /** {@link #decapsulate} of a packet to drop. */
    public static final int DROP = 0xf;

    public static final int MASK = 3;
    public static final int CONGESTION_EXPERIENCED = 3;

    /**
     * RFC 6040 §4.2, figure 4: one hexadecimal digit per pair, at place {@code 4 * inner + outer} from the
     * right; F drops.
     *
     * <pre>
     *   outer     CE    ECT(0) ECT(1) Not-ECT
     *   inner CE  3     3      3      3
     *      ECT(0) 3     2      1      2
     *      ECT(1) 3     1      1      1
     *     Not-ECT F     0      0      0
     * </pre>
     */
    private static final long DECAPSULATED = 0x3333_3212_3111_F000L;

    private Ecn() {
    }

    /** The inner mark when the tunnel ends, or {@link #DROP}. Both arguments may be whole types of service. */
    public static int decapsulate(int inner, int outer) {
        return (int) (DECAPSULATED >>> (((inner & MASK) << 2 | (outer & MASK)) << 2)) & 0xf;
    }
}
