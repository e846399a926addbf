package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/**
 * An IPv4 header, RFC 791 §3.1. The caller has checked that {@link #BYTES} bytes are there; once
 * {@link #isSound} is checked too, no accessor reads outside the datagram.
 *
 * <pre>
 *    0  version, header length   1      8  time to live      1
 *    1  DSCP, ECN                1      9  protocol          1
 *    2  total length             2     10  header checksum   2
 *    4  identification           2     12  source            4
 *    6  flags, fragment offset   2     16  destination       4
 * </pre>
 */
public final class Ipv4Header {
    /** Bytes of a header without options. */
    public static final int BYTES = 20;

    public static final int ICMP = 1;
    public static final int IP_IN_IP = 4;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ESP = 50;
    public static final int AH = 51;
    public static final int SCTP = 132;
    public static final int UDP_LITE = 136;

    public static final int DONT_FRAGMENT = 0x4000;
    public static final int MORE_FRAGMENTS = 0x2000;

    /** {@link #ports} of a datagram that shows none. */
    public static final long OPAQUE = -1;

    private static final int VERSION_4 = 4;
    /** The first byte of nearly all. */
    public static final int VERSION_4_WITHOUT_OPTIONS = 0x45;
    private static final int TYPE_OF_SERVICE = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int FRAGMENT = 6;
    public static final int TIME_TO_LIVE = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECKSUM = 10;
    private static final int SOURCE = 12;
    public static final int DESTINATION = 16;

    /** With both ports behind it. */
    public static final int PLAIN_BYTES = BYTES + 4;

    /** Of the first eight bytes, and what they are in most packets, as they lie in memory. */
    private static final long VERSION_LENGTH_OFFSET = Memory.inNetworkOrder(0xff00_0000_0000_1fffL);
    private static final long VERSION_LENGTH_FRAGMENT = Memory.inNetworkOrder(0xff00_0000_0000_3fffL);
    private static final long PLAIN = Memory.inNetworkOrder(0x4500_0000_0000_0000L);
    /** Of the next eight, likewise. */
    public static final long PROTOCOL_AND_SOURCE = Memory.inNetworkOrder(0x00ff_0000_ffff_ffffL);
    private static final long PROTOCOL_ALONE = Memory.inNetworkOrder(0x00ff_0000_0000_0000L);
    private static final long PROTOCOL_ESP = Memory.inNetworkOrder((long) ESP << 48);

    private static final int MORE_FRAGMENTS_OR_OFFSET = 0x3fff;
    private static final int OFFSET = 0x1fff;
    /** Of an option's type: it stands in every fragment, RFC 791 §3.1. */
    private static final int COPIED = 0x80;
    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;

    private Ipv4Header() {
    }

    /**
     * Whether version, header length and total length agree with each other and with {@code available}
     * bytes, and the header checksum is right, RFC 1812 §5.2.2.
     */
    public static boolean isSound(long at, int available) {
        int totalLength = totalLength(at);
        if (isWithoutOptions(at)) {
            return totalLength >= BYTES && totalLength <= available && isChecksumRight(at);
        }
        int headerBytes = headerBytes(at);
        return Memory.byteAt(at) >>> 4 == VERSION_4 && headerBytes >= BYTES && headerBytes <= totalLength
                && totalLength <= available && Checksum.of(at, headerBytes) == 0;
    }

    /** Whether a datagram has neither options nor a fragment offset, and is not shorter than {@link #PLAIN_BYTES}. */
    public static boolean isPlain(long at) {
        long first = Memory.nativeLongAt(at);
        return isPlain(first, totalLengthIn(first));
    }

    /** Likewise, by its first eight bytes and what {@link #totalLengthIn} says of them. */
    public static boolean isPlain(long first, int totalLength) {
        return (first & VERSION_LENGTH_OFFSET) == PLAIN && totalLength >= PLAIN_BYTES;
    }

    /** The total length in a header's first eight bytes, which are as in memory. */
    public static int totalLengthIn(long first) {
        return (int) (Memory.inNetworkOrder(first) >>> 32) & 0xffff;
    }

    /** Whether the checksum of a header without options is right. */
    public static boolean isChecksumRight(long at) {
        return Checksum.isRight(Memory.nativeLongAt(at), Memory.nativeLongAt(at + TIME_TO_LIVE),
                Memory.nativeIntAt(at + DESTINATION));
    }

