package io.gapura.ffi.traffic;

import io.gapura.ffi.Memory;

/**
 * Where things lie in a frame to measure by, which is UDP in IPv4 without options. In network byte order.
 *
 * <pre>
 *   Ethernet 14 | IPv4 20 | UDP 8 | number 8 | System.nanoTime() when it was sent 8 | zeros
 * </pre>
 */
final class TestFrame {
    static final int ETHERNET_BYTES = 14;
    static final int IPV4_BYTES = 20;
    static final int TYPE = 12;
    static final int IP = ETHERNET_BYTES;
    static final int IP_LENGTH = IP + 2;
    static final int IP_PROTOCOL = IP + 9;
    static final int IP_CHECKSUM = IP + 10;
    static final int IP_SOURCE = IP + 12;
    static final int IP_DESTINATION = IP + 16;
    static final int UDP = IP + IPV4_BYTES;
    static final int UDP_DESTINATION = UDP + 2;
    static final int UDP_LENGTH = UDP + 4;
    static final int NUMBER = UDP + 8;
    static final int TIME = NUMBER + Long.BYTES;
    static final int MIN_BYTES = TIME + Long.BYTES;

    static final int IPV4 = 0x0800;
    static final int UDP_PROTOCOL = 17;
    /** For benchmarks of networks, RFC 2544 calls it "discard". */
    static final int PORT = 9;

    private static final int VERSION_AND_LENGTH = 0x4500;
    private static final int TTL_AND_UDP = 64 << 8 | UDP_PROTOCOL;

    private TestFrame() {
    }

    /** Writes all that is the same in each frame of {@code pattern}; the memory was zero. */
    static void write(long frame, TrafficPattern pattern) {
        Memory.putLong(frame, pattern.destinationMac() << 16 | pattern.sourceMac() >>> 32);
        Memory.putInt(frame + 8, (int) pattern.sourceMac());
        Memory.putShort(frame + TYPE, IPV4);
        Memory.putShort(frame + IP, VERSION_AND_LENGTH);
        Memory.putShort(frame + IP + 8, TTL_AND_UDP);
        Memory.putInt(frame + IP_SOURCE, pattern.source());
        Memory.putShort(frame + UDP, PORT);
        Memory.putShort(frame + UDP_DESTINATION, PORT);
    }

    /** The 16-bit words of the IPv4 header that are the same in each frame, added up. */
    static int constantSum(TrafficPattern pattern) {
        return VERSION_AND_LENGTH + TTL_AND_UDP + (pattern.source() >>> 16) + (pattern.source() & 0xffff);
    }
}
