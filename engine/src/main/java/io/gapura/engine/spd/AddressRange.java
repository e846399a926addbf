package io.gapura.engine.spd;

/**
 * The IPv4 addresses from {@code first} to {@code last}, both included, in unsigned order; an address is an
 * int whose most significant byte is the first on the wire.
 */
public record AddressRange(int first, int last) {
    public static final AddressRange ANY = new AddressRange(0, -1);

    public AddressRange {
        if (Integer.compareUnsigned(first, last) > 0) {
            throw new IllegalArgumentException(
                    "the address range " + dotted(first) + "-" + dotted(last) + " ends before it starts");
        }
    }

    /** The addresses that share their first {@code prefixBits} (0 to 32) bits with {@code address}. */
    public static AddressRange prefix(int address, int prefixBits) {
        int mask = mask(prefixBits);
        return new AddressRange(address & mask, address | ~mask);
    }

    public static AddressRange single(int address) {
        return new AddressRange(address, address);
    }

    public boolean contains(int address) {
        return Integer.compareUnsigned(address - first, last - first) <= 0;
    }

    /** A word of {@code prefixBits} ones followed by zeros. */
    static int mask(int prefixBits) {
        if (prefixBits < 0 || prefixBits > 32) {
            throw new IllegalArgumentException("an IPv4 prefix has 0 to 32 bits, not " + prefixBits);
        }
        return prefixBits == 0 ? 0 : -1 << (32 - prefixBits);
    }

    /** As a prefix, {@code 10.1.0.0/16}, where it is one; otherwise {@code 10.1.0.1-10.1.0.9}. */
    @Override
    public String toString() {
        int bits = Integer.numberOfLeadingZeros(first ^ last);
        boolean isPrefix = (first & ~mask(bits)) == 0 && (last | mask(bits)) == -1;
        return isPrefix ? dotted(first) + "/" + bits : dotted(first) + "-" + dotted(last);
    }

    private static String dotted(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }
}
