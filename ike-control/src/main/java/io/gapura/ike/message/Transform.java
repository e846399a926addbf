package io.gapura.ike.message;

/**
 * One algorithm on offer, RFC 7296 §3.3.2.
 *
 * @param keyBits the Key Length attribute; {@link #NO_KEY_BITS} if there is none
 */
public record Transform(TransformType type, int id, int keyBits) {
    public static final int NO_KEY_BITS = 0;

    /**
     * The transform carries an attribute we cannot read or do not know, so that we must not choose it, RFC 7296
     * §3.3.6.
     */
    public static final int UNREADABLE = -1;

    public static Transform of(TransformType type, int id) {
        return new Transform(type, id, NO_KEY_BITS);
    }
}
