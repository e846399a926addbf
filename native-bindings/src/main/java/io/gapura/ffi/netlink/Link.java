package io.gapura.ffi.netlink;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A network interface.
 *
 * @param mac   its Ethernet address in the low 48 bits; 0 if it has none
 * @param mtu   largest IP datagram in bytes
 * @param up    whether it is set up and its carrier is there
 * @param vlan  the tag of its frames (IEEE 802.1Q), if it is a VLAN of another interface; {@link #UNTAGGED} otherwise
 * @param trunk that interface's index then
 */
public record Link(int index, String name, long mac, int mtu, boolean up, int vlan, int trunk) {
    /** No VLAN. */
    public static final int UNTAGGED = 0;

    /** {@code struct ifinfomsg { u8 family, pad; u16 type; i32 index; u32 flags, change; }}. */
    private static final int HEADER_BYTES = 16;
    private static final int INDEX = 4;
    private static final int FLAGS = 8;
    private static final int IFF_UP = 0x1;
    private static final int IFF_RUNNING = 0x40;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_VLAN_ID = 1;
    private static final int IFLA_VLAN_PROTOCOL = 5;
    private static final int ETHERTYPE_VLAN = 0x8100;

    /** One that is no VLAN. */
    public Link(int index, String name, long mac, int mtu, boolean up) {
        this(index, name, mac, mtu, up, UNTAGGED, 0);
    }

    /** Null too for a bridge's messages about its ports, which tell less. */
    static @Nullable Link parse(ByteBuffer body) {
        if (body.limit() < HEADER_BYTES || body.get(0) != Netlink.AF_UNSPEC) {
            return null;
        }
        Attributes attributes = Attributes.of(body, HEADER_BYTES);
        boolean up = (body.getInt(FLAGS) & IFF_UP) != 0 && (body.getInt(FLAGS) & IFF_RUNNING) != 0;
        int vlan = vlan(attributes.nested(IFLA_LINKINFO));
        return new Link(body.getInt(INDEX), attributes.text(IFLA_IFNAME), attributes.mac(IFLA_ADDRESS),
                attributes.number(IFLA_MTU, 0), up, vlan, vlan == UNTAGGED ? 0 : attributes.number(IFLA_LINK, 0));
    }

    /** Not of IEEE 802.1ad, whose tags are others. */
    private static int vlan(Attributes info) {
        if (!info.text(IFLA_INFO_KIND).equals("vlan")) {
            return UNTAGGED;
        }
        Attributes data = info.nested(IFLA_INFO_DATA);
        boolean customers = data.networkShort(IFLA_VLAN_PROTOCOL, ETHERTYPE_VLAN) == ETHERTYPE_VLAN;
        return customers ? data.shortNumber(IFLA_VLAN_ID, UNTAGGED) : UNTAGGED;
    }
}
