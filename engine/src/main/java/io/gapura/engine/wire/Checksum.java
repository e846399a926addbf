package io.gapura.engine.wire;

import io.gapura.ffi.Memory;
import java.nio.ByteOrder;

/** The Internet checksum, RFC 1071, and its incremental update, RFC 1624. */
public final class Checksum {
    private static final long LOW_32_BITS = 0xffff_ffffL;
    private static final int STRIDE = 32;
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Checksum() {
    }

    /**
     * The checksum of {@code bytes} bytes: what to store in a header whose checksum field is zero, and 0 for
     * a header whose checksum is right.
     */
    public static int of(long at, int bytes) {
        return ~fold(sum(at, bytes)) & 0xffff;
    }

    /**
     * Whether 20 bytes, which nearly every IPv4 header has, sum up to a right checksum; in either order of bytes, by RFC 1071 §2 (B).
     */
    public static boolean isRight(long first8, long next8, int last4) {
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

    /**
     * The sum of the same words as {@link #of}, for long ranges: to be added to others and completed by
     * {@link #complete}. Every part but the last must have an even number of bytes.
     */
    public static long partial(long at, int bytes) {
        int whole = bytes & -STRIDE;
        long lower = 0;
        long upper = 0;
        for (int offset = 0; offset < whole; offset += STRIDE) {
            long first = Memory.nativeLongAt(at + offset);
            long second = Memory.nativeLongAt(at + offset + 8);
            long third = Memory.nativeLongAt(at + offset + 16);
            long fourth = Memory.nativeLongAt(at + offset + 24);
            lower += (first & LOW_32_BITS) + (second & LOW_32_BITS) + (third & LOW_32_BITS) + (fourth & LOW_32_BITS);
            upper += (first >>> 32) + (second >>> 32) + (third >>> 32) + (fourth >>> 32);
        }
        return inNetworkOrder(fold(lower + upper)) + sum(at + whole, bytes - whole);
    }

    /** The sum of words does not depend on the order of their bytes but for its own, RFC 1071 §2 (B). */
    private static int inNetworkOrder(int sum) {
        return LITTLE_ENDIAN ? Short.reverseBytes((short) sum) & 0xffff : sum;
    }

    /** The checksum of what was summed. */
    public static int complete(long sum) {
        return ~fold(sum) & 0xffff;
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
