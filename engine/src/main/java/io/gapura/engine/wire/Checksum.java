package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/** The Internet checksum, RFC 1071, and its incremental update, RFC 1624. */
public final class Checksum {
    private static final long LOW_32_BITS = 0xffff_ffffL;

    private Checksum() {
    }

    /**
     * The checksum of {@code bytes} bytes: what to store in a header whose checksum field is zero, and 0 for
     * a header whose checksum is right.
     */
    public static int of(long at, int bytes) {
        return ~fold(sum(at, bytes)) & 0xffff;
    }

    /** Whether 20 bytes, which nearly every IPv4 header has, sum up to a right checksum. */
    static boolean isRight(long first8, long next8, int last4) {
        long sum = (first8 >>> 32) + (first8 & LOW_32_BITS) + (next8 >>> 32) + (next8 & LOW_32_BITS)
                + (last4 & LOW_32_BITS);
        sum = (sum >>> 32) + (sum & LOW_32_BITS);
        sum = (sum >>> 16) + (sum & 0xffff);
        return (sum >>> 16) + (sum & 0xffff) == 0xffff;
    }

    /** The checksum after one of the 16-bit words it covers has changed, RFC 1624 eqn. 3. */
    public static int update(int checksum, int before, int after) {
        return ~fold((~checksum & 0xffff) + (~before & 0xffff) + after) & 0xffff;
    }

    /** The sum of big-endian 16-bit words, not yet folded; an odd last byte is a word's first, RFC 1071 §1. */
    static long sum(long at, int bytes) {
        long sum = 0;
        int offset = 0;
        for (; offset + 8 <= bytes; offset += 8) {
            long words = Memory.longAt(at + offset);
            sum += (words >>> 32) + (words & LOW_32_BITS);
        }
        if (offset + 4 <= bytes) {
            sum += Memory.intAt(at + offset) & LOW_32_BITS;
            offset += 4;
        }
        if (offset + 2 <= bytes) {
            sum += Memory.shortAt(at + offset);
            offset += 2;
        }
        return offset < bytes ? sum + (Memory.byteAt(at + offset) << 8) : sum;
    }

    /** Adds the carries back in until 16 bits are left. */
    static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & LOW_32_BITS);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        return (int) ((folded >>> 16) + (folded & 0xffff));
    }
}
