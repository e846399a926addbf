package io.gapura.engine.worker;

import io.gapura.engine.ah.AhInbound;
import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.esp.EspInbound;
import io.gapura.engine.esp.EspTrain;
import io.gapura.engine.esp.EspTransport;
import io.gapura.engine.esp.InboundRows;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.InboundSa;
import io.gapura.engine.sad.ReplayWindow;
import io.gapura.engine.sad.Sad;
import io.gapura.engine.spd.Direction;
import io.gapura.engine.spd.Flow;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.AhHeader;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The way of a packet from the unprotected network, RFC 4301 §5.2: ESP and AH of ours is opened, clear text must be
 * allowed by policy. One per worker, on its thread.
 */
final class InboundPath {
    private final int worker;
    private final int ownPorts;
    private final Tables tables;
    private final Sad sad;
    private final AeadBatch aead;
    private final AhInbound ah;
    private final Forwarding forwarding;
    private final Reassembly reassembly;
    private final EventRing events;
    private final WorkerCounters counters;
    private final Flow flow = new Flow(Direction.INBOUND);
    /** Of a packet that came in clear text. */
    private final Flow clear = new Flow(Direction.INBOUND);
    /** The SA of the packet before, in this batch. */
    private @Nullable InboundSa trainSa;
    /** How often the SA changed in this batch. */
    private int lookups;
    /** What {@link #touchSas} read. */
    private long touched;

    private final InboundRows rows = new InboundRows();

    /** The SA of the last packet of {@link #flow}, and what is done with those of both. */
    private @Nullable InboundSa flowSa;
    private @Nullable DropReason flowRefusal;
    private @Nullable Adjacency flowHop;
    private @Nullable DropReason flowDeadEnd;
    /** Whether they may go by train. */
    private boolean flowFollows;

    InboundPath(int worker, int ownPorts, Tables tables, AeadBatch aead, Forwarding forwarding,
            Reassembly reassembly, EventRing events, WorkerCounters counters) {
        this.worker = worker;
        this.ownPorts = ownPorts;
        this.tables = tables;
        this.sad = tables.sad;
        this.aead = aead;
        this.ah = new AhInbound(forwarding.pool());
        this.forwarding = forwarding;
        this.reassembly = reassembly;
        this.events = events;
        this.counters = counters;
    }

    /** Finds each packet's SA and prepares its decryption; decrypts the batch; then looks at what was inside. */
    void process(PacketBatch batch, long nowNs) {
        Fib fib = tables.fib();
        if (lookups > OutboundPath.FEW_LOOKUPS) {
            touchSas(batch);
        }
        aead.clear();
        classify(batch, fib, nowNs);
        aead.open();
        finish(batch, fib, nowNs);
    }

    /**
     * As {@link OutboundPath}'s, after a batch with many SAs: so will this have. What is not plain ESP in IPv4 without options
     * is not worth finding its SPI twice.
     */
    private void touchSas(PacketBatch batch) {
        long sum = touched;
        int before = 0;
        for (int packet = 0; packet < batch.size(); packet++) {
            int spi = EspHeader.spi(batch.start(packet) + EthernetHeader.BYTES + Ipv4Header.BYTES);
            if (spi != before) {
                InboundSa sa = sad.inbound(spi);
                sum += sa == null ? 0 : sa.touch();
                before = spi;
            }
        }
        touched = sum;
    }

    /** Nearly all is ESP of the SA of the packet before, and goes by train. */
    private void classify(PacketBatch batch, Fib fib, long nowNs) {
        trainSa = null;
        lookups = 0;
        int size = batch.size();
        int packet = 0;
        while (packet < size) {
            int before = lookups;
            if (FrameCheck.admit(batch, packet)) {
                FrameCheck.cut(batch, packet);
                classify(batch, packet, fib, nowNs);
            }
            packet++;
            if (lookups == before) {
                packet = follow(batch, packet);
            }
        }
    }

    /** Prepares the packets from {@code first} on that are obviously the last one's SA's; the number of the one behind them. */
    private int follow(PacketBatch batch, int first) {
        InboundSa sa = trainSa;
        if (sa == null || sa.worker != worker || !EspTrain.suits(sa)) {
            return first;
        }
        return EspTrain.prepare(aead, batch, first, sa, rows);
    }

