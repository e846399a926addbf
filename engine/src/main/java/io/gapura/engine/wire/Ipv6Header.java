package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/**
 * An IPv6 header, RFC 8200 §3. The caller has checked that {@link #BYTES} bytes are there; once {@link #isSound} is
 * checked too, no accessor reads outside the datagram.
 *
 * <pre>
 *    0  version, traffic class, flow label   4      8  source        16
 *    4  payload length                       2     24  destination   16
 *    6  next header                          1
 *    7  hop limit                            1
 * </pre>
 *
 * <p>What follows is a chain of extension headers, each of which names the next, up to the upper layer. It is looked
 * through once, by {@link #chain}, no further than {@value #MOST_EXTENSIONS} headers: RFC 8200 §4.1 knows of five in
 * front of what interests a gateway. The answer is one int, for the methods that take it:
 *
 * <pre>
 *   31          30           29            28 … 8                       7 … 0
 *   no answer   a fragment   a later one   where the upper layer is     its protocol
 * </pre>
 */
public final class Ipv6Header {
    /** Bytes of the fixed header. */
    public static final int BYTES = 40;
    /** No link may carry less, RFC 8200 §5. */
    public static final int LEAST_MTU = 1280;

    /** More of them, and a packet is none that this gateway knows the protocol of. */
    public static final int MOST_EXTENSIONS = 6;

    /** In a header of another protocol: IPv6 follows. */
    public static final int IPV6 = 41;
    public static final int ICMPV6 = 58;
    public static final int MOBILITY = 135;

    /** {@link #chain}: a header ends behind the datagram, or is where it must not be. */
    public static final int MALFORMED = -1;
    /** {@link #chain}: too many headers. */
    public static final int TOO_LONG = -2;

    private static final int VERSION_6 = 6;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;
    private static final int ADDRESSES_BYTES = 32;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final long EXTENSIONS = 1L << HOP_BY_HOP | 1L << ROUTING | 1L << FRAGMENT
            | 1L << DESTINATION_OPTIONS;
    private static final int EXTENSION_UNIT = 8;

    /** Of a fragment header, RFC 8200 §4.5. */
    public static final int FRAGMENT_BYTES = 8;
    private static final int FRAGMENT_IDENTIFICATION = 4;

    private static final int PROTOCOL_BITS = 8;
    private static final int OFFSET_MASK = 0x1f_ffff;
    private static final int IS_LATER = 1 << 29;
    private static final int IS_FRAGMENT = 1 << 30;
    private static final int FRAGMENT_OFFSET = 0xfff8;
    private static final int MORE_FRAGMENTS = 1;

    private static final int MULTICAST = 0xff;
    private static final int LINK_LOCAL = 0xfe80 >>> 6;

    private Ipv6Header() {
    }

    /** Whether version and payload length are right for {@code available} bytes. There is no checksum. */
    public static boolean isSound(long at, int available) {
        return Memory.byteAt(at) >>> 4 == VERSION_6 && totalLength(at) <= available;
    }

    /** DSCP in the upper six bits, ECN in the lower two. */
    public static int trafficClass(long at) {
        return (Memory.shortAt(at) >>> 4) & 0xff;
    }

    public static void changeTrafficClass(long at, int trafficClass) {
        Memory.putShort(at, (Memory.shortAt(at) & 0xf00f) | trafficClass << 4);
    }

    public static int payloadLength(long at) {
        return Memory.shortAt(at + PAYLOAD_LENGTH);
    }

    public static void putPayloadLength(long at, int bytes) {
        Memory.putShort(at + PAYLOAD_LENGTH, bytes);
    }

    /** Bytes of the datagram, header included. */
    public static int totalLength(long at) {
        return BYTES + payloadLength(at);
    }

    public static int nextHeader(long at) {
        return Memory.byteAt(at + NEXT_HEADER);
    }

    public static int hopLimit(long at) {
        return Memory.byteAt(at + HOP_LIMIT);
    }

