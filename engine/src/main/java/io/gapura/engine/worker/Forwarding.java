package io.gapura.engine.worker;

import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import org.jspecify.annotations.Nullable;

/** What an IPv4 router does with a packet in clear text, RFC 1812 §5.2.1: route, one hop less to live, next hop. */
final class Forwarding {
    private final Port[] ports;
    private final IcmpErrors errors;

    Forwarding(Port[] ports, IcmpErrors errors) {
        this.ports = ports;
        this.errors = errors;
    }

    /** Forwards a packet that a policy lets pass in clear text, wherever its route leads. */
    void forward(PacketBatch batch, int packet, Fib fib, long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        Adjacency nextHop = fib.lookup(Ipv4Header.destination(ip));
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

    /** Forwards a packet by the next hop of its destination. */
    void leave(PacketBatch batch, int packet, Fib fib, Adjacency nextHop, long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        if (nextHop == Adjacency.LOCAL) {
            batch.punt(packet);
        } else if (Ipv4Header.timeToLive(ip) <= 1) {
            errors.timeExceeded(batch, packet, fib, nowNs);
        } else if (Ipv4Header.totalLength(ip) > nextHop.mtu()) {
            errors.tooBig(batch, packet, fib, nextHop.mtu(), nowNs);
        } else {
            Ipv4Header.decrementTimeToLive(ip);
            send(batch, packet, nextHop);
        }
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
