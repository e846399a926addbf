package io.gapura.engine.ah;

import io.gapura.ffi.Memory;

/**
 * What routers may change of the headers in front of AH: zero while the ICV is computed, RFC 4302 §3.3.3.1 and appendix A.
 *
 * <p>Of IPv4 the type of service, flags and fragment offset, time to live, checksum, and each option that is not listed as
 * immutable. Of IPv6 traffic class, flow label and hop limit, and the data of each option whose type says that it changes. A source
 * route, in an option or a routing header, must be at its end: only then the headers are what they will be where the ICV is checked.
 */
final class MutableFields {
    private static final int IPV4_BYTES = 20;
    private static final int IPV4_VERSION = 4;
    private static final int TYPE_OF_SERVICE = 1;
    private static final int FLAGS = 6;
    private static final int TIME_TO_LIVE = 8;
    private static final int CHECKSUM = 10;

    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;
    private static final int SECURITY = 130;
    private static final int LOOSE_SOURCE_ROUTE = 131;
    private static final int EXTENDED_SECURITY = 133;
    private static final int COMMERCIAL_SECURITY = 134;
    private static final int STRICT_SOURCE_ROUTE = 137;
    private static final int ROUTER_ALERT = 148;
    private static final int SENDER_DIRECTED = 149;
    /** Of an option, its type and length; a source route has a pointer next. */
    private static final int OPTION_BYTES = 2;

    private static final int IPV6_BYTES = 40;
    private static final int IPV6_VERSION_AND_NO_MORE = 0x6000_0000;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int EXTENSION_UNIT = 8;
    private static final int SEGMENTS_LEFT = 3;
    private static final int PAD_1 = 0;
    /** In an IPv6 option's type: its data may change. */
    private static final int CHANGES = 0x20;

    private MutableFields() {
    }

    /**
     * Zeroes them in the headers from {@code ip} up to {@code ah}. False if an option or an extension header ends elsewhere than it
     * should, is none that AH may follow, or says that this is not the last destination yet: then nothing can be authenticated.
     */
    static boolean zero(long ip, long ah) {
        return Memory.byteAt(ip) >>> 4 == IPV4_VERSION ? zeroIpv4(ip, ah) : zeroIpv6(ip, ah);
    }

    private static boolean zeroIpv4(long ip, long ah) {
        Memory.putByte(ip + TYPE_OF_SERVICE, 0);
        Memory.putShort(ip + FLAGS, 0);
        Memory.putByte(ip + TIME_TO_LIVE, 0);
        Memory.putShort(ip + CHECKSUM, 0);
        long at = ip + IPV4_BYTES;
        while (at < ah) {
            int type = Memory.byteAt(at);
            if (type == END_OF_OPTIONS) {
                return true;
            }
            if (type == NO_OPERATION) {
                at++;
                continue;
            }
            int bytes = at + 1 < ah ? Memory.byteAt(at + 1) : 0;
            if (bytes < OPTION_BYTES || at + bytes > ah || !zeroOption(at, type, bytes)) {
                return false;
            }
            at += bytes;
        }
        return true;
    }

    /** The whole of it, type and length too. False for a source route with places still to go to. */
    private static boolean zeroOption(long at, int type, int bytes) {
        switch (type) {
            case SECURITY, EXTENDED_SECURITY, COMMERCIAL_SECURITY, ROUTER_ALERT, SENDER_DIRECTED -> {
                return true;
            }
            case LOOSE_SOURCE_ROUTE, STRICT_SOURCE_ROUTE -> {
                if (bytes == OPTION_BYTES || Memory.byteAt(at + OPTION_BYTES) <= bytes) {
                    return false;
                }
            }
            default -> {
            }
        }
        Memory.zero(at, bytes);
        return true;
    }

    private static boolean zeroIpv6(long ip, long ah) {
        Memory.putInt(ip, IPV6_VERSION_AND_NO_MORE);
        Memory.putByte(ip + HOP_LIMIT, 0);
        int next = Memory.byteAt(ip + NEXT_HEADER);
        long at = ip + IPV6_BYTES;
        while (at < ah) {
            long end = at + (Memory.byteAt(at + 1) + 1L) * EXTENSION_UNIT;
            boolean sound = switch (next) {
                case HOP_BY_HOP, DESTINATION_OPTIONS -> end <= ah && zeroOptions(at + 2, end);
                case ROUTING -> end <= ah && Memory.byteAt(at + SEGMENTS_LEFT) == 0;
                default -> false;
            };
            if (!sound) {
                return false;
            }
            next = Memory.byteAt(at);
            at = end;
        }
        return true;
    }

    private static boolean zeroOptions(long from, long end) {
        long at = from;
        while (at < end) {
            int type = Memory.byteAt(at);
            if (type == PAD_1) {
                at++;
                continue;
            }
            if (at + OPTION_BYTES > end || at + OPTION_BYTES + Memory.byteAt(at + 1) > end) {
                return false;
            }
            int bytes = Memory.byteAt(at + 1);
            if ((type & CHANGES) != 0) {
                Memory.zero(at + OPTION_BYTES, bytes);
            }
            at += OPTION_BYTES + bytes;
        }
        return true;
    }
}
