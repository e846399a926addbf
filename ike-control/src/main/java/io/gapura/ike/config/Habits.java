package io.gapura.ike.config;

/**
 * How an IKE SA deals with its peer beyond what must be.
 *
 * @param unique    what becomes of older IKE SAs with the same peer
 * @param childless whether it begins without a child SA, RFC 6023
 */
public record Habits(Unique unique, Childless childless) {
    public static final Habits DEFAULT = new Habits(Unique.NO, Childless.ALLOW);

    public Habits withUnique(Unique newUnique) {
        return new Habits(newUnique, childless);
    }

    public Habits withChildless(Childless newChildless) {
        return new Habits(unique, newChildless);
    }
}
