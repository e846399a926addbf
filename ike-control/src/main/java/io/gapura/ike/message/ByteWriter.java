package io.gapura.ike.message;

import java.nio.ByteBuffer;

/** Big-endian output that grows, with lengths patched in afterwards. */
final class ByteWriter {
    private static final int INITIAL_BYTES = 512;

    private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_BYTES);

    int position() {
        return buffer.position();
    }

    ByteWriter put8(int value) {
        room(1).put((byte) value);
        return this;
    }

    ByteWriter put16(int value) {
        room(Short.BYTES).putShort((short) value);
        return this;
    }

    ByteWriter put32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    ByteWriter put64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    ByteWriter put(Bytes bytes) {
        room(bytes.length()).put(bytes.toBuffer());
        return this;
    }

    /** Sets the 16 bits at {@code lengthAt} to the number of bytes written since {@code start}. */
    void patchLength(int lengthAt, int start) {
        int length = buffer.position() - start;
        if (length > 0xffff) {
            throw new IllegalArgumentException("a payload of " + length + " bytes");
        }
        buffer.putShort(lengthAt, (short) length);
    }

    void patch32(int at, int value) {
        buffer.putInt(at, value);
    }

    Bytes toBytes() {
        return Bytes.copyOf(buffer.array(), 0, buffer.position());
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int needed = Math.addExact(buffer.position(), bytes);
            buffer = ByteBuffer.allocate(Math.max(needed, buffer.capacity() * 2)).put(buffer.flip());
        }
        return buffer;
    }
}
