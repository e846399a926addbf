package io.gapura.ffi.libc;

import io.gapura.ffi.Memory;

/**
 * Hands whole IP datagrams of either family to the kernel, raw(7) with IP_HDRINCL and its like: it routes them, resolves
 * the next hop, or delivers them locally. The header's source address may be anybody's. Needs CAP_NET_RAW.
 *
 * <p>Of IPv4 the kernel fills in the total length and the header checksum; it refuses with EMSGSIZE what is larger
 * than the interface's MTU. One thread.
 */
public final class RawIpSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    /** Implies a header that is there already, for both families. */
    private static final int IPPROTO_RAW = 255;
    private static final int DESTINATION_OFFSET = 16;
    private static final int DESTINATION_OFFSET_V6 = 24;
    private static final int VERSION_4 = 4;
    /** {@code sockaddr_in}: family u16, port u16, address u32 in network order, 8 bytes of nothing. */
    private static final int SOCKADDR_BYTES = 16;
    /** {@code sockaddr_in6}: family u16, port u16, flow u32, address in network order, scope u32. */
    private static final int SOCKADDR6_BYTES = 28;
    private static final int SOCKADDR6_ADDRESS = 8;

    private final NativeSocket ipv4 = NativeSocket.open(AF_INET, NativeSocket.SOCK_RAW, IPPROTO_RAW);
    private final NativeSocket ipv6 = NativeSocket.open(AF_INET6, NativeSocket.SOCK_RAW, IPPROTO_RAW);
    private final Mapping destination = Mapping.anonymous(SOCKADDR_BYTES);
    private final Mapping destination6 = Mapping.anonymous(SOCKADDR6_BYTES);

    private RawIpSocket() {
        Memory.putNativeShort(destination.address(), AF_INET);
        Memory.putNativeShort(destination6.address(), AF_INET6);
    }

    public static RawIpSocket open() {
        return new RawIpSocket();
    }

    /**
     * Sends the datagram of {@code bytes} bytes, at least a header, at {@code address}.
     *
     * @return 0, or the errno for which the kernel did not take it
     */
    public int send(long address, int bytes) {
        long sent = Memory.byteAt(address) >>> 4 == VERSION_4 ? sendIpv4(address, bytes) : sendIpv6(address, bytes);
        return sent < 0 ? (int) -sent : 0;
    }

    private long sendIpv4(long address, int bytes) {
        Memory.putInt(destination.address() + 4, Memory.intAt(address + DESTINATION_OFFSET));
        return ipv4.sendTo(address, bytes, NativeSocket.MSG_DONTWAIT, destination.address(), SOCKADDR_BYTES);
    }

    private long sendIpv6(long address, int bytes) {
        Memory.copy(address + DESTINATION_OFFSET_V6, destination6.address() + SOCKADDR6_ADDRESS, 16);
        return ipv6.sendTo(address, bytes, NativeSocket.MSG_DONTWAIT, destination6.address(), SOCKADDR6_BYTES);
    }

    @Override
    public void close() {
        ipv4.close();
        ipv6.close();
        destination.close();
        destination6.close();
    }
}