    private void classify(PacketBatch batch, int packet, Fib fib, long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        if (IpHeader.isIpv4(ip)) {
            if (Ipv4Header.isFragment(ip)) {
                if (!gather(batch, packet, fib, nowNs)) {
                    return;
                }
                ip = batch.start(packet) + EthernetHeader.BYTES;
            }
            int headerBytes = Ipv4Header.headerBytes(ip);
            classify(batch, packet, Ipv4Header.protocol(ip), Ipv4Header.isFragment(ip), ip + headerBytes,
                    Ipv4Header.totalLength(ip) - headerBytes, fib, nowNs);
        } else {
            int chain = Ipv6Header.chain(ip);
            if (Ipv6Header.isFragment(chain)) {
                if (!gather(batch, packet, fib, nowNs)) {
                    return;
                }
                ip = batch.start(packet) + EthernetHeader.BYTES;
                chain = Ipv6Header.chain(ip);
            }
            int headerBytes = Ipv6Header.headerBytes(chain);
            classify(batch, packet, Ipv6Header.protocol(chain), Ipv6Header.isFragment(chain), ip + headerBytes,
                    Ipv6Header.totalLength(ip) - headerBytes, fib, nowNs);
        }
    }

    /** @param payload of the IP header and its extension headers: {@code payloadBytes} bytes of {@code protocol} */
    private void classify(PacketBatch batch, int packet, int protocol, boolean fragment, long payload,
            int payloadBytes, Fib fib, long nowNs) {
        if (protocol == Ipv4Header.ESP || protocol == Ipv4Header.AH) {
            if (fragment) {
                refuseEsp(batch, packet, DropReason.FRAGMENT, fib, nowNs);
            } else if (protocol == Ipv4Header.ESP) {
                onEsp(batch, packet, payload, payloadBytes, fib, nowNs);
            } else {
                onAh(batch, packet, payload, payloadBytes, fib, nowNs);
            }
        } else if (protocol == Ipv4Header.UDP && !fragment && isNatTraversal(payload, payloadBytes)) {
            long esp = payload + UdpHeader.BYTES;
            onEspInUdp(batch, packet, esp, payloadBytes - UdpHeader.BYTES, fib, nowNs);
        } else {
            onClearText(batch, packet, fib, nowNs);
        }
    }

    /** Whether a fragment can be looked at: its datagram is whole now, or it is none of ours to put together. */
    private boolean gather(PacketBatch batch, int packet, Fib fib, long nowNs) {
        return !isLocal(batch, packet, fib) || reassembly.gather(batch, packet, nowNs);
    }

    /** ESP and IKE share the port, RFC 3948 §2; the datagram must end where its IP packet does. */
    private static boolean isNatTraversal(long udp, int payloadBytes) {
        return payloadBytes > UdpHeader.BYTES
                && UdpHeader.destinationPort(udp) == UdpHeader.NAT_TRAVERSAL_PORT
                && UdpHeader.length(udp) == payloadBytes;
    }

    /** A marker of four zero bytes is IKE's, RFC 3948 §2.2; a single byte 0xFF a keep-alive, §2.3. */
    private void onEspInUdp(PacketBatch batch, int packet, long esp, int espBytes, Fib fib,
            long nowNs) {
        if (espBytes >= EspHeader.BYTES && EspHeader.spi(esp) != 0) {
            onEsp(batch, packet, esp, espBytes, fib, nowNs);
        } else if (isLocal(batch, packet, fib) && espBytes == 1 && Memory.byteAt(esp) == 0xff) {
            batch.drop(packet, DropReason.NAT_KEEPALIVE);
        } else {
            onClearText(batch, packet, fib, nowNs);
        }
    }

    private void onEsp(PacketBatch batch, int packet, long esp, int espBytes, Fib fib, long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        if (EspInbound.isRunt(espBytes)) {
            refuseEsp(batch, packet, DropReason.RUNT, fib, nowNs);
        } else {
            InboundSa sa = sa(ip, EspHeader.spi(esp));
            if (sa == null) {
                refuseUnknown(batch, packet, EspHeader.spi(esp), fib, nowNs);
            } else if (sa.ah) {
                trainSa = null; // which is of ESP
                batch.drop(packet, DropReason.WRONG_PROTOCOL);
            } else if (EspInbound.isRunt(sa, espBytes)) {
                batch.drop(packet, DropReason.RUNT);
            } else if (EspInbound.isMisaligned(sa, espBytes)) {
                batch.drop(packet, DropReason.MISALIGNED);
            } else if (sa.worker != worker) {
                batch.forward(packet, Links.index(ownPorts, sa.worker, PortRole.UNPROTECTED));
            } else {
                prepare(batch, packet, sa, esp, espBytes);
            }
        }
    }

