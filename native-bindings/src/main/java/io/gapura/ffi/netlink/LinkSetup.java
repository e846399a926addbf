package io.gapura.ffi.netlink;

import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.InterfaceIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Sets up an interface of our own, as {@code ip link set}, {@code ip address add} and {@code ip route add} do, in
 * the network namespace of the thread that made this object. Needs CAP_NET_ADMIN. Control thread.
 */
public final class LinkSetup implements AutoCloseable {
    private static final int IFF_UP = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_VLAN_ID = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int TABLE_MAIN = 254;
    private static final int PROTOCOL_STATIC = 4;
    private static final int SCOPE_LINK = 253;
    private static final int TYPE_UNICAST = 1;
    /** A 32-bit attribute: length, type, value. */
    private static final int ATTRIBUTE_BYTES = 8;

    private final NetlinkSocket socket = new NetlinkSocket(0);
    private final String device;
    private final int ifIndex;

    /** For the interface called {@code device}. */
    public LinkSetup(String device) {
        this.device = device;
        this.ifIndex = InterfaceIndex.of(device);
    }

    /** Sets the interface up, with an MTU of {@code mtu} bytes. */
    public void up(int mtu) {
        // struct ifinfomsg { u8 family, pad; u16 type; i32 index; u32 flags, change; }
        ByteBuffer body = ByteBuffer.allocate(16 + ATTRIBUTE_BYTES).order(ByteOrder.nativeOrder());
        body.putInt(0).putInt(ifIndex).putInt(IFF_UP).putInt(IFF_UP);
        attribute(body, IFLA_MTU).putInt(mtu);
        socket.demand("ip link set %s up mtu %d".formatted(device, mtu), Netlink.RTM_NEWLINK, 0, body.array());
    }

    /** Makes an interface called {@code name} of its frames with the tag {@code vlan}. */
    public void addVlan(String name, int vlan) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        int nameBytes = NetlinkMessage.roundUp(4 + text.length + 1);
        // struct ifinfomsg; link; name; info { kind { "vlan\0" }, data { id } }
        ByteBuffer body = ByteBuffer.allocate(16 + ATTRIBUTE_BYTES + nameBytes + 4 + 12 + 4 + 8)
                .order(ByteOrder.nativeOrder());
        body.position(16);
        attribute(body, IFLA_LINK).putInt(ifIndex);
        int behindName = body.position() + nameBytes;
        body.putShort((short) (4 + text.length + 1)).putShort((short) IFLA_IFNAME).put(text).position(behindName);
        body.putShort((short) (4 + 12 + 4 + 8)).putShort((short) IFLA_LINKINFO);
        body.putShort((short) 9).putShort((short) IFLA_INFO_KIND).put("vlan".getBytes(StandardCharsets.UTF_8))
                .putInt(0);
        body.putShort((short) (4 + 8)).putShort((short) IFLA_INFO_DATA);
        body.putShort((short) 6).putShort((short) IFLA_VLAN_ID).putShort((short) vlan).putShort((short) 0);
        socket.demand("ip link add link %s name %s type vlan id %d".formatted(device, name, vlan),
                Netlink.RTM_NEWLINK, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL, body.array());
    }

    /** Gives the interface the IPv4 address {@code address}, with a route to its prefix; it may have it already. */
    public void address(int address, int prefixBits) {
        // struct ifaddrmsg { u8 family, prefix length, flags, scope; u32 index; }
        ByteBuffer body = ByteBuffer.allocate(8 + 2 * ATTRIBUTE_BYTES).order(ByteOrder.nativeOrder());
        body.put((byte) Netlink.AF_INET).put((byte) prefixBits).putShort((short) 0).putInt(ifIndex);
        attribute(body, IFA_LOCAL).order(ByteOrder.BIG_ENDIAN).putInt(address).order(ByteOrder.nativeOrder());
        attribute(body, IFA_ADDRESS).order(ByteOrder.BIG_ENDIAN).putInt(address);
        socket.demand("ip address replace %s dev %s".formatted(prefix(address, prefixBits), device),
                Netlink.RTM_NEWADDR, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE, body.array());
    }

    /**
     * Leads what is for the prefix to the interface, which has to be up.
     *
     * @return false if the prefix has a route already, which is left as it is
     */
    public boolean route(int destination, int prefixBits) {
        // struct rtmsg { u8 family, dst_len, src_len, tos, table, protocol, scope, type; u32 flags; }
        ByteBuffer body = ByteBuffer.allocate(12 + 2 * ATTRIBUTE_BYTES).order(ByteOrder.nativeOrder());
        body.put((byte) Netlink.AF_INET).put((byte) prefixBits).put((byte) 0).put((byte) 0).put((byte) TABLE_MAIN)
                .put((byte) PROTOCOL_STATIC).put((byte) SCOPE_LINK).put((byte) TYPE_UNICAST).putInt(0);
        attribute(body, RTA_DST).order(ByteOrder.BIG_ENDIAN).putInt(destination).order(ByteOrder.nativeOrder());
        attribute(body, RTA_OIF).putInt(ifIndex);
        String call = "ip route add %s dev %s".formatted(prefix(destination, prefixBits), device);
        try {
            socket.demand(call, Netlink.RTM_NEWROUTE, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL, body.array());
            return true;
        } catch (ErrnoException refused) {
            if (refused.errno() != Errno.EEXIST) {
                throw refused;
            }
            return false;
        }
    }

    private static ByteBuffer attribute(ByteBuffer body, int type) {
        return body.putShort((short) ATTRIBUTE_BYTES).putShort((short) type);
    }

    private static String prefix(int address, int bits) {
        return "%d.%d.%d.%d/%d".formatted(address >>> 24, address >>> 16 & 0xff, address >>> 8 & 0xff,
                address & 0xff, bits);
    }

    @Override
    public void close() {
        socket.close();
    }
}
