package io.gapura.ffi.tun;

import io.gapura.ffi.Memory;

/**
 * {@code struct virtio_net_hdr}, in front of each packet that a TUN device with IFF_VNET_HDR passes, in the
 * machine's byte order. The caller has checked that {@link #BYTES} bytes are there.
 *
 * <pre>
 *   0  flags            1
 *   1  type of segment  1
 *   2  header length    2   bytes in front of the payload of a large segment
 *   4  segment size     2   payload bytes of each packet that it is to be cut into
 *   6  checksum start   2   where the range begins that the checksum is still to be computed over
 *   8  checksum offset  2   where it goes, from there
 * </pre>
 */
public final class VirtioNetHeader {
    public static final int BYTES = 10;

    /** Type of segment: an ordinary packet. */
    public static final int GSO_NONE = 0;
    /** Type of segment: TCP over IPv4 to be cut. */
    public static final int GSO_TCPV4 = 1;
    /** Type of segment: TCP over IPv6 to be cut. */
    public static final int GSO_TCPV6 = 4;
    /** Type of segment: UDP datagrams of one size, with one header. */
    public static final int GSO_UDP_L4 = 5;

    /** Bit beside {@link #GSO_TCPV4}: the segment carries CWR, which only its first packet may. */
    private static final int GSO_ECN = 0x80;
    private static final int NEEDS_CHECKSUM = 1;

    private static final int TYPE = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int SEGMENT_SIZE = 4;
    private static final int CHECKSUM_START = 6;
    private static final int CHECKSUM_OFFSET = 8;

    private VirtioNetHeader() {
    }

    /** Whether the checksum field holds only the pseudo header's sum. */
    public static boolean needsChecksum(long at) {
        return (Memory.byteAt(at) & NEEDS_CHECKSUM) != 0;
    }

    /** {@link #GSO_NONE}, {@link #GSO_TCPV4}, {@link #GSO_TCPV6}, {@link #GSO_UDP_L4} or one that is none of ours. */
    public static int type(long at) {
        return Memory.byteAt(at + TYPE) & ~GSO_ECN;
    }

    public static int segmentSize(long at) {
        return Memory.nativeShortAt(at + SEGMENT_SIZE);
    }

    public static int checksumStart(long at) {
        return Memory.nativeShortAt(at + CHECKSUM_START);
    }

    public static int checksumOffset(long at) {
        return Memory.nativeShortAt(at + CHECKSUM_OFFSET);
    }

    /** Writes the header of a packet that is complete. */
    public static void writePlain(long at) {
        Memory.putNativeLong(at, 0);
        Memory.putNativeShort(at + CHECKSUM_OFFSET, 0);
    }

    /**
     * Writes the header of a large segment, or of a packet whose checksum is to be completed, with
     * {@link #GSO_NONE} and a size of 0.
     */
    public static void write(long at, int type, int headerBytes, int segmentSize, int checksumStart,
            int checksumOffset) {
        Memory.putByte(at, NEEDS_CHECKSUM);
        Memory.putByte(at + TYPE, type);
        Memory.putNativeShort(at + HEADER_LENGTH, headerBytes);
        Memory.putNativeShort(at + SEGMENT_SIZE, segmentSize);
        Memory.putNativeShort(at + CHECKSUM_START, checksumStart);
        Memory.putNativeShort(at + CHECKSUM_OFFSET, checksumOffset);
    }
}