    private void onAh(PacketBatch batch, int packet, long header, int bytes, Fib fib, long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        if (bytes < AhHeader.BYTES) {
            refuseEsp(batch, packet, DropReason.RUNT, fib, nowNs);
            return;
        }
        InboundSa sa = sad.inbound(AhHeader.spi(header));
        if (sa == null || !sa.isFor(ip)) {
            refuseUnknown(batch, packet, AhHeader.spi(header), fib, nowNs);
            return;
        }
        DropReason fault = sa.ah ? AhInbound.fault(sa, header, bytes) : DropReason.WRONG_PROTOCOL;
        if (fault != null) {
            batch.drop(packet, fault);
        } else if (sa.worker != worker) {
            batch.forward(packet, Links.index(ownPorts, sa.worker, PortRole.UNPROTECTED));
        } else {
            prepareAh(batch, packet, sa, header);
        }
    }

    /** The SA with this SPI at the packet's destination, or null. Looked up where the SPI changes. */
    private @Nullable InboundSa sa(long ip, int spi) {
        InboundSa sa = trainSa;
        if (sa == null || sa.spi != spi) {
            lookups++;
            sa = sad.inbound(spi);
            trainSa = sa;
        }
        return sa == null || !sa.isFor(ip) ? null : sa;
    }

    /** ESP or AH that is none of ours is dropped; what only passes through is clear text to us. */
    private void refuseEsp(PacketBatch batch, int packet, DropReason reason, Fib fib, long nowNs) {
        if (isLocal(batch, packet, fib)) {
            batch.drop(packet, reason);
        } else {
            onClearText(batch, packet, fib, nowNs);
        }
    }

    /** As {@link #refuseEsp}. That its SPI is nobody's the sender may want to know, RFC 7296 §1.5. */
    private void refuseUnknown(PacketBatch batch, int packet, int spi, Fib fib, long nowNs) {
        if (!isLocal(batch, packet, fib)) {
            onClearText(batch, packet, fib, nowNs);
            return;
        }
        batch.drop(packet, DropReason.UNKNOWN_SPI);
        if (sad.inbound(spi) == null) {
            long ip = batch.start(packet) + EthernetHeader.BYTES;
            events.onUnknownSpi(spi, IpHeader.sourceHigh(ip), IpHeader.sourceLow(ip), nowNs);
        }
    }

    private void prepare(PacketBatch batch, int packet, InboundSa sa, long at, int espBytes) {
        long sequence = sa.window.check(EspHeader.sequence(at));
        if (sequence == ReplayWindow.REPLAYED) {
            sa.countReplayed();
            batch.drop(packet, DropReason.REPLAYED);
            return;
        }
        rows.put(aead.size(), packet, sa, sequence);
        EspInbound.prepare(aead, sa, sequence, at, espBytes);
    }

    private void prepareAh(PacketBatch batch, int packet, InboundSa sa, long header) {
        long sequence = sa.window.check(AhHeader.sequence(header));
        if (sequence == ReplayWindow.REPLAYED) {
            sa.countReplayed();
            batch.drop(packet, DropReason.REPLAYED);
            return;
        }
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        int bytes = batch.length(packet) - EthernetHeader.BYTES;
        rows.put(aead.size(), packet, sa, sequence);
        DropReason fault = ah.prepare(aead, sa, sequence, ip, (int) (header - ip), bytes);
        if (fault != null) {
            batch.drop(packet, fault);
        }
    }

    /** Unwraps what was decrypted and sends it on: by train what is of the same flow as the packet before. */
    private void finish(PacketBatch batch, Fib fib, long nowNs) {
        flow.end();
        flowSa = null;
        flowFollows = false;
        int finished = 0;
        int size = aead.size();
        int row = 0;
        while (row < size) {
            int end = finishTrain(batch, row, nowNs);
            finished += end - row;
            if (end == row) {
                finished += finish(batch, row, fib, nowNs) ? 1 : 0;
                end++;
            }
            row = end;
        }
        counters.add(WorkerCounter.DECAPSULATED, finished);
    }

    private int finishTrain(PacketBatch batch, int row, long nowNs) {
        InboundSa sa = flowSa;
        Adjacency nextHop = flowHop;
        if (!flowFollows || sa == null || nextHop == null) {
            return row;
        }
        return EspTrain.finish(aead, batch, row, rows, sa, flow, nextHop, nowNs);
    }

