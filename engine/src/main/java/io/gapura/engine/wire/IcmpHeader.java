package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/**
 * An ICMP error, RFC 792: type, code, checksum, and four bytes of which "fragmentation needed" uses the last
 * two for the next hop's MTU, RFC 1191 §4; then the beginning of the datagram that it is about.
 */
public final class IcmpHeader {
    public static final int BYTES = 8;

    public static final int DESTINATION_UNREACHABLE = 3;
    public static final int FRAGMENTATION_NEEDED = 4;
    public static final int TIME_EXCEEDED = 11;
    public static final int IN_TRANSIT = 0;

    private static final int CHECKSUM = 2;
    private static final int REST = 4;

    private IcmpHeader() {
    }

    public static int type(long at) {
        return Memory.byteAt(at);
    }

    public static int code(long at) {
        return Memory.byteAt(at + 1);
    }

    /** The next hop's MTU in a "fragmentation needed". */
    public static int nextHopMtu(long at) {
        return Memory.shortAt(at + REST + 2);
    }

    /** Whether a message of this type is an error, about which no further error may be sent, RFC 1812 §4.3.2.7. */
    public static boolean isError(int type) {
        return switch (type) {
            case DESTINATION_UNREACHABLE, 4, 5, TIME_EXCEEDED, 12 -> true;
            default -> false;
        };
    }

    /** Writes the header in front of {@code quotedBytes} bytes that are there already. */
    public static void writeError(long at, int type, int code, int nextHopMtu, int quotedBytes) {
        Memory.putInt(at, type << 24 | code << 16);
        Memory.putInt(at + REST, nextHopMtu);
        Memory.putShort(at + CHECKSUM, Checksum.of(at, BYTES + quotedBytes));
    }
}