    /** Takes one, as a forwarder does. */
    public static void decrementHopLimit(long at) {
        Memory.putByte(at + HOP_LIMIT, hopLimit(at) - 1);
    }

    public static long sourceHigh(long at) {
        return Memory.longAt(at + SOURCE);
    }

    public static long sourceLow(long at) {
        return Memory.longAt(at + SOURCE + Long.BYTES);
    }

    public static long destinationHigh(long at) {
        return Memory.longAt(at + DESTINATION);
    }

    public static long destinationLow(long at) {
        return Memory.longAt(at + DESTINATION + Long.BYTES);
    }

    /**
     * Whether no router forwards for this address: RFC 4291 §2.4 and §2.5, RFC 4007 §9. None, loopback, and IPv4 in
     * IPv6; multicast; what counts on one link only.
     */
    public static boolean isMartianAddress(long high) {
        return high == 0 || high >>> 56 == MULTICAST || high >>> 54 == LINK_LOCAL;
    }

    public static boolean isMartian(long at) {
        return isMartianAddress(sourceHigh(at)) || isMartianAddress(destinationHigh(at));
    }

    /** Looks through the extension headers of a sound datagram; or {@link #MALFORMED} or {@link #TOO_LONG}. */
    public static int chain(long at) {
        int next = nextHeader(at);
        return isExtension(next) ? walk(at, next, totalLength(at)) : BYTES << PROTOCOL_BITS | next;
    }

    /** As {@link #chain}, of a datagram of which {@code available} bytes are there, {@link #BYTES} or more. */
    public static int chain(long at, int available) {
        return walk(at, nextHeader(at), available);
    }

    private static int walk(long at, int first, int end) {
        int next = first;
        int offset = BYTES;
        int flags = 0;
        for (int count = 0; isExtension(next); count++) {
            if (count == MOST_EXTENSIONS) {
                return TOO_LONG;
            }
            if (offset + EXTENSION_UNIT > end || (next == HOP_BY_HOP && count > 0)) {
                return MALFORMED;
            }
            int extension = Memory.intAt(at + offset);
            if (next == FRAGMENT) {
                flags |= (extension & (FRAGMENT_OFFSET | MORE_FRAGMENTS)) == 0 ? 0 : IS_FRAGMENT;
                flags |= (extension & FRAGMENT_OFFSET) == 0 ? 0 : IS_LATER;
                offset += EXTENSION_UNIT;
            } else {
                offset += (((extension >>> 16) & 0xff) + 1) * EXTENSION_UNIT;
            }
            next = extension >>> 24;
            if (offset > end) {
                return MALFORMED;
            }
            if ((flags & IS_LATER) != 0) {
                break;
            }
        }
        return flags | offset << PROTOCOL_BITS | next;
    }

    private static boolean isExtension(int nextHeader) {
        return nextHeader <= DESTINATION_OPTIONS && ((EXTENSIONS >>> nextHeader) & 1) != 0;
    }

    /** What follows the extension headers; of a later fragment, what its first one's fragmented part starts with. */
    public static int protocol(int chain) {
        return chain & 0xff;
    }

    /** From the header to the upper layer, in bytes. */
    public static int headerBytes(int chain) {
        return (chain >>> PROTOCOL_BITS) & OFFSET_MASK;
    }

    /** Whether it is a fragment of a datagram; an atomic fragment, RFC 6946, is none. */
    public static boolean isFragment(int chain) {
        return (chain & IS_FRAGMENT) != 0;
    }

    /** Whether it is a fragment other than the first. */
    public static boolean isLaterFragment(int chain) {
        return (chain & IS_LATER) != 0;
    }

    /** How many bytes stand in front of the fragment header of a fragment, whose {@link #chain} is sound. */
    public static int beforeFragment(long at) {
        int next = nextHeader(at);
        int offset = BYTES;
        while (next != FRAGMENT) {
            next = Memory.byteAt(at + offset);
            offset += (Memory.byteAt(at + offset + 1) + 1) * EXTENSION_UNIT;
        }
        return offset;
    }

