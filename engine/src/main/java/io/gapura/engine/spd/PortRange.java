package io.gapura.engine.spd;

/**
 * The ports from {@code first} to {@code last}, both included. For ICMP a port is {@code type << 8 | code}
 * (RFC 4301 §4.4.1.1).
 *
 * <p>A packet whose ports are not visible, because it is a fragment other than the first or because its
 * protocol has none, is looked up with {@link #OPAQUE_PORT}: it matches {@link #ANY} and {@link #OPAQUE},
 * and no other range.
 */
public record PortRange(int first, int last) {
    /** What to look up for a packet whose ports are not visible. */
    public static final int OPAQUE_PORT = -1;

    public static final PortRange ANY = new PortRange(0, 65535);

    /** Matches only packets whose ports are not visible (RFC 4301 §4.4.1.1, in RFC 7296 §3.13.1 written 65535 to 0). */
    public static final PortRange OPAQUE = new PortRange(OPAQUE_PORT, OPAQUE_PORT);

    public PortRange {
        boolean opaque = first == OPAQUE_PORT && last == OPAQUE_PORT;
        if (!opaque && (first < 0 || last > 65535 || first > last)) {
            throw new IllegalArgumentException("ports are 0 to 65535 and in order, not " + first + " to " + last);
        }
    }

    public static PortRange single(int port) {
        return new PortRange(port, port);
    }

    /** Whether a packet with this port, or with {@link #OPAQUE_PORT}, matches. */
    public boolean contains(int port) {
        return lowest() <= port && port <= last;
    }

    /** The first port, or {@link #OPAQUE_PORT} where opaque ones match too. */
    int lowest() {
        return isAny() ? OPAQUE_PORT : first;
    }

    boolean isAny() {
        return first == 0 && last == 65535;
    }

    boolean isSingle() {
        return first == last;
    }

    @Override
    public String toString() {
        if (isAny()) {
            return "any";
        }
        if (first == OPAQUE_PORT) {
            return "opaque";
        }
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
