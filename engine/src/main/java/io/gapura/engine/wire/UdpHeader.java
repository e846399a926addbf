package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/** A UDP header, RFC 768: source port, destination port, length, checksum, 2 bytes each. */
public final class UdpHeader {
    public static final int BYTES = 8;

    /** ESP behind a NAT and IKE share this port, RFC 3948 §2. */
    public static final int NAT_TRAVERSAL_PORT = 4500;

    /** Where the checksum is. */
    public static final int CHECKSUM = 6;

    private static final int DESTINATION_PORT = 2;
    private static final int LENGTH = 4;

    private UdpHeader() {
    }

    public static int sourcePort(long at) {
        return Memory.shortAt(at);
    }

    public static int destinationPort(long at) {
        return Memory.shortAt(at + DESTINATION_PORT);
    }

    /** Bytes of the datagram, this header included. */
    public static int length(long at) {
        return Memory.shortAt(at + LENGTH);
    }

    public static int checksum(long at) {
        return Memory.shortAt(at + CHECKSUM);
    }

    public static void putLength(long at, int length) {
        Memory.putShort(at + LENGTH, length);
    }

    /** A computed checksum of zero is sent as all ones: zero says that there is none. */
    public static void putChecksum(long at, int checksum) {
        Memory.putShort(at + CHECKSUM, checksum == 0 ? 0xffff : checksum);
    }

    /** Writes a header with checksum zero, as RFC 3948 §2.1 wants it around ESP: there is none. */
    public static void write(long at, int ports, int length) {
        Memory.putInt(at, ports);
        Memory.putInt(at + LENGTH, length << 16);
    }
}