    /** Both, to be compared with those of another datagram. */
    public static long protocolAndSource(long at) {
        return Memory.nativeLongAt(at + TIME_TO_LIVE) & PROTOCOL_AND_SOURCE;
    }

    /** Whether this is ESP, neither a fragment nor behind options. */
    public static boolean isPlainEsp(long at) {
        return (Memory.nativeLongAt(at) & VERSION_LENGTH_FRAGMENT) == PLAIN && protocol(at) == ESP;
    }

    /** The length of a sound datagram to {@code destination} that {@link #isPlainEsp}; 0 if it is not sound or is something else. */
    public static int plainEspBytes(long at, int destination) {
        long first = Memory.nativeLongAt(at);
        long second = Memory.nativeLongAt(at + TIME_TO_LIVE);
        int last = Memory.nativeIntAt(at + DESTINATION);
        boolean is = (first & VERSION_LENGTH_FRAGMENT) == PLAIN && (second & PROTOCOL_ALONE) == PROTOCOL_ESP
                && last == Memory.inNetworkOrder(destination) && Checksum.isRight(first, second, last);
        return is ? totalLengthIn(first) : 0;
    }

    /** Whether version and header length are those of nearly all packets. */
    public static boolean isWithoutOptions(long at) {
        return Memory.byteAt(at) == VERSION_4_WITHOUT_OPTIONS;
    }

    public static int headerBytes(long at) {
        return (Memory.byteAt(at) & 0xf) << 2;
    }

    /** DSCP in the upper six bits, ECN in the lower two. */
    public static int typeOfService(long at) {
        return Memory.byteAt(at + TYPE_OF_SERVICE);
    }

    /** Bytes of the datagram, header included. */
    public static int totalLength(long at) {
        return Memory.shortAt(at + TOTAL_LENGTH);
    }

    public static int identification(long at) {
        return Memory.shortAt(at + IDENTIFICATION);
    }

    /** Flags and fragment offset. */
    public static int flags(long at) {
        return Memory.shortAt(at + FRAGMENT);
    }

    public static boolean dontFragment(long at) {
        return (flags(at) & DONT_FRAGMENT) != 0;
    }

    /** Whether this is a fragment of a datagram, first, middle or last. */
    public static boolean isFragment(long at) {
        return (flags(at) & MORE_FRAGMENTS_OR_OFFSET) != 0;
    }

    /** Whether this is a fragment other than the first: one without the upper layer's header. */
    public static boolean isLaterFragment(long at) {
        return (flags(at) & OFFSET) != 0;
    }

    /** Where the fragment's data is in that of its datagram, in bytes. */
    public static int fragmentOffset(long at) {
        return (flags(at) & OFFSET) << 3;
    }

    /** Whether this is a fragment other than the last. */
    public static boolean moreFragments(long at) {
        return (flags(at) & MORE_FRAGMENTS) != 0;
    }

    public static int timeToLive(long at) {
        return Memory.byteAt(at + TIME_TO_LIVE);
    }

    public static int protocol(long at) {
        return Memory.byteAt(at + PROTOCOL);
    }

    public static int checksum(long at) {
        return Memory.shortAt(at + CHECKSUM);
    }

    /** Source in the upper, destination in the lower 32 bits. */
    public static long addresses(long at) {
        return Memory.longAt(at + SOURCE);
    }

    public static int source(long at) {
        return Memory.intAt(at + SOURCE);
    }

    public static int destination(long at) {
        return Memory.intAt(at + DESTINATION);
    }

    /**
     * Whether source or destination is one that no router forwards for, RFC 1812 §5.3.7 and §4.2.2.11: this
     * network, loopback, multicast, reserved and broadcast.
     */
    public static boolean isMartian(long at) {
        return isMartianAddress(source(at)) || isMartianAddress(destination(at));
    }

    /** Whether no router forwards for this address. */
    public static boolean isMartianAddress(int address) {
        int network = address >>> 24;
        return Integer.compareUnsigned(network - 1, 223) >= 0 || network == 127;
    }

    /**
     * What selectors match as ports, RFC 4301 §4.4.1.1: the source's in the upper and the destination's in the
     * lower 32 bits; for ICMP type and code in both; or {@link #OPAQUE}, which is -1 in both, where there are
     * none: in later fragments, datagrams too short for them, and other protocols. The whole datagram must be
     * there.
     */
    public static long ports(long at) {
        return ports(at, totalLength(at));
    }

