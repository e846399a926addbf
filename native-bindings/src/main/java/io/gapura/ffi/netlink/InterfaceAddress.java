package io.gapura.ffi.netlink;

import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address of an interface of this host.
 *
 * @param ifIndex    the interface's index
 * @param prefixBits length of the prefix that is on the link
 */
public record InterfaceAddress(int ifIndex, IpAddress address, int prefixBits) {
    /** {@code struct ifaddrmsg { u8 family, prefixlen, flags, scope; u32 index; }}. */
    private static final int HEADER_BYTES = 8;
    private static final int PREFIX_LENGTH = 1;
    private static final int INDEX = 4;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;

    /** On point-to-point links IFA_ADDRESS is the peer's; there IFA_LOCAL is ours. */
    static @Nullable InterfaceAddress parse(ByteBuffer body) {
        if (body.limit() < HEADER_BYTES || Netlink.addressBits(body.get(0)) == 0) {
            return null;
        }
        Attributes attributes = Attributes.of(body, HEADER_BYTES);
        IpAddress local = attributes.address(IFA_LOCAL);
        IpAddress address = local == null ? attributes.address(IFA_ADDRESS) : local;
        return address == null || address.isAny()
                ? null
                : new InterfaceAddress(body.getInt(INDEX), address, body.get(PREFIX_LENGTH) & 0xff);
    }
}
