package io.gapura.engine.spd;

import io.gapura.ffi.IpAddress;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** The addresses whose first {@code bits} bits are those of {@code address}; its other bits are zero. */
record Prefix(IpAddress address, int bits) {

    /** The fewest prefixes that make up {@code range}, in ascending order: at most 62 in IPv4, 254 in IPv6. */
    static List<Prefix> of(AddressRange range) {
        List<Prefix> prefixes = new ArrayList<>();
        int addressBits = range.first().bits();
        BigInteger at = AddressRange.number(range.first());
        BigInteger end = AddressRange.number(range.last()).add(BigInteger.ONE);
        while (at.compareTo(end) < 0) {
            int aligned = at.signum() == 0 ? addressBits : Math.min(addressBits, at.getLowestSetBit());
            int fitting = end.subtract(at).bitLength() - 1;
            int free = Math.min(aligned, fitting);
            prefixes.add(new Prefix(new IpAddress(at.shiftRight(Long.SIZE).longValue(), at.longValue()),
                    addressBits - free));
            at = at.add(BigInteger.ONE.shiftLeft(free));
        }
        return prefixes;
    }
}
