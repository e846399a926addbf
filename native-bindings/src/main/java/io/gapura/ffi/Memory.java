package io.gapura.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Off-heap memory by absolute address: how packets, nonces, rings and C structs are read and written.
 *
 * <p>One global segment covers the address space. Each address is masked to 62 bits, which changes no user
 * address but proves to C2 that it is not negative, so the bounds check of every access is folded away.
 * No check also means no safety: callers check a packet's length once, before any accessor.
 *
 * <p>Plain names are in network byte order (big endian), as headers are; {@code native…} ones are in the
 * machine's order, as C structs are. Nothing here needs alignment
 * unless it says so. Any thread.
 */
public final class Memory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final long MASK = 0x3fff_ffff_ffff_ffffL;

    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final VarHandle ALIGNED_INT = JAVA_INT.varHandle();

    private Memory() {
    }

    /** The byte at {@code address}, as 0 to 255. */
    public static int byteAt(long address) {
        return ALL.get(JAVA_BYTE, address & MASK) & 0xff;
    }

    public static void putByte(long address, int value) {
        ALL.set(JAVA_BYTE, address & MASK, (byte) value);
    }

    /** The big-endian 16 bits at {@code address}, as 0 to 65535. */
    public static int shortAt(long address) {
        return ALL.get(SHORT, address & MASK) & 0xffff;
    }

    public static void putShort(long address, int value) {
        ALL.set(SHORT, address & MASK, (short) value);
    }

    public static int intAt(long address) {
        return ALL.get(INT, address & MASK);
    }

    public static void putInt(long address, int value) {
        ALL.set(INT, address & MASK, value);
    }

    public static long longAt(long address) {
        return ALL.get(LONG, address & MASK);
    }

    public static void putLong(long address, long value) {
        ALL.set(LONG, address & MASK, value);
    }

    public static int nativeShortAt(long address) {
        return ALL.get(JAVA_SHORT_UNALIGNED, address & MASK) & 0xffff;
    }

    public static void putNativeShort(long address, int value) {
        ALL.set(JAVA_SHORT_UNALIGNED, address & MASK, (short) value);
    }

    public static int nativeIntAt(long address) {
        return ALL.get(JAVA_INT_UNALIGNED, address & MASK);
    }

    public static void putNativeInt(long address, int value) {
        ALL.set(JAVA_INT_UNALIGNED, address & MASK, value);
    }

    /** Loads an aligned int, and after it all that was written before its {@link #releaseNativeInt}. */
    public static int acquireNativeInt(long address) {
        return (int) ALIGNED_INT.getAcquire(ALL, address & MASK);
    }

    /** Stores an aligned int after all that was written before. */
    public static void releaseNativeInt(long address, int value) {
        ALIGNED_INT.setRelease(ALL, address & MASK, value);
    }

    public static long nativeLongAt(long address) {
        return ALL.get(JAVA_LONG_UNALIGNED, address & MASK);
    }

    public static void putNativeLong(long address, long value) {
        ALL.set(JAVA_LONG_UNALIGNED, address & MASK, value);
    }

    /** Copies {@code bytes} bytes; the ranges may overlap. */
    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from & MASK, ALL, to & MASK, bytes);
    }

    public static void copy(byte[] from, int offset, long to, int bytes) {
        MemorySegment.copy(from, offset, ALL, JAVA_BYTE, to & MASK, bytes);
    }

    public static void copy(long from, byte[] to, int offset, int bytes) {
        MemorySegment.copy(ALL, JAVA_BYTE, from & MASK, to, offset, bytes);
    }

    /** A fresh array with the {@code bytes} bytes at {@code address}. Not for the packet path: it allocates. */
    public static byte[] bytesAt(long address, int bytes) {
        byte[] copy = new byte[bytes];
        copy(address, copy, 0, bytes);
        return copy;
    }

    public static void zero(long address, long bytes) {
        ALL.asSlice(address & MASK, bytes).fill((byte) 0);
    }

    /** A bounded view of {@code bytes} bytes at {@code address}, for code that wants a segment. */
    public static MemorySegment segment(long address, long bytes) {
        return ALL.asSlice(address & MASK, bytes);
    }
}
