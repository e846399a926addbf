package io.gapura.engine.sad;

import io.gapura.engine.wire.DscpMap;
import org.jspecify.annotations.Nullable;

/**
 * What an SA does with packets beyond what most do. Immutable.
 *
 * @param clampMss whether the largest segment that a TCP SYN offers is lowered to what fits
 * @param padTo    to how many bytes packets in ESP tunnels are padded, to hide how long they are, RFC 4303 §2.7: 0, or
 *                 {@link #WHAT_FITS}; outbound only
 * @param dummies  how many packets that mean nothing are sent in ESP tunnels each second, RFC 4303 §2.6; outbound only
 * @param dscp     the outer DSCP of a tunnel; null if the outer header decides it itself; outbound only
 */
public record Extras(boolean clampMss, int padTo, int dummies, @Nullable DscpMap dscp) {
    /** As many bytes as the tunnel takes. */
    public static final int WHAT_FITS = Integer.MAX_VALUE;
    public static final Extras NONE = new Extras(false, 0, 0, null);

    /** Whether a packet goes as it would without. */
    public boolean isPlain() {
        return !clampMss && padTo == 0 && dscp == null;
    }
}