    /** Where the fragment's data is in that of its datagram, in bytes, by the fragment header at {@code header}. */
    public static int fragmentOffset(long header) {
        return Memory.shortAt(header + 2) & FRAGMENT_OFFSET;
    }

    /** Whether the fragment header at {@code header} is another's than the last one's. */
    public static boolean moreFragments(long header) {
        return (Memory.shortAt(header + 2) & MORE_FRAGMENTS) != 0;
    }

    public static int fragmentIdentification(long header) {
        return Memory.intAt(header + FRAGMENT_IDENTIFICATION);
    }

    /** Writes a fragment header. */
    public static void writeFragment(long header, int nextHeader, int offset, boolean more, int identification) {
        Memory.putInt(header, nextHeader << 24 | offset | (more ? MORE_FRAGMENTS : 0));
        Memory.putInt(header + FRAGMENT_IDENTIFICATION, identification);
    }

    /** What announces the fragment header that {@link #fieldBefore} found a place for. */
    public static void announceFragment(long field) {
        Memory.putByte(field, FRAGMENT);
    }

    /** As {@link Ipv4Header#ports}, of a datagram of which {@code available} bytes are there. */
    public static long ports(long at, int chain, int available) {
        int upperLayer = headerBytes(chain);
        return isLaterFragment(chain)
                ? Ipv4Header.OPAQUE
                : UpperLayer.ports(at + upperLayer, protocol(chain), available - upperLayer);
    }

    /**
     * Where ESP in transport mode begins, RFC 4303 §3.1.1: behind what routers on the way read, which are hop-by-hop
     * options, routing, and destination options in front of routing. Of a datagram whose {@link #chain} is sound; in
     * the upper 24 bits of the answer, and in the lower eight the place of the next-header field that speaks of it.
     */
    public static int unfragmentable(long at) {
        int field = NEXT_HEADER;
        int offset = BYTES;
        int found = offset << PROTOCOL_BITS | field;
        for (int count = 0; count < MOST_EXTENSIONS; count++) {
            int next = Memory.byteAt(at + field);
            if ((next != HOP_BY_HOP && next != ROUTING && next != DESTINATION_OPTIONS) || offset > 0xff) {
                break;
            }
            field = offset;
            offset += (Memory.byteAt(at + offset + 1) + 1) * EXTENSION_UNIT;
            found = next == DESTINATION_OPTIONS ? found : offset << PROTOCOL_BITS | field;
        }
        return found;
    }

    /** The place of the next-header field that speaks of what begins {@code headerBytes} bytes from the header on. */
    public static int fieldBefore(long at, int headerBytes) {
        int field = NEXT_HEADER;
        int offset = BYTES;
        while (offset < headerBytes) {
            boolean fragment = Memory.byteAt(at + field) == FRAGMENT;
            field = offset;
            offset += fragment ? EXTENSION_UNIT : (Memory.byteAt(at + offset + 1) + 1) * EXTENSION_UNIT;
        }
        return field;
    }

    /** Writes the fixed header. */
    public static void write(long at, int trafficClass, int flowLabel, int payloadLength, int nextHeader,
            int hopLimit) {
        Memory.putInt(at, VERSION_6 << 28 | trafficClass << 20 | flowLabel);
        Memory.putInt(at + PAYLOAD_LENGTH, payloadLength << 16 | nextHeader << 8 | hopLimit);
    }

    public static void putSource(long at, long high, long low) {
        Memory.putLong(at + SOURCE, high);
        Memory.putLong(at + SOURCE + Long.BYTES, low);
    }

    public static void putDestination(long at, long high, long low) {
        Memory.putLong(at + DESTINATION, high);
        Memory.putLong(at + DESTINATION + Long.BYTES, low);
    }

    /** The sum over the pseudo header, RFC 8200 §8.1, for {@code upperBytes} bytes of {@code protocol}. */
    public static long pseudoHeaderSum(long at, int protocol, int upperBytes) {
        return Checksum.sum(at + SOURCE, ADDRESSES_BYTES) + protocol + upperBytes;
    }
}
