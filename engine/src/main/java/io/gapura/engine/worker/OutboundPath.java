package io.gapura.engine.worker;

import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.esp.EspOutbound;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.sad.Tunnels;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import org.jspecify.annotations.Nullable;

/**
 * The way of a packet from the protected network, RFC 4301 §5.1: policy, then ESP, clear text or nothing.
 * One per worker, on its thread.
 */
final class OutboundPath {
    private final int worker;
    private final int ownPorts;
    private final Tables tables;
    private final Tunnels tunnels;
    private final AeadBatch aead;
    private final EspOutbound esp;
    /** The largest inner packet that leaves room in its chunk for what ESP puts behind it. */
    private final int roomBytes;
    private final Forwarding forwarding;
    private final IcmpErrors errors;
    private final EventRing events;
    private final WorkerCounters counters;

    OutboundPath(int worker, Port[] ports, int ownPorts, Tables tables, AeadBatch aead, IcmpErrors errors,
            EventRing events, WorkerCounters counters) {
        this.worker = worker;
        this.ownPorts = ownPorts;
        this.roomBytes = ports[0].pool().maxFrameBytes() - EthernetHeader.BYTES;
        this.tables = tables;
        this.tunnels = tables.tunnels;
        this.aead = aead;
        this.esp = new EspOutbound(aead);
        this.forwarding = new Forwarding(ports, errors);
        this.errors = errors;
        this.events = events;
        this.counters = counters;
    }

    /** Decides about each packet and writes all headers; then encrypts the batch. */
    void process(PacketBatch batch, long nowNs) {
        Spd spd = tables.spd();
        Fib fib = tables.fib();
        aead.clear();
        for (int packet = 0; packet < batch.size(); packet++) {
            if (FrameCheck.admit(batch, packet)) {
                decide(batch, packet, spd, fib, nowNs);
            }
        }
        counters.add(WorkerCounter.ENCAPSULATED, aead.size());
        aead.seal();
    }

    private void decide(PacketBatch batch, int packet, Spd spd, Fib fib, long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        long ports = Ipv4Header.ports(ip);
        int decision = spd.outbound(Ipv4Header.source(ip), Ipv4Header.destination(ip), Ipv4Header.protocol(ip),
                (int) (ports >>> 32), (int) ports);
        switch (decision) {
            case Spd.BYPASS -> {
                counters.add(WorkerCounter.BYPASSED, 1);
                forwarding.forward(batch, packet, fib, nowNs);
            }
            case Spd.DISCARD -> batch.drop(packet, DropReason.POLICY_DISCARD);
            case Spd.NO_POLICY -> batch.drop(packet, DropReason.NO_POLICY);
            default -> protect(batch, packet, decision, fib, nowNs);
        }
    }

    private void protect(PacketBatch batch, int packet, int tunnel, Fib fib, long nowNs) {
        OutboundSa sa = tunnels.outbound(tunnel);
        if (sa == null) {
            batch.drop(packet, DropReason.NO_SA);
            events.onAcquire(tunnel, nowNs);
            return;
        }
        if (sa.worker != worker) {
            batch.forward(packet, Links.index(ownPorts, sa.worker, PortRole.PROTECTED));
            return;
        }
        Adjacency nextHop = nextHop(sa, fib);
        if (nextHop == null) {
            batch.drop(packet, DropReason.NO_ROUTE);
            return;
        }
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        int innerMtu = Math.min(EspOutbound.innerMtu(sa, nextHop.mtu()), roomBytes);
        if (Ipv4Header.timeToLive(ip) <= 1) {
            errors.timeExceeded(batch, packet, fib, nowNs);
        } else if (Ipv4Header.totalLength(ip) > innerMtu) {
            errors.tooBig(batch, packet, fib, innerMtu, nowNs);
        } else {
            encapsulate(batch, packet, sa, nextHop, nowNs);
        }
    }

    private void encapsulate(PacketBatch batch, int packet, OutboundSa sa, Adjacency nextHop, long nowNs) {
        long sequence = sa.nextSequence(batch.length(packet) - EthernetHeader.BYTES, nowNs);
        events.onPacket(sa);
        if (sequence <= 0) {
            batch.drop(packet, sequence == OutboundSa.SEQUENCE_EXHAUSTED
                    ? DropReason.SEQUENCE_EXHAUSTED
                    : DropReason.LIFETIME_EXPIRED);
            return;
        }
        esp.encapsulate(batch, packet, sa, sequence);
        Forwarding.send(batch, packet, nextHop);
    }

    /** The way to the peer; looked up once per SA and published snapshot. */
    private static @Nullable Adjacency nextHop(OutboundSa sa, Fib fib) {
        if (sa.fib != fib) {
            sa.fib = fib;
            sa.nextHop = fib.lookup(sa.outer.destination());
        }
        return sa.nextHop;
    }
}
