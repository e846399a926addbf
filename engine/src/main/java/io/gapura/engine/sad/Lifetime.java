package io.gapura.engine.sad;

/**
 * How much one direction of an SA may carry (RFC 4301 §4.4.2.1): beyond a soft limit it asks once to be
 * replaced, beyond a hard limit it carries nothing more. Bytes are those of the packets inside, from their IP
 * header on. Time limits are the control thread's.
 */
public record Lifetime(long softPackets, long hardPackets, long softBytes, long hardBytes) {
    /** Larger than any count can become. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    public static final Lifetime FOREVER = new Lifetime(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

    public Lifetime {
        if (softPackets < 0 || softBytes < 0 || hardPackets < softPackets || hardBytes < softBytes) {
            throw new IllegalArgumentException("a hard limit lies below its soft limit");
        }
    }
}
