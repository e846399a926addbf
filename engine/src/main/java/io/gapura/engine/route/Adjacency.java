package io.gapura.engine.route;

import io.gapura.engine.wire.IpHeader;
import io.gapura.ffi.Memory;

/**
 * A next hop: the port to leave by and the Ethernet header to leave with; or that the kernel takes the
 * packet. Immutable.
 */
public final class Adjacency {
    /** Bytes of an Ethernet header without VLAN tag. */
    public static final int HEADER_BYTES = 14;

    private static final int NO_PORT = -1;
    private static final int LARGEST_DATAGRAM = 65_535;

    /** One of this host's own addresses: the kernel delivers. */
    public static final Adjacency LOCAL = new Adjacency(NO_PORT, LARGEST_DATAGRAM, false, 0, 0);

    /** By an interface that is none of the engine's ports: the kernel forwards. */
    public static final Adjacency FOREIGN = new Adjacency(NO_PORT, LARGEST_DATAGRAM, false, 0, 0);

    private final int port;
    private final int mtu;
    private final boolean resolved;
    /** Destination address and the first two bytes of the source address; then its other four. Both as they lie in memory. */
    private final long front;
    private final int back;

    private Adjacency(int port, int mtu, boolean resolved, long front, int back) {
        this.port = port;
        this.mtu = mtu;
        this.resolved = resolved;
        this.front = Memory.inNetworkOrder(front);
        this.back = Memory.inNetworkOrder(back);
    }

    /**
     * A neighbour whose address is known.
     *
     * @param mtu         the route's, or else the port's: largest IP datagram in bytes
     * @param destination the neighbour's Ethernet address in the low 48 bits
     * @param source      the port's, likewise
     */
    public static Adjacency resolved(int port, int mtu, long destination, long source) {
        return new Adjacency(port, mtu, true, destination << 16 | source >>> 32, (int) source);
    }

    /** By this port, but the neighbour's address is not known yet: the kernel resolves it and sends. */
    public static Adjacency unresolved(int port, int mtu) {
        return new Adjacency(port, mtu, false, 0, 0);
    }

    /** The index of the port to leave by, or -1: {@link #LOCAL} or {@link #FOREIGN}. */
    public int port() {
        return port;
    }

    public boolean hasPort() {
        return port >= 0;
    }

    /** Largest IP datagram that may go this way, in bytes. */
    public int mtu() {
        return mtu;
    }

    /** Whether the packet can leave by {@link #port}; otherwise the kernel takes it. */
    public boolean isResolved() {
        return resolved;
    }

    /** Writes the Ethernet header to {@code frame}, in front of an IP datagram. */
    public void writeHeader(long frame) {
        writeHeader(frame, IpHeader.etherType(frame + HEADER_BYTES));
    }

    /** Likewise, of a datagram of this Ethernet type. */
    public void writeHeader(long frame, int etherType) {
        Memory.putNativeLong(frame, front);
        Memory.putNativeInt(frame + 8, back);
        Memory.putShort(frame + 12, etherType);
    }
}
