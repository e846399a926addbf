package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/**
 * An ICMP error, RFC 792 and RFC 4443: type, code, checksum, and four bytes of which "fragmentation needed" uses the last
 * two for the next hop's MTU, RFC 1191 §4, and ICMPv6's "packet too big" all four; then the beginning of the datagram
 * that it is about.
 */
public final class IcmpHeader {
    public static final int BYTES = 8;

    public static final int DESTINATION_UNREACHABLE = 3;
    public static final int FRAGMENTATION_NEEDED = 4;
    public static final int TIME_EXCEEDED = 11;
    public static final int IN_TRANSIT = 0;

    public static final int PACKET_TOO_BIG_V6 = 2;
    public static final int TIME_EXCEEDED_V6 = 3;

    private static final int SOURCE_QUENCH = 4;
    private static final int REDIRECT = 5;
    private static final int PARAMETER_PROBLEM = 12;
    /** ICMPv6's errors are the types below, RFC 4443 §2.1. */
    private static final int FIRST_QUERY_V6 = 128;
    private static final int LAST_ERROR_V6 = 4;
    private static final int REDIRECT_V6 = 137;

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

    /** Whether a datagram was too big for a router on its way and must not be fragmented, RFC 1191 §4. */
    public static boolean isFragmentationNeeded(long at) {
        return type(at) == DESTINATION_UNREACHABLE && code(at) == FRAGMENTATION_NEEDED;
    }

    /** The next hop's MTU in a "fragmentation needed". */
    public static int nextHopMtu(long at) {
        return Memory.shortAt(at + REST + 2);
    }

    /** The next hop's MTU in a "packet too big". */
    public static int mtuV6(long at) {
        return Memory.intAt(at + REST);
    }

    /** Whether a message of this type is an error, about which no further error may be sent, RFC 1812 §4.3.2.7. */
    public static boolean isError(int type) {
        return switch (type) {
            case DESTINATION_UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM -> true;
            default -> false;
        };
    }

    /** As {@link #isError}, of ICMPv6, RFC 4443 §2.4 (e). */
    public static boolean isErrorV6(int type) {
        return type < FIRST_QUERY_V6 || type == REDIRECT_V6;
    }

    /** Whether a message of this type tells what became of a packet: an error, but no redirect, which routes do not heed. */
    public static boolean tellsOfPacket(int type) {
        return isError(type) && type != REDIRECT;
    }

    /** As {@link #tellsOfPacket}, of the ICMPv6 types that RFC 4443 defines. */
    public static boolean tellsOfPacketV6(int type) {
        return type >= 1 && type <= LAST_ERROR_V6;
    }

    /** Writes the header in front of {@code quotedBytes} bytes that are there already. */
    public static void writeError(long at, int type, int code, int nextHopMtu, int quotedBytes) {
        Memory.putInt(at, type << 24 | code << 16);
        Memory.putInt(at + REST, nextHopMtu);
        Memory.putShort(at + CHECKSUM, Checksum.of(at, BYTES + quotedBytes));
    }

    /** As {@link #writeError} for ICMPv6, whose checksum covers a pseudo header of this sum, RFC 4443 §2.3. */
    public static void writeErrorV6(long at, int type, int mtu, int quotedBytes, long pseudoHeaderSum) {
        Memory.putInt(at, type << 24);
        Memory.putInt(at + REST, mtu);
        Memory.putShort(at + CHECKSUM,
                Checksum.complete(pseudoHeaderSum + Checksum.partial(at, BYTES + quotedBytes)));
    }
}
