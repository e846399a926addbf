package io.gapura.ffi;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 address as two longs in network byte order, IPv4 in its mapped form {@code ::ffff:a.b.c.d} (RFC 4291
 * §2.5.5.2), which no IPv6 packet may carry: so the two families never meet. In unsigned order, IPv4 before nearly all
 * of IPv6. For tables and settings; packets' addresses stay primitives.
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
    public static final int IPV4_BYTES = 4;
    public static final int IPV6_BYTES = 16;

    /** {@link #high} of every IPv4 address. */
    public static final long HIGH_OF_IPV4 = 0;

    private static final long IPV4_MASK = 0xffff_ffffL;
    private static final long IPV4_MAPPED = 0xffffL << 32;

    /** What stands for "none" in IPv4. */
    public static final IpAddress ANY_IPV4 = ofIpv4(0);
    /** And in IPv6. */
    public static final IpAddress ANY_IPV6 = new IpAddress(0, 0);

    /** An IPv4 address whose most significant byte is the first on the wire. */
    public static IpAddress ofIpv4(int address) {
        return new IpAddress(HIGH_OF_IPV4, lowOfIpv4(address));
    }

    /** {@link #low} of an IPv4 address, for those who make none. */
    public static long lowOfIpv4(int address) {
        return IPV4_MAPPED | (address & IPV4_MASK);
    }

    /** From 4 or 16 bytes. */
    public static IpAddress of(byte[] bytes) {
        return switch (bytes.length) {
            case IPV4_BYTES -> ofIpv4((int) longOf(bytes, 0, IPV4_BYTES));
            case IPV6_BYTES -> new IpAddress(longOf(bytes, 0, Long.BYTES), longOf(bytes, Long.BYTES, Long.BYTES));
            default -> throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    public static IpAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    /** From {@code 192.0.2.1} or {@code 2001:db8::1}. */
    public static IpAddress of(String literal) {
        return of(InetAddress.ofLiteral(literal));
    }

    private static long longOf(byte[] bytes, int offset, int count) {
        long value = 0;
        for (int index = offset; index < offset + count; index++) {
            value = value << Byte.SIZE | (bytes[index] & 0xff);
        }
        return value;
    }

    public boolean isIpv4() {
        return high == HIGH_OF_IPV4 && (low & ~IPV4_MASK) == IPV4_MAPPED;
    }

    /** Of an IPv4 address. */
    public int ipv4() {
        return (int) low;
    }

    /** Whether it is 0.0.0.0 or ::, which no host has. */
    public boolean isAny() {
        return high == 0 && (low == 0 || low == IPV4_MAPPED);
    }

    /** Whether it counts on one link only, fe80::/10. */
    public boolean isLinkLocal() {
        return high >>> 54 == 0xfe80 >>> 6;
    }

    /** How many bits it has: 32 or 128. */
    public int bits() {
        return isIpv4() ? Integer.SIZE : 2 * Long.SIZE;
    }

    /** The address after this one; after the last of all IPv6 the first. */
    public IpAddress next() {
        return new IpAddress(low == -1 ? high + 1 : high, low + 1);
    }

    /** 4 or 16 bytes. */
    public byte[] toBytes() {
        return bytes(bits() / Byte.SIZE);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int index = 0; index < count; index++) {
            int fromEnd = count - 1 - index;
            bytes[index] = (byte) ((fromEnd < Long.BYTES ? low : high) >>> (fromEnd % Long.BYTES * Byte.SIZE));
        }
        return bytes;
    }

    /** 16 bytes, of IPv4 too. */
    public byte[] toMappedBytes() {
        return bytes(IPV6_BYTES);
    }

    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(toBytes());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible); // it has 4 or 16 bytes
        }
    }

    /** Unsigned. */
    @Override
    public int compareTo(IpAddress other) {
        int upper = Long.compareUnsigned(high, other.high);
        return upper != 0 ? upper : Long.compareUnsigned(low, other.low);
    }

    /** As people write it: RFC 5952 for IPv6. */
    @Override
    public String toString() {
        return isIpv4() ? toInetAddress().getHostAddress() : shortened();
    }

    /** The longest run of two or more zero groups, the first of equals, becomes "::", RFC 5952 §4.2. */
    private String shortened() {
        String groups = toInetAddress().getHostAddress();
        String longest = "";
        for (String run = "0:0"; run.length() <= groups.length(); run += ":0") {
            if (groups.matches("(.*:)?" + run + "(:.*)?")) {
                longest = run;
            }
        }
        return longest.isEmpty()
                ? groups
                : groups.replaceFirst("(^|:)" + longest + "(:|$)", "::");
    }
}
