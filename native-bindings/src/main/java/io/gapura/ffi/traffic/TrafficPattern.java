package io.gapura.ffi.traffic;

import java.util.Collections;
import java.util.List;

/**
 * What frames are sent.
 *
 * @param destinationMac   in the low 48 bits, as {@code sourceMac}
 * @param source           IPv4
 * @param firstDestination IPv4; the further ones follow it
 * @param destinations     how many, in turn
 * @param sizes            lengths of IPv4 packets in bytes, in turn; at most 16
 */
public record TrafficPattern(long destinationMac, long sourceMac, int source, int firstDestination, int destinations,
        List<Integer> sizes) {
    /** The shortest packet that has room for number and time. */
    public static final int MIN_PACKET_BYTES = TestFrame.MIN_BYTES - TestFrame.ETHERNET_BYTES;

    static final int MOST_SIZES = 16;

    public TrafficPattern {
        sizes = List.copyOf(sizes);
        if (destinations < 1) {
            throw new IllegalArgumentException("there is at least one destination, not " + destinations);
        }
        if (sizes.isEmpty() || sizes.size() > MOST_SIZES || Collections.min(sizes) < MIN_PACKET_BYTES) {
            throw new IllegalArgumentException("1 to %d sizes of at least %d bytes, not %s".formatted(MOST_SIZES,
                    MIN_PACKET_BYTES, sizes));
        }
    }

    int largestFrame() {
        return Collections.max(sizes) + TestFrame.ETHERNET_BYTES;
    }
}
