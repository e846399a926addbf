package io.gapura.ike.config;

import java.util.Collections;
import java.util.List;

/**
 * What a child's packets look like from outside.
 *
 * @param df       the outer "don't fragment"
 * @param dscp     the outer DSCP at the place of the inner one, {@value #DSCPS} of them; empty where it is the same
 * @param clampMss whether TCP may offer only segments that fit the tunnel
 * @param padTo    to how many bytes packets inside are padded, to hide how long they are; 0, or {@link #WHAT_FITS}
 * @param dummies  how many packets that mean nothing are sent each second, to hide when there are others
 */
public record Wrapping(Df df, List<Integer> dscp, boolean clampMss, int padTo, int dummies) {
    public static final int DSCPS = 64;
    /** As many bytes as the tunnel takes. */
    public static final int WHAT_FITS = Integer.MAX_VALUE;

    public static final Wrapping DEFAULT = new Wrapping(Df.COPY, List.of(), false, 0, 0);

    /** The outer "don't fragment", RFC 4301 §8.1. */
    public enum Df {
        COPY,
        SET,
        CLEAR
    }

    public Wrapping {
        dscp = List.copyOf(dscp);
    }

    /** One outer DSCP for all packets. */
    public static List<Integer> always(int dscp) {
        return Collections.nCopies(DSCPS, dscp);
    }

    /** For a peer that accepts no padding. */
    public Wrapping unpadded() {
        return new Wrapping(df, dscp, clampMss, 0, dummies);
    }
}
