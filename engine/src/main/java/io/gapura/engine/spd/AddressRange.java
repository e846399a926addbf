package io.gapura.engine.spd;

import io.gapura.ffi.IpAddress;
import java.math.BigInteger;

/** The addresses of one family from {@code first} to {@code last}, both included, in unsigned order. */
public record AddressRange(IpAddress first, IpAddress last) {
    /** All of IPv4. */
    public static final AddressRange ANY = new AddressRange(0, -1);
    /** All of IPv6. */
    public static final AddressRange ANY_IPV6 = new AddressRange(new IpAddress(0, 0), new IpAddress(-1, -1));

    public AddressRange {
        if (first.isIpv4() && !last.isIpv4()) {
            throw new IllegalArgumentException("the address range " + first + "-" + last + " is of two families");
        }
        if (first.compareTo(last) > 0) {
            throw new IllegalArgumentException("the address range " + first + "-" + last + " ends before it starts");
        }
    }

    /** IPv4 addresses as ints whose most significant byte is the first on the wire. */
    public AddressRange(int first, int last) {
        this(IpAddress.ofIpv4(first), IpAddress.ofIpv4(last));
    }

    /** The IPv4 addresses that share their first {@code prefixBits} (0 to 32) bits with {@code address}. */
    public static AddressRange prefix(int address, int prefixBits) {
        return prefix(IpAddress.ofIpv4(address), prefixBits);
    }

    /** The addresses that share their first {@code prefixBits} bits with {@code address}. */
    public static AddressRange prefix(IpAddress address, int prefixBits) {
        int bits = address.bits();
        if (prefixBits < 0 || prefixBits > bits) {
            throw new IllegalArgumentException("a prefix of %s has 0 to %d bits, not %d".formatted(address, bits,
                    prefixBits));
        }
        int inMapped = prefixBits + 128 - bits;
        long highMask = highMask(inMapped);
        long lowMask = lowMask(inMapped);
        return new AddressRange(new IpAddress(address.high() & highMask, address.low() & lowMask),
                new IpAddress(address.high() | ~highMask, address.low() | ~lowMask));
    }

    public static AddressRange single(int address) {
        return single(IpAddress.ofIpv4(address));
    }

    public static AddressRange single(IpAddress address) {
        return new AddressRange(address, address);
    }

    /** An IPv6 range such as ::/64 may hold what is IPv4 in its mapped form: no packet has it. */
    public boolean isIpv4() {
        return first.isIpv4();
    }

    public boolean contains(int address) {
        return contains(IpAddress.ofIpv4(address));
    }

    public boolean contains(IpAddress address) {
        return address.isIpv4() == isIpv4() && first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }

    /** How many addresses follow the first, in 128 bits. */
    IpAddress span() {
        long borrow = Long.compareUnsigned(last.low(), first.low()) < 0 ? 1 : 0;
        return new IpAddress(last.high() - first.high() - borrow, last.low() - first.low());
    }

    /** The upper 64 of 128 bits, of which the first {@code prefixBits} are ones. */
    static long highMask(int prefixBits) {
        return prefixBits >= Long.SIZE ? -1 : prefixBits == 0 ? 0 : -1L << (Long.SIZE - prefixBits);
    }

    /** Their lower 64. */
    static long lowMask(int prefixBits) {
        return prefixBits <= Long.SIZE ? 0 : highMask(prefixBits - Long.SIZE);
    }

    /** A word of {@code prefixBits} ones followed by zeros. */
    static int mask(int prefixBits) {
        return prefixBits == 0 ? 0 : -1 << (Integer.SIZE - prefixBits);
    }

    /** As a number of 128 bits, for arithmetic. */
    static BigInteger number(IpAddress address) {
        return unsigned(address.high()).shiftLeft(Long.SIZE).add(unsigned(address.low()));
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    /** As a prefix, {@code 10.1.0.0/16}, where it is one; otherwise {@code 10.1.0.1-10.1.0.9}. */
    @Override
    public String toString() {
        long differing = first.high() ^ last.high();
        int same = differing == 0
                ? Long.SIZE + Long.numberOfLeadingZeros(first.low() ^ last.low())
                : Long.numberOfLeadingZeros(differing);
        int bits = same - (isIpv4() ? 128 - Integer.SIZE : 0);
        return prefix(last, bits).equals(this) ? first + "/" + bits : first + "-" + last;
    }
}