    /** As {@link #ports}, of a datagram of which {@code available} bytes are there. */
    public static long ports(long at, int available) {
        int headerBytes = headerBytes(at);
        return isLaterFragment(at) ? OPAQUE : UpperLayer.ports(at + headerBytes, protocol(at), available - headerBytes);
    }

    /**
     * Takes one from the time to live, as a forwarder does, and keeps the checksum right: it grows by as much
     * as the time to live's word shrinks, RFC 1141. Not for a time to live of 0.
     */
    public static void decrementTimeToLive(long at) {
        int word = Memory.intAt(at + TIME_TO_LIVE);
        int checksum = (word & 0xffff) + 0x100;
        checksum += checksum >= 0xffff ? 1 : 0;
        Memory.putInt(at + TIME_TO_LIVE, (word - 0x0100_0000 & 0xffff_0000) | (checksum & 0xffff));
    }

    /** Sets DSCP and ECN and keeps the checksum right. */
    public static void changeTypeOfService(long at, int typeOfService) {
        int before = Memory.shortAt(at);
        int after = (before & 0xff00) | typeOfService;
        Memory.putShort(at, after);
        putChecksum(at, Checksum.update(checksum(at), before, after));
    }

    /** Writes a header without options; {@code flags} such as {@link #DONT_FRAGMENT}. */
    public static void write(long at, int totalLength, int typeOfService, int identification, int flags,
            int timeToLive, int protocol, int source, int destination) {
        Memory.putInt(at, 0x4500_0000 | typeOfService << 16 | totalLength);
        Memory.putInt(at + IDENTIFICATION, identification << 16 | flags);
        Memory.putInt(at + TIME_TO_LIVE, timeToLive << 24 | protocol << 16);
        Memory.putInt(at + SOURCE, source);
        Memory.putInt(at + DESTINATION, destination);
        putChecksum(at, Checksum.of(at, BYTES));
    }

    /** Lets the header announce a payload of another protocol and length. */
    public static void announce(long at, int protocol, int totalLength) {
        Memory.putShort(at + TOTAL_LENGTH, totalLength);
        Memory.putByte(at + PROTOCOL, protocol);
        putChecksum(at, 0);
        putChecksum(at, Checksum.of(at, headerBytes(at)));
    }

    /** Gives a copied header a length and an identification of its own, and the checksum to it. */
    public static void resize(long at, int totalLength, int identification) {
        Memory.putShort(at + TOTAL_LENGTH, totalLength);
        Memory.putShort(at + IDENTIFICATION, identification);
        putChecksum(at, 0);
        putChecksum(at, Checksum.of(at, headerBytes(at)));
    }

    /** Gives a header another length, flags and fragment offset, and the checksum to it. */
    public static void fragment(long at, int totalLength, int flags) {
        Memory.putShort(at + TOTAL_LENGTH, totalLength);
        Memory.putShort(at + FRAGMENT, flags);
        putChecksum(at, 0);
        putChecksum(at, Checksum.of(at, headerBytes(at)));
    }

    /** Copies a header for a fragment other than the first, with those options that belong there; its bytes. */
    public static int copyForFragment(long from, long to) {
        Memory.copy(from, to, BYTES);
        int end = headerBytes(from);
        int copied = BYTES;
        int at = BYTES;
        while (at < end && Memory.byteAt(from + at) != END_OF_OPTIONS) {
            int type = Memory.byteAt(from + at);
            int bytes = type == NO_OPERATION || at + 1 == end ? 1 : Math.max(2, Memory.byteAt(from + at + 1));
            bytes = Math.min(bytes, end - at);
            if ((type & COPIED) != 0) {
                Memory.copy(from + at, to + copied, bytes);
                copied += bytes;
            }
            at += bytes;
        }
        while (copied % Integer.BYTES != 0) {
            Memory.putByte(to + copied++, END_OF_OPTIONS);
        }
        Memory.putByte(to, VERSION_4 << 4 | copied >>> 2);
        return copied;
    }

    /** The sum over the pseudo header of TCP or UDP, RFC 9293 §3.1, for {@code upperBytes} bytes above IP. */
    public static long pseudoHeaderSum(long at, int upperBytes) {
        return Checksum.sum(at + SOURCE, 8) + protocol(at) + upperBytes;
    }

    private static void putChecksum(long at, int checksum) {
        Memory.putShort(at + CHECKSUM, checksum);
    }
}
