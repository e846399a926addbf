package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/**
 * A TCP header, RFC 9293 §3.1. The caller has checked that {@link #BYTES} bytes are there.
 *
 * <pre>
 *    0  source port      2      12  data offset    1
 *    2  destination port 2      13  flags          1
 *    4  sequence number  4      14  window         2
 *    8  acknowledgment   4      16  checksum       2
 *                               18  urgent pointer 2
 * </pre>
 */
public final class TcpHeader {
    /** Bytes of a header without options. */
    public static final int BYTES = 20;
    /** Where the checksum is. */
    public static final int CHECKSUM = 16;

    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int ECE = 0x40;
    public static final int CWR = 0x80;

    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;
    private static final int MAXIMUM_SEGMENT_SIZE = 2;
    private static final int MAXIMUM_SEGMENT_SIZE_BYTES = 4;

    private static final int SEQUENCE = 4;
    private static final int ACKNOWLEDGMENT = 8;
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int WINDOW = 14;
    private static final int URGENT_POINTER = 18;

    private TcpHeader() {
    }

    /** Bytes of the header with its options. */
    public static int headerBytes(long at) {
        return Memory.byteAt(at + DATA_OFFSET) >>> 4 << 2;
    }

    public static int sequence(long at) {
        return Memory.intAt(at + SEQUENCE);
    }

    public static int acknowledgment(long at) {
        return Memory.intAt(at + ACKNOWLEDGMENT);
    }

    /** Reserved bits and flags: all twelve, RFC 9293 and what came after it. */
    public static int flags(long at) {
        return Memory.shortAt(at + DATA_OFFSET) & 0xfff;
    }

    public static int urgentPointer(long at) {
        return Memory.shortAt(at + URGENT_POINTER);
    }

    public static int checksum(long at) {
        return Memory.shortAt(at + CHECKSUM);
    }

    /**
     * Lowers the largest segment that the header's options offer to receive, RFC 9293 §3.7.1, to {@code most} bytes, and keeps the
     * checksum right. All {@link #headerBytes} are there.
     */
    public static void clampSegments(long at, int most) {
        int end = headerBytes(at);
        int option = BYTES;
        while (option + 1 < end && Memory.byteAt(at + option) != END_OF_OPTIONS) {
            int kind = Memory.byteAt(at + option);
            int bytes = kind == NO_OPERATION ? 1 : Memory.byteAt(at + option + 1);
            if (bytes == 0 || option + bytes > end) {
                return;
            }
            if (kind == MAXIMUM_SEGMENT_SIZE && bytes == MAXIMUM_SEGMENT_SIZE_BYTES) {
                clampSegment(at, option + 2, most);
            }
            option += bytes;
        }
    }

    /** A value at an odd place counts in the checksum with its bytes swapped, RFC 1071 §2 (B). */
    private static void clampSegment(long at, int place, int most) {
        int before = Memory.shortAt(at + place);
        if (before > most) {
            Memory.putShort(at + place, most);
            boolean swapped = place % 2 != 0;
            putChecksum(at, Checksum.update(checksum(at), swapped ? swap(before) : before,
                    swapped ? swap(most) : most));
        }
    }

    private static int swap(int word) {
        return (word >>> 8) | (word & 0xff) << 8;
    }

    public static int window(long at) {
        return Memory.shortAt(at + WINDOW);
    }

    public static void putSequence(long at, int sequence) {
        Memory.putInt(at + SEQUENCE, sequence);
    }

    /** Changes the flags, not the reserved bits. */
    public static void putFlags(long at, int flags) {
        Memory.putByte(at + FLAGS, flags);
    }

    public static void putChecksum(long at, int checksum) {
        Memory.putShort(at + CHECKSUM, checksum);
    }
}
