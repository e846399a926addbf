package io.gapura.engine.spd;

import java.util.ArrayList;
import java.util.List;

/** The addresses whose first {@code bits} bits are those of {@code address}; its other bits are zero. */
record Prefix(int address, int bits) {
    private static final int ADDRESS_BITS = 32;

    /** The fewest prefixes that make up {@code range}, at most 62, in ascending order. */
    static List<Prefix> of(AddressRange range) {
        List<Prefix> prefixes = new ArrayList<>();
        long at = Integer.toUnsignedLong(range.first());
        long end = Integer.toUnsignedLong(range.last()) + 1;
        while (at < end) {
            int aligned = at == 0 ? ADDRESS_BITS : Long.numberOfTrailingZeros(at);
            int fitting = Long.SIZE - 1 - Long.numberOfLeadingZeros(end - at);
            int free = Math.min(aligned, fitting);
            prefixes.add(new Prefix((int) at, ADDRESS_BITS - free));
            at += 1L << free;
        }
        return prefixes;
    }
}
