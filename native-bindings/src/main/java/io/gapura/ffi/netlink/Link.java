package io.gapura.ffi.netlink;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A network interface.
 *
 * @param mac its Ethernet address in the low 48 bits; 0 if it has none
 * @param mtu largest IP datagram in bytes
 * @param up  whether it is set up and its carrier is there
 */
public record Link(int index, String name, long mac, int mtu, boolean up) {
    /** {@code struct ifinfomsg { u8 family, pad; u16 type; i32 index; u32 flags, change; }}. */
    private static final int HEADER_BYTES = 16;
    private static final int INDEX = 4;
    private static final int FLAGS = 8;
    private static final int IFF_UP = 0x1;
    private static final int IFF_RUNNING = 0x40;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;

    /** Null too for a bridge's messages about its ports, which tell less. */
    static @Nullable Link parse(ByteBuffer body) {
        if (body.limit() < HEADER_BYTES || body.get(0) != Netlink.AF_UNSPEC) {
            return null;
        }
        Attributes attributes = Attributes.of(body, HEADER_BYTES);
        boolean up = (body.getInt(FLAGS) & IFF_UP) != 0 && (body.getInt(FLAGS) & IFF_RUNNING) != 0;
        return new Link(body.getInt(INDEX), attributes.text(IFLA_IFNAME), attributes.mac(IFLA_ADDRESS),
                attributes.number(IFLA_MTU, 0), up);
    }
}
