package io.gapura.ffi.netlink;

import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 route.
 *
 * @param table    {@link #TABLE_LOCAL}, {@link #TABLE_MAIN} or another
 * @param metric   of two routes for a prefix the one with the lower metric counts
 * @param mtu      largest IP datagram in bytes; 0 if it is the interface's
 * @param nextHops of a unicast route at least one; of others, none or the interface
 */
public record Route(IpAddress destination, int prefixBits, int table, Type type, int typeOfService, int metric, int mtu,
        List<NextHop> nextHops) {
    public static final int TABLE_MAIN = 254;
    public static final int TABLE_LOCAL = 255;

    /** What becomes of packets; the numbers are RTN_…, by ordinal. */
    public enum Type {
        UNSPECIFIED,
        UNICAST,
        /** To this host itself. */
        LOCAL,
        BROADCAST,
        ANYCAST,
        MULTICAST,
        BLACKHOLE,
        UNREACHABLE,
        PROHIBIT,
        THROW,
        NAT,
        EXTERNAL;

        private static Type of(int number) {
            return number < values().length ? values()[number] : UNSPECIFIED;
        }
    }

    /**
     * One way to go.
     *
     * @param gateway null if the destination is on the link; of an IPv4 route it may be IPv6, RFC 8950
     * @param usable  false if the kernel knows the link to be down
     */
    public record NextHop(int ifIndex, @Nullable IpAddress gateway, boolean usable) {}

    /** {@code struct rtmsg { u8 family, dst_len, src_len, tos, table, protocol, scope, type; u32 flags; }}. */
    private static final int HEADER_BYTES = 12;
    private static final int PREFIX_LENGTH = 1;
    private static final int TYPE_OF_SERVICE = 3;
    private static final int TABLE = 4;
    private static final int TYPE = 7;
    private static final int FLAGS = 8;
    private static final int RTM_F_CLONED = 0x200;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_METRICS = 8;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTA_VIA = 18;
    private static final int RTAX_MTU = 2;

    /** {@code struct rtnexthop { u16 len; u8 flags, hops; i32 ifindex; }}, then attributes. */
    private static final int NEXT_HOP_BYTES = 8;
    private static final int RTNH_F_DEAD = 0x1;
    private static final int RTNH_F_LINKDOWN = 0x10;

    public Route {
        nextHops = List.copyOf(nextHops);
    }

    /** Null too for the cached answers that are reported as routes. */
    static @Nullable Route parse(ByteBuffer body) {
        if (body.limit() < HEADER_BYTES || Netlink.addressBits(body.get(0)) == 0
                || (body.getInt(FLAGS) & RTM_F_CLONED) != 0) {
            return null;
        }
        int prefixBits = body.get(PREFIX_LENGTH) & 0xff;
        Attributes attributes = Attributes.of(body, HEADER_BYTES);
        IpAddress everywhere = body.get(0) == Netlink.AF_INET ? IpAddress.ANY_IPV4 : IpAddress.ANY_IPV6;
        IpAddress named = attributes.address(RTA_DST);
        IpAddress destination = named == null && prefixBits == 0 ? everywhere : named;
        if (destination == null || prefixBits > Netlink.addressBits(body.get(0))
                || destination.isIpv4() != everywhere.isIpv4()) {
            return null;
        }
        return new Route(destination, prefixBits,
                attributes.number(RTA_TABLE, body.get(TABLE) & 0xff), Type.of(body.get(TYPE) & 0xff),
                body.get(TYPE_OF_SERVICE) & 0xff, attributes.number(RTA_PRIORITY, 0),
                attributes.nested(RTA_METRICS).number(RTAX_MTU, 0), nextHops(attributes, body.getInt(FLAGS)));
    }

    private static List<NextHop> nextHops(Attributes attributes, int flags) {
        ByteBuffer several = attributes.bytes(RTA_MULTIPATH);
        if (several != null) {
            return severalNextHops(several);
        }
        return attributes.has(RTA_OIF) ? List.of(nextHop(attributes.number(RTA_OIF, 0), attributes, flags)) : List.of();
    }

    private static List<NextHop> severalNextHops(ByteBuffer several) {
        List<NextHop> nextHops = new ArrayList<>();
        int at = 0;
        while (several.limit() - at >= NEXT_HOP_BYTES) {
            int length = several.getShort(at) & 0xffff;
            if (length < NEXT_HOP_BYTES || length > several.limit() - at) {
                break;
            }
            ByteBuffer one = several.slice(at, length).order(several.order());
            nextHops.add(nextHop(one.getInt(4), Attributes.of(one, NEXT_HOP_BYTES), one.get(2)));
            at += NetlinkMessage.roundUp(length);
        }
        return nextHops;
    }

    private static NextHop nextHop(int ifIndex, Attributes attributes, int flags) {
        boolean usable = (flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) == 0;
        IpAddress gateway = attributes.address(RTA_GATEWAY);
        return new NextHop(ifIndex, gateway == null ? attributes.addressBehindFamily(RTA_VIA) : gateway, usable);
    }
}
