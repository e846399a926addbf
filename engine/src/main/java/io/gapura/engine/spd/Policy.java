package io.gapura.engine.spd;

/**
 * One entry of the SPD. Of the entries that match a packet, the first in order decides (RFC 4301 §4.4.1).
 *
 * @param name   what the entry is called in messages: the configuration's word for it
 * @param tunnel of {@link Action#PROTECT}: the tunnel slot that names the current outbound SA; otherwise {@link #NO_TUNNEL}
 */
public record Policy(String name, Direction direction, Action action, Selector selector, int tunnel) {
    public static final int NO_TUNNEL = -1;

    public Policy {
        if ((action == Action.PROTECT) != (tunnel >= 0)) {
            throw new IllegalArgumentException("policy " + name + ": a tunnel belongs to PROTECT, and only there");
        }
    }

    public static Policy protect(String name, Selector selector, int tunnel) {
        return new Policy(name, Direction.BOTH, Action.PROTECT, selector, tunnel);
    }

    public static Policy bypass(String name, Selector selector) {
        return new Policy(name, Direction.BOTH, Action.BYPASS, selector, NO_TUNNEL);
    }

    public static Policy discard(String name, Selector selector) {
        return new Policy(name, Direction.BOTH, Action.DISCARD, selector, NO_TUNNEL);
    }

    /** The same entry for one direction only. */
    public Policy only(Direction way) {
        return new Policy(name, way, action, selector, tunnel);
    }
}
