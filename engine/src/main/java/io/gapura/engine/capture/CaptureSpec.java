package io.gapura.engine.capture;

/**
 * What to record, and how much of it.
 *
 * @param droppedOnly only packets that were dropped
 * @param decrypted   packets as they are on the protected side; otherwise as they are on the unprotected one, and
 *                    of those that never get there only what policy looks at: headers and ports
 * @param snapBytes   of each frame at most
 */
public record CaptureSpec(CaptureFilter filter, boolean droppedOnly, boolean decrypted, int snapBytes) {
    /** All of a frame, in whatever chunks the workers have. */
    public static final int MOST_SNAP_BYTES = 4096;
    /** Ethernet, IPv6 and ports. */
    public static final int LEAST_SNAP_BYTES = 64;

    public CaptureSpec {
        if (snapBytes < LEAST_SNAP_BYTES || snapBytes > MOST_SNAP_BYTES) {
            throw new IllegalArgumentException("a capture takes %d to %d bytes of each frame, not %d"
                    .formatted(LEAST_SNAP_BYTES, MOST_SNAP_BYTES, snapBytes));
        }
    }
}
