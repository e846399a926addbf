package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/**
 * ESP, RFC 4303 §2. How long IV and ICV are, and what the protected part is a multiple of, is the cipher's business.
 *
 * <pre>
 *    0  SPI                 4     in the clear, authenticated
 *    4  sequence number     4     in the clear, authenticated: its low 32 bits
 *    8  IV             0 – 16     in the clear
 *       payload             n  ┐
 *       padding 1, 2, 3 …   p  │  encrypted and authenticated
 *       padding length      1  │
 *       next header         1  ┘
 *       ICV            8 – 32
 * </pre>
 */
public final class EspHeader {
    /** SPI and sequence number. */
    public static final int BYTES = 8;
    /** Padding length and next header. */
    public static final int TRAILER_BYTES = 2;

    /** Next header of a dummy packet, RFC 4303 §2.6. */
    public static final int NO_NEXT_HEADER = 59;

    private static final int SEQUENCE = 4;
    /** Padding by its first four bytes; a cipher without blocks needs no more than three. */
    private static final int PADDING = 0x0102_0304;
    /** By its first eight, and by the next eight. */
    private static final long FIRST_PADDING = 0x0102_0304_0506_0708L;
    private static final long SECOND_PADDING = 0x090a_0b0c_0d0e_0f10L;

    private EspHeader() {
    }

    public static int spi(long at) {
        return Memory.intAt(at);
    }

    /** The low 32 bits of the sequence number. */
    public static int sequence(long at) {
        return Memory.intAt(at + SEQUENCE);
    }

    public static void write(long at, int spi, int sequence) {
        Memory.putLong(at, (long) spi << Integer.SIZE | Integer.toUnsignedLong(sequence));
    }

    /** Bytes of padding that make {@code payloadBytes} and trailer a multiple of {@code blockBytes}, a power of two. */
    public static int paddingBytes(int payloadBytes, int blockBytes) {
        return -(payloadBytes + TRAILER_BYTES) & (blockBytes - 1);
    }

    /** Writes at most 16 bytes of padding, then the trailer. May write up to nine bytes behind it. */
    public static void writeTrailer(long at, int paddingBytes, int nextHeader) {
        if (paddingBytes <= Integer.BYTES) {
            Memory.putInt(at, PADDING);
        } else {
            Memory.putLong(at, FIRST_PADDING);
            Memory.putLong(at + Long.BYTES, SECOND_PADDING);
        }
        Memory.putShort(at + paddingBytes, paddingBytes << 8 | nextHeader);
    }

    /** The trailer that ends at {@code end}. */
    public static int trailer(long end) {
        return Memory.shortAt(end - TRAILER_BYTES);
    }

    public static int paddingBytes(int trailer) {
        return trailer >>> 8;
    }

    public static int nextHeader(int trailer) {
        return trailer & 0xff;
    }

    /**
     * Whether the {@code bytes} bytes are 1, 2, 3, …, RFC 4303 §2.4. May read up to four bytes in front of them;
     * up to four, as much as a cipher without blocks needs, are compared at once.
     */
    public static boolean isPadding(long at, int bytes) {
        if (bytes < Integer.BYTES) {
            int unused = Integer.SIZE - bytes * Byte.SIZE;
            return bytes == 0 || (Memory.intAt(at + bytes - Integer.BYTES) ^ PADDING >>> unused) << unused == 0;
        }
        for (int offset = 0; offset < bytes; offset++) {
            if (Memory.byteAt(at + offset) != offset + 1) {
                return false;
            }
        }
        return true;
    }
}
