package io.gapura.engine.port;

import java.util.List;

/**
 * What a TUN device is to be.
 *
 * @param name      of the port
 * @param device    of the interface, at most 15 characters
 * @param addresses that the host gets there
 * @param mtu       largest IP datagram in bytes, or {@link #AS_FITS}
 * @param routes    to what the host is to reach by it
 */
public record TunSettings(String name, String device, List<Prefix> addresses, int mtu, List<Prefix> routes) {
    /** What an unprotected port can carry when it is in ESP. */
    public static final int AS_FITS = 0;

    /**
     * An IPv4 address with the length of its prefix.
     *
     * @param bits 0 to 32
     */
    public record Prefix(int address, int bits) {
        @Override
        public String toString() {
            return "%d.%d.%d.%d/%d".formatted(address >>> 24, address >>> 16 & 0xff, address >>> 8 & 0xff,
                    address & 0xff, bits);
        }
    }

    public TunSettings {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }
}
