package io.gapura.ike.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;

/** Key material on the heap for as short as possible: closing overwrites it, printing shows {@code ***}. */
public final class Secret implements AutoCloseable {
    private final byte[] value;
    private boolean closed;

    private Secret(byte[] value) {
        this.value = value;
    }

    public static Secret copyOf(byte[] value) {
        return new Secret(value.clone());
    }

    public static Secret copyOf(Bytes value) {
        return new Secret(value.toArray());
    }

    public static Secret ofUtf8(String text) {
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes the array over and will overwrite it: the caller forgets it. */
    public static Secret adopt(byte[] value) {
        return new Secret(value);
    }

    public int length() {
        return value.length;
    }

    /** Lends the bytes; the borrower neither keeps nor changes them. */
    public <R> R use(Function<byte[], R> borrower) {
        return borrower.apply(open());
    }

    /** A copy of a part, to be closed on its own. */
    public Secret slice(int start, int end) {
        return new Secret(Arrays.copyOfRange(open(), start, end));
    }

    /** A copy which the caller overwrites after use. */
    public byte[] toArray() {
        return open().clone();
    }

    public void copyTo(byte[] target, int at) {
        System.arraycopy(open(), 0, target, at, value.length);
    }

    /** Takes the same time wherever the two differ. */
    public boolean matches(Secret other) {
        return MessageDigest.isEqual(open(), other.open());
    }

    /** The same key material; after the same time wherever they differ. */
    @Override
    public boolean equals(Object object) {
        return object instanceof Secret other && !closed && !other.closed && matches(other);
    }

    /** Says nothing of the value. */
    @Override
    public int hashCode() {
        return value.length;
    }

    private byte[] open() {
        if (closed) {
            throw new IllegalStateException("this secret has been wiped");
        }
        return value;
    }

    @Override
    public void close() {
        closed = true;
        Arrays.fill(value, (byte) 0);
    }

    @Override
    public String toString() {
        return "***";
    }
}