    /** Whether the row's packet goes on. Policy and route are looked up where the flow changes. */
    private boolean finish(PacketBatch batch, int row, Fib fib, long nowNs) {
        int packet = rows.packet(row);
        InboundSa sa = rows.sa(row);
        DropReason reason = sa.ah
                ? ah.unwrap(aead, row, sa, rows.sequence(row))
                : EspInbound.unwrap(aead, row, sa, rows.sequence(row));
        if (reason == null) {
            long inner = sa.espTunnel ? aead.text(row) : datagram(batch, packet, row, sa);
            if (!flow.continues(inner) || sa != flowSa) {
                turnTo(sa, inner, fib);
            }
            reason = flowRefusal == null ? EspInbound.finish(batch, packet, sa, inner) : flowRefusal;
        }
        if (reason != null) {
            refuse(batch, packet, sa, reason);
            return false;
        }
        if (!sa.countReceived(batch.length(packet) - EthernetHeader.BYTES, nowNs)) {
            batch.drop(packet, DropReason.LIFETIME_EXPIRED);
            return false;
        }
        if (sa.clampMtu != 0) {
            Segments.clamp(batch.start(packet) + EthernetHeader.BYTES, sa.clampMtu);
        }
        leave(batch, packet, fib, nowNs);
        return true;
    }

    /** Where the datagram of a row is that has been unwrapped. */
    private long datagram(PacketBatch batch, int packet, int row, InboundSa sa) {
        return sa.ah
                ? ah.datagram(batch, packet, aead, row, sa)
                : EspTransport.restore(batch, packet, aead, row);
    }

    /** The flow of the datagram at {@code inner}, which came by the SA, is another one than before: policy and route. */
    private void turnTo(InboundSa sa, long inner, Fib fib) {
        flowSa = sa;
        flowHop = fib.towardsDestination(inner);
        flowDeadEnd = forwarding.deadEnd(flowHop);
        flowRefusal = refusal(sa, inner);
        flowFollows = flowRefusal == null && flowDeadEnd == null && EspTrain.suits(sa) && forwarding.isWire(flowHop);
    }

    private void leave(PacketBatch batch, int packet, Fib fib, long nowNs) {
        if (flowHop == null || flowDeadEnd != null) {
            batch.drop(packet, flowDeadEnd == null ? DropReason.NO_ROUTE : flowDeadEnd);
        } else {
            forwarding.deliver(batch, packet, fib, flowHop, nowNs);
        }
    }

    /** Why the SA may not carry the flow, RFC 4301 §5.2, or null if it may; or if it may carry what an ICMP error is about, §6.2. */
    private @Nullable DropReason refusal(InboundSa sa, long inner) {
        if (flow.isMartian()) {
            return DropReason.MARTIAN;
        }
        if (sa.transport && !EspTransport.isSound(inner)) {
            return DropReason.BAD_INNER;
        }
        if (sa.selectors.permits(flow)) {
            return null;
        }
        boolean quotesPermitted = flow.turnToQuoted(inner) && !flow.isMartian() && sa.selectors.permits(flow);
        flow.end();
        return quotesPermitted ? null : DropReason.SELECTOR_MISMATCH;
    }

    private static void refuse(PacketBatch batch, int packet, InboundSa sa, DropReason reason) {
        switch (reason) {
            case NOT_AUTHENTIC -> sa.countNotAuthentic();
            case REPLAYED -> sa.countReplayed();
            case SELECTOR_MISMATCH -> sa.countMismatched();
            default -> {
            }
        }
        batch.drop(packet, reason);
    }

    /** What is for this host is the kernel's; what passes through needs a policy that allows it in clear text. */
    private void onClearText(PacketBatch batch, int packet, Fib fib, long nowNs) {
        clear.end();
        clear.continues(batch.start(packet) + EthernetHeader.BYTES);
        if (clear.isMartian()) {
            batch.drop(packet, DropReason.MARTIAN);
            return;
        }
        if (isLocal(batch, packet, fib)) {
            PathMtuMessages.look(batch.start(packet) + EthernetHeader.BYTES, events, nowNs);
            batch.punt(packet);
            return;
        }
        switch (tables.spd().inboundClear(clear)) {
            case Spd.BYPASS -> {
                counters.add(WorkerCounter.BYPASSED, 1);
                forwarding.forward(batch, packet, fib, nowNs);
            }
            case Spd.DISCARD -> batch.drop(packet, DropReason.POLICY_DISCARD);
            case Spd.NO_POLICY -> batch.drop(packet, DropReason.NO_POLICY);
            default -> batch.drop(packet, DropReason.CLEAR_TEXT);
        }
    }

    private static boolean isLocal(PacketBatch batch, int packet, Fib fib) {
        return fib.towardsDestination(batch.start(packet) + EthernetHeader.BYTES) == Adjacency.LOCAL;
    }
}
