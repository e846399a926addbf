package io.gapura.engine.worker;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.TunPort;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import org.jspecify.annotations.Nullable;

/** What a router does with a packet in clear text, RFC 1812 §5.2.1 and RFC 8200 §3: route, one hop less to live, next hop. */
final class Forwarding {
    /** No port. */
    static final int NONE = -1;

    private final Port[] ports;
    private final IcmpErrors errors;
    private final Fragmenter fragmenter;
    /** The index of the port to the host's own kernel, or {@link #NONE}. */
    private final int hostPort;

    Forwarding(Port[] ports, IcmpErrors errors, Fragmenter fragmenter) {
        this.ports = ports;
        this.errors = errors;
        this.fragmenter = fragmenter;
        this.hostPort = hostPort(ports);
    }

    /** The index of the port to the host's own kernel, or {@link #NONE}. */
    static int hostPort(Port[] ports) {
        for (Port port : ports) {
            if (port instanceof TunPort) {
                return port.index();
            }
        }
        return NONE;
    }

    /** The worker's. */
    BufferPool pool() {
        return ports[0].pool();
    }

    /** Forwards a packet that a policy lets pass in clear text, wherever its route leads. */
    void forward(PacketBatch batch, int packet, Fib fib, long nowNs) {
        Adjacency nextHop = fib.towardsDestination(batch.start(packet) + EthernetHeader.BYTES);
        if (nextHop == null) {
            batch.drop(packet, DropReason.NO_ROUTE);
        } else {
            leave(batch, packet, fib, nextHop, nowNs);
        }
    }

    /** Why a decrypted packet must not go this way, or null if it may: never back to where it could be read. */
    @Nullable
    DropReason deadEnd(@Nullable Adjacency nextHop) {
        if (nextHop == null) {
            return DropReason.NO_ROUTE;
        }
        boolean leadsBack = nextHop.hasPort() && ports[nextHop.port()].role() == PortRole.UNPROTECTED;
        return leadsBack ? DropReason.HAIRPIN : null;
    }

    /**
     * Passes on a decrypted packet. What is the host's, or forwarded by it, goes to its kernel as it is, if there is a
     * port to it.
     */
    void deliver(PacketBatch batch, int packet, Fib fib, Adjacency nextHop, long nowNs) {
        if (hostPort != NONE && (!nextHop.hasPort() || nextHop.port() == hostPort)) {
            batch.forward(packet, hostPort);
        } else {
            leave(batch, packet, fib, nextHop, nowNs);
        }
    }

    /** Whether what goes this way leaves by a port with an Ethernet header. */
    boolean isWire(@Nullable Adjacency nextHop) {
        return nextHop != null && nextHop.isResolved() && nextHop.port() != hostPort;
    }

    /** Forwards a packet by the next hop of its destination. */
    private void leave(PacketBatch batch, int packet, Fib fib, Adjacency nextHop, long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        if (nextHop == Adjacency.LOCAL) {
            batch.punt(packet);
        } else if (nextHop.hasPort() && nextHop.port() == hostPort) {
            batch.drop(packet, DropReason.NO_ROUTE); // in clear, into the tunnels' own device: it would come back
        } else if (IpHeader.timeToLive(ip) <= 1) {
            errors.timeExceeded(batch, packet, fib, nowNs);
        } else {
            boolean fits = IpHeader.totalLength(ip) <= nextHop.mtu();
            if (fits || !IpHeader.dontFragment(ip)) {
                IpHeader.decrementTimeToLive(ip); // each fragment's
            }
            if (fits || makeFit(batch, packet, fib, nextHop.mtu(), Fragmenter.NO_TUNNEL, nextHop, nowNs)) {
                send(batch, packet, nextHop);
            }
        }
    }

    /**
     * Cuts a packet that is larger than {@code mtu} bytes to its first fragment, the others to follow. False if that must not or
     * cannot be, and then the packet is dropped; its sender learns why if it forbade fragments, RFC 1191 §4.
     */
    boolean makeFit(PacketBatch batch, int packet, Fib fib, int mtu, int tunnel, Adjacency nextHop, long nowNs) {
        if (IpHeader.dontFragment(batch.start(packet) + EthernetHeader.BYTES)) {
            errors.tooBig(batch, packet, fib, mtu, nowNs);
            return false;
        }
        if (mtu < Fragmenter.SMALLEST_MTU) {
            batch.drop(packet, DropReason.TOO_BIG);
            return false;
        }
        if (!fragmenter.cut(batch, packet, mtu, tunnel, nextHop)) {
            batch.drop(packet, DropReason.NO_BUFFER);
            return false;
        }
        return true;
    }

    /** Cuts a packet that leaves by {@code nextHop} to its first fragment, the others to follow. */
    void cutOutside(PacketBatch batch, int packet, int mtu, Adjacency nextHop) {
        if (!fragmenter.cutOutside(batch, packet, mtu, nextHop)) {
            batch.drop(packet, DropReason.NO_BUFFER);
        }
    }

    /** Moves fragments to an empty batch; {@code tunnelOf} each, or else forwarded already. */
    void takeFragments(PacketBatch batch, int[] tunnelOf) {
        fragmenter.take(batch, tunnelOf);
    }

    /** Drops a packet larger than {@code mtu} bytes that must not be cut. */
    void tooBig(PacketBatch batch, int packet, Fib fib, int mtu, long nowNs) {
        errors.tooBig(batch, packet, fib, mtu, nowNs);
    }

    /** Drops a packet whose time to live ran out. */
    void timeExceeded(PacketBatch batch, int packet, Fib fib, long nowNs) {
        errors.timeExceeded(batch, packet, fib, nowNs);
    }

    /** Writes the next hop's Ethernet header, or leaves it to the kernel to find one. */
    static void send(PacketBatch batch, int packet, Adjacency nextHop) {
        if (nextHop.isResolved()) {
            nextHop.writeHeader(batch.start(packet));
            batch.forward(packet, nextHop.port());
        } else {
            batch.punt(packet);
        }
    }
}
