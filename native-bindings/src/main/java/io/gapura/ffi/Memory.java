package io.gapura.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.agrona.UnsafeApi;

/**
 * Off-heap memory by absolute address: how packets, nonces, rings and C structs are read and written.
 *
 * <p>Nothing is checked: callers check a packet's length once, before any accessor. Each access is one machine
 * instruction to C2 from the start. By a memory segment over all addresses it ends as one too, but the detour
 * there uses up C2's budget for inlining, which left loops over packets with calls in them.
 *
 * <p>Plain names are in network byte order (big endian), as headers are; {@code native…} ones are in the
 * machine's order, as C structs are. Nothing here needs alignment unless it says so. Any thread.
 */
public final class Memory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final VarHandle ALIGNED_INT = JAVA_INT.varHandle();
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Memory() {
    }

    /** The byte at {@code address}, as 0 to 255. */
    public static int byteAt(long address) {
        return UnsafeApi.getByte(address) & 0xff;
    }

    public static void putByte(long address, int value) {
        UnsafeApi.putByte(address, (byte) value);
    }

    /** The big-endian 16 bits at {@code address}, as 0 to 65535. */
    public static int shortAt(long address) {
        char value = UnsafeApi.getChar(address);
        return LITTLE_ENDIAN ? Character.reverseBytes(value) : value;
    }

    public static void putShort(long address, int value) {
        UnsafeApi.putShort(address, LITTLE_ENDIAN ? Short.reverseBytes((short) value) : (short) value);
    }

    public static int intAt(long address) {
        int value = UnsafeApi.getInt(address);
        return LITTLE_ENDIAN ? Integer.reverseBytes(value) : value;
    }

    public static void putInt(long address, int value) {
        UnsafeApi.putInt(address, LITTLE_ENDIAN ? Integer.reverseBytes(value) : value);
    }

    public static long longAt(long address) {
        long value = UnsafeApi.getLong(address);
        return LITTLE_ENDIAN ? Long.reverseBytes(value) : value;
    }

    public static void putLong(long address, long value) {
        UnsafeApi.putLong(address, LITTLE_ENDIAN ? Long.reverseBytes(value) : value);
    }

    /** What {@link #putNativeInt} is to store where {@link #putInt} would store {@code value}: for constants. */
    public static int inNetworkOrder(int value) {
        return LITTLE_ENDIAN ? Integer.reverseBytes(value) : value;
    }

    /** What {@link #putNativeLong} is to store where {@link #putLong} would store {@code value}: for constants. */
    public static long inNetworkOrder(long value) {
        return LITTLE_ENDIAN ? Long.reverseBytes(value) : value;
    }

    public static int nativeShortAt(long address) {
        return UnsafeApi.getChar(address);
    }

    public static void putNativeShort(long address, int value) {
        UnsafeApi.putShort(address, (short) value);
    }

    public static int nativeIntAt(long address) {
        return UnsafeApi.getInt(address);
    }

    public static void putNativeInt(long address, int value) {
        UnsafeApi.putInt(address, value);
    }

    /** Loads an aligned int, and after it all that was written before its {@link #releaseNativeInt}. */
    public static int acquireNativeInt(long address) {
        return (int) ALIGNED_INT.getAcquire(ALL, address);
    }

    /** Stores an aligned int after all that was written before. */
    public static void releaseNativeInt(long address, int value) {
        ALIGNED_INT.setRelease(ALL, address, value);
    }

    public static long nativeLongAt(long address) {
        return UnsafeApi.getLong(address);
    }

    public static void putNativeLong(long address, long value) {
        UnsafeApi.putLong(address, value);
    }

    /** Copies {@code bytes} bytes; the ranges may overlap. */
    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    public static void copy(byte[] from, int offset, long to, int bytes) {
        MemorySegment.copy(from, offset, ALL, JAVA_BYTE, to, bytes);
    }

    public static void copy(long from, byte[] to, int offset, int bytes) {
        MemorySegment.copy(ALL, JAVA_BYTE, from, to, offset, bytes);
    }

    /** A fresh array with the {@code bytes} bytes at {@code address}. Not for the packet path: it allocates. */
    public static byte[] bytesAt(long address, int bytes) {
        byte[] copy = new byte[bytes];
        copy(address, copy, 0, bytes);
        return copy;
    }

    public static void zero(long address, long bytes) {
        segment(address, bytes).fill((byte) 0);
    }

    /** A bounded view of {@code bytes} bytes at {@code address}, for code that wants a segment. */
    public static MemorySegment segment(long address, long bytes) {
        return ALL.asSlice(address, bytes);
    }
}
