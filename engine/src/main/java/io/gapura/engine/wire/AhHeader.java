package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/**
 * AH, RFC 4302 §2.
 *
 * <pre>
 *    0  next header         1
 *    1  length              1     in words of four bytes, less two
 *    2  reserved            2     0
 *    4  SPI                 4
 *    8  sequence number     4     its low 32 bits
 *   12  ICV           12 – 32     zero while it is computed; AES-GMAC's has an IV of eight bytes in front
 *       padding        0 or 4     so that the header is a multiple of eight bytes in IPv6, of four in IPv4; authenticated
 * </pre>
 */
public final class AhHeader {
    /** What is in front of the ICV. */
    public static final int BYTES = 12;
    /** Where SPI and sequence number are, which ESP begins with. */
    public static final int SPI = 4;

    private static final int LENGTH = 1;
    private static final int RESERVED = 2;
    private static final int SEQUENCE = 8;
    private static final int WORD_BYTES = 4;
    private static final int LENGTH_LESS = 2;
    private static final int IPV4_ALIGNMENT = 4;
    private static final int IPV6_ALIGNMENT = 8;

    private AhHeader() {
    }

    /** Of the whole header, with an ICV field of {@code icvBytes} bytes. */
    public static int bytes(int icvBytes, boolean inIpv4) {
        int alignment = inIpv4 ? IPV4_ALIGNMENT : IPV6_ALIGNMENT;
        return (BYTES + icvBytes + alignment - 1) & -alignment;
    }

    public static int nextHeader(long at) {
        return Memory.byteAt(at);
    }

    /** Of the whole header, as its length field has it. */
    public static int headerBytes(long at) {
        return (Memory.byteAt(at + LENGTH) + LENGTH_LESS) * WORD_BYTES;
    }

    public static int spi(long at) {
        return Memory.intAt(at + SPI);
    }

    /** The low 32 bits of the sequence number. */
    public static int sequence(long at) {
        return Memory.intAt(at + SEQUENCE);
    }

    /** Writes a header of {@code headerBytes} bytes, its ICV zero. */
    public static void write(long at, int nextHeader, int headerBytes, int spi, int sequence) {
        Memory.putByte(at, nextHeader);
        Memory.putByte(at + LENGTH, headerBytes / WORD_BYTES - LENGTH_LESS);
        Memory.putShort(at + RESERVED, 0);
        Memory.putInt(at + SPI, spi);
        Memory.putInt(at + SEQUENCE, sequence);
        Memory.zero(at + BYTES, headerBytes - BYTES);
    }
}
