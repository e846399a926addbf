package io.gapura.ike.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable byte string, big-endian where numbers are read from it.
 *
 * <p>{@link #equals} takes the same time wherever two strings of one length differ, so that authenticators can be
 * compared with it. Slices share their parent's array.
 */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

    /** Longer strings are cut in {@link #toString}, which is for logs. */
    private static final int PRINTED_BYTES = 48;

    private final byte[] array;
    private final int offset;
    private final int length;

    private Bytes(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    public static Bytes copyOf(byte[] source) {
        return adopt(source.clone());
    }

    public static Bytes copyOf(byte[] source, int from, int to) {
        return adopt(Arrays.copyOfRange(source, from, to));
    }

    /** Copies what remains in the buffer and consumes it. */
    public static Bytes copyOf(ByteBuffer source) {
        byte[] copy = new byte[source.remaining()];
        source.get(copy);
        return adopt(copy);
    }

    /** Each value's low eight bits. */
    public static Bytes of(int... values) {
        byte[] array = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            array[i] = (byte) values[i];
        }
        return adopt(array);
    }

    public static Bytes ofShort(int value) {
        return of(value >>> 8, value);
    }

    public static Bytes ofInt(int value) {
        return adopt(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    public static Bytes ofLong(long value) {
        return adopt(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    public static Bytes ofHex(String hex) {
        return adopt(HexFormat.of().parseHex(hex));
    }

    public static Bytes ofUtf8(String text) {
        return adopt(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Bytes zeros(int length) {
        return adopt(new byte[length]);
    }

    public static Bytes concat(Bytes... parts) {
        int length = 0;
        for (Bytes part : parts) {
            length = Math.addExact(length, part.length);
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (Bytes part : parts) {
            part.copyTo(joined, at);
            at += part.length;
        }
        return adopt(joined);
    }

    /** Takes the array over: nobody may write to it any more. */
    static Bytes adopt(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array, 0, array.length);
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** 0 to 255. */
    public int at(int index) {
        return array[offset + check(index, 1)] & 0xff;
    }

    /** 0 to 65535. */
    public int shortAt(int index) {
        check(index, Short.BYTES);
        return (at(index) << 8) | at(index + 1);
    }

    public int intAt(int index) {
        check(index, Integer.BYTES);
        return (shortAt(index) << 16) | shortAt(index + 2);
    }

    public long longAt(int index) {
        check(index, Long.BYTES);
        return ((long) intAt(index) << 32) | (intAt(index + 4) & 0xffff_ffffL);
    }

    public Bytes from(int start) {
        return slice(start, length);
    }

    /** From {@code start} inclusive to {@code end} exclusive. */
    public Bytes slice(int start, int end) {
        check(start, end - start);
        return start == end ? EMPTY : new Bytes(array, offset + start, end - start);
    }

    public void copyTo(byte[] target, int at) {
        System.arraycopy(array, offset, target, at, length);
    }

    public byte[] toArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** Read-only. */
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
    }

    public boolean startsWith(Bytes prefix) {
        return length >= prefix.length && slice(0, prefix.length).equals(prefix);
    }

    public String hex() {
        return HexFormat.of().formatHex(array, offset, offset + length);
    }

    private int check(int index, int size) {
        if (index < 0 || size < 0 || index > length - size) {
            throw new IndexOutOfBoundsException(size + " bytes at " + index + " of " + length);
        }
        return index;
    }

    /** As unsigned numbers, byte by byte; of two strings where one begins the other, the shorter is less. */
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(array, offset, offset + length, other.array, other.offset,
                other.offset + other.length);
    }

    @Override
    public boolean equals(Object object) {
        if (!(object instanceof Bytes other) || length != other.length) {
            return false;
        }
        int difference = 0;
        for (int i = 0; i < length; i++) {
            difference |= array[offset + i] ^ other.array[other.offset + i];
        }
        return difference == 0;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return length <= PRINTED_BYTES ? hex() : slice(0, PRINTED_BYTES).hex() + "… (" + length + " bytes)";
    }
}
