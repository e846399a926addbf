package io.gapura.ffi.dpdk;

import io.gapura.ffi.Memory;

/**
 * Fields of {@code struct rte_mbuf}, DPDK's descriptor of a packet buffer: of 128 bytes, the same from 21.11 to
 * 26.07 in builds with the IO address in it. Worker's thread.
 *
 * <pre>
 *   0  buffer address   8      24  offload flags   8      54  buffer length  2
 *   8  its IO address   8      32  packet type     4      56  pool           8
 *  16  data offset      2      36  packet length   4      64  next segment   8
 *  18  references       2      40  data length     2
 *  20  segments, port   2+2
 * </pre>
 */
public final class Mbuf {
    /** RTE_PKTMBUF_HEADROOM: how far into its buffer DPDK puts a received frame. */
    public static final int HEADROOM_BYTES = 128;

    private static final int BUFFER_ADDRESS = 0;
    private static final int BUFFER_IO_ADDRESS = 8;
    private static final int DATA_OFFSET = 16;
    private static final int SEGMENTS = 20;
    private static final int OFFLOAD_FLAGS = 24;
    private static final int PACKET_LENGTH = 36;
    private static final int DATA_LENGTH = 40;
    private static final int BUFFER_LENGTH = 54;
    private static final int POOL = 56;
    private static final int NEXT = 64;
    /** References 1, segments 1, port none: what stands behind the data offset in a buffer of one owner. */
    private static final long SINGLE = 0xffff_0001_0001_0000L;

    private Mbuf() {
    }

    /** Where the frame starts. */
    public static long data(long mbuf) {
        return buffer(mbuf) + Memory.nativeShortAt(mbuf + DATA_OFFSET);
    }

    /** Bytes of the frame, as long as {@link #isWhole}. */
    public static int bytes(long mbuf) {
        return Memory.nativeShortAt(mbuf + DATA_LENGTH);
    }

    /** Whether the frame lies in this buffer alone. */
    public static boolean isWhole(long mbuf) {
        return Memory.nativeShortAt(mbuf + SEGMENTS) == 1;
    }

    public static long buffer(long mbuf) {
        return Memory.nativeLongAt(mbuf + BUFFER_ADDRESS);
    }

    static int bufferBytes(long mbuf) {
        return Memory.nativeShortAt(mbuf + BUFFER_LENGTH);
    }

    static long pool(long mbuf) {
        return Memory.nativeLongAt(mbuf + POOL);
    }

    static long next(long mbuf) {
        return Memory.nativeLongAt(mbuf + NEXT);
    }

    /**
     * Moves the start of a fresh buffer by {@code bytes}, and forgets that it is not behind its descriptor, where DPDK
     * would have put it: so it is freed like any other.
     */
    static void adopt(long mbuf, int bytes, int bufferBytes) {
        Memory.putNativeLong(mbuf + BUFFER_ADDRESS, buffer(mbuf) + bytes);
        Memory.putNativeLong(mbuf + BUFFER_IO_ADDRESS, Memory.nativeLongAt(mbuf + BUFFER_IO_ADDRESS) + bytes);
        Memory.putNativeShort(mbuf + BUFFER_LENGTH, bufferBytes);
        Memory.putNativeLong(mbuf + OFFLOAD_FLAGS, 0);
    }

    /** Describes a frame of {@code bytes} bytes at {@code address}, not before the buffer, to be sent as it is. */
    public static void describe(long mbuf, long address, int bytes) {
        Memory.putNativeLong(mbuf + DATA_OFFSET, SINGLE | address - buffer(mbuf));
        Memory.putNativeLong(mbuf + OFFLOAD_FLAGS, 0);
        Memory.putNativeInt(mbuf + PACKET_LENGTH, bytes);
        Memory.putNativeShort(mbuf + DATA_LENGTH, bytes);
    }
}
