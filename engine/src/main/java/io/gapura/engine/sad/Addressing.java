package io.gapura.engine.sad;

import io.gapura.ffi.IpAddress;

/**
 * How packets of an SA are addressed.
 *
 * @param local     our address, at which the peer reaches it
 * @param transport whether it protects what the packets of the two addresses carry, or else whole packets in a tunnel
 */
public record Addressing(IpAddress local, boolean transport) {
    /** A tunnel's end. */
    public static Addressing tunnel(IpAddress local) {
        return new Addressing(local, false);
    }
}
