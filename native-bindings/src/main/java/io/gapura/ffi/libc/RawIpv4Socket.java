package io.gapura.ffi.libc;

import io.gapura.ffi.Memory;

/**
 * Hands whole IPv4 datagrams to the kernel, raw(7) with IP_HDRINCL: it routes them, resolves the next hop, or
 * delivers them locally. The header's source address may be anybody's. Needs CAP_NET_RAW.
 *
 * <p>The kernel fills in the total length and the header checksum, and refuses with EMSGSIZE what is larger
 * than the interface's MTU. One thread.
 */
public final class RawIpv4Socket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int IPPROTO_RAW = 255;
    private static final int DESTINATION_OFFSET = 16;
    /** {@code sockaddr_in}: family u16, port u16, address u32 in network order, 8 bytes of nothing. */
    private static final int SOCKADDR_BYTES = 16;

    private final NativeSocket socket;
    private final Mapping destination = Mapping.anonymous(SOCKADDR_BYTES);

    private RawIpv4Socket(NativeSocket socket) {
        this.socket = socket;
        Memory.putNativeShort(destination.address(), AF_INET);
    }

    public static RawIpv4Socket open() {
        return new RawIpv4Socket(NativeSocket.open(AF_INET, NativeSocket.SOCK_RAW, IPPROTO_RAW));
    }

    /**
     * Sends the datagram of {@code bytes} bytes, at least 20, at {@code address}.
     *
     * @return 0, or the errno for which the kernel did not take it
     */
    public int send(long address, int bytes) {
        Memory.putInt(destination.address() + 4, Memory.intAt(address + DESTINATION_OFFSET));
        long sent = socket.sendTo(address, bytes, NativeSocket.MSG_DONTWAIT, destination.address(), SOCKADDR_BYTES);
        return sent < 0 ? (int) -sent : 0;
    }

    @Override
    public void close() {
        socket.close();
        destination.close();
    }
}
