package io.gapura.ffi.netlink;

import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel knows of a host on a link: an entry of the ARP table, or of IPv6's neighbours.
 *
 * @param ifIndex the link's index
 * @param address the neighbour's IP address
 * @param mac     its Ethernet address in the low 48 bits; 0 if unknown
 * @param state   NUD_… of linux/neighbour.h, one bit
 */
public record Neighbour(int ifIndex, IpAddress address, long mac, int state) {
    /** {@code struct ndmsg { u8 family; u8 pad[3]; i32 ifindex; u16 state; u8 flags, type; }}. */
    static final int HEADER_BYTES = 12;
    static final int INDEX = 4;
    static final int STATE = 8;
    static final int FLAGS = 10;
    static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;

    private static final int NUD_REACHABLE = 0x02;
    private static final int NUD_STALE = 0x04;
    private static final int NUD_DELAY = 0x08;
    private static final int NUD_PROBE = 0x10;
    private static final int NUD_NOARP = 0x40;
    private static final int NUD_PERMANENT = 0x80;
    private static final int VALID = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_NOARP | NUD_PERMANENT;

    static @Nullable Neighbour parse(ByteBuffer body) {
        if (body.limit() < HEADER_BYTES || Netlink.addressBits(body.get(0)) == 0) {
            return null;
        }
        Attributes attributes = Attributes.of(body, HEADER_BYTES);
        IpAddress address = attributes.address(NDA_DST);
        return address == null || address.isAny()
                ? null
                : new Neighbour(body.getInt(INDEX), address, attributes.mac(NDA_LLADDR),
                        body.getShort(STATE) & 0xffff);
    }

    /** Whether frames can be sent to it: its address is known, and nothing says that it has gone. */
    public boolean isReachable() {
        return mac != 0 && (state & VALID) != 0;
    }

    /** Whether the kernel has not heard of it for a while, and will not ask before it has something to send. */
    public boolean isStale() {
        return state == NUD_STALE;
    }
}
