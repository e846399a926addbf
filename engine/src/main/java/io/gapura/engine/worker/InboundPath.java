package io.gapura.engine.worker;

import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.esp.EspInbound;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.InboundSa;
import io.gapura.engine.sad.ReplayWindow;
import io.gapura.engine.sad.Sad;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The way of a packet from the unprotected network, RFC 4301 §5.2: ESP of ours is opened, clear text must be
 * allowed by policy. One per worker, on its thread.
 */
final class InboundPath {
    private final int worker;
    private final int ownPorts;
    private final Tables tables;
    private final Sad sad;
    private final AeadBatch aead;
    private final Forwarding forwarding;
    private final WorkerCounters counters;
    private final Flow flow = new Flow();
    /** The SA of the packet before, in this batch. */
    private @Nullable InboundSa trainSa;
    /** How often the SA changed in this batch. */
    private int lookups;
    /** What {@link #touchSas} read. */
    private long touched;

    /** By row of {@link #aead}: which packet of the batch, whose, and its whole sequence number. */
    private final int[] packetOf = new int[AeadBatch.CAPACITY];
    private final @Nullable InboundSa[] saOf = new InboundSa[AeadBatch.CAPACITY];
    private final long[] sequenceOf = new long[AeadBatch.CAPACITY];

    InboundPath(int worker, int ownPorts, Tables tables, AeadBatch aead, Forwarding forwarding,
            WorkerCounters counters) {
        this.worker = worker;
        this.ownPorts = ownPorts;
        this.tables = tables;
        this.sad = tables.sad;
        this.aead = aead;
        this.forwarding = forwarding;
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
        for (int packet = 0; packet < batch.size(); packet++) {
            InboundSa sa = sad.inbound(EspHeader.spi(batch.start(packet) + EthernetHeader.BYTES + Ipv4Header.BYTES));
            if (sa != null) {
                sum += sa.touch();
            }
        }
        touched = sum;
    }

    /** Nearly all is ESP in IPv4 without options, and is dealt with here, where the compiler sees it whole. */
    private void classify(PacketBatch batch, Fib fib, long nowNs) {
        trainSa = null;
        lookups = 0;
        int size = batch.size();
        for (int packet = 0; packet < size; packet++) {
            if (!FrameCheck.admit(batch, packet)) {
                continue;
            }
            long ip = batch.start(packet) + EthernetHeader.BYTES;
            boolean plainEsp = Ipv4Header.isPlainEsp(ip);
            FrameCheck.cut(batch, packet);
            InboundSa sa = plainEsp ? trainSa : null;
            long esp = ip + Ipv4Header.BYTES;
            int espBytes = batch.length(packet) - EthernetHeader.BYTES - Ipv4Header.BYTES;
            if (sa != null && !EspInbound.isRunt(sa, espBytes) && sa.spi == EspHeader.spi(esp)
                    && sa.localAddress == Ipv4Header.destination(ip) && sa.worker == worker) {
                prepare(batch, packet, sa, esp, espBytes);
            } else {
                classify(batch, packet, fib, nowNs);
            }
        }
    }

    private void classify(PacketBatch batch, int packet, Fib fib, long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        int headerBytes = Ipv4Header.headerBytes(ip);
        int payloadBytes = Ipv4Header.totalLength(ip) - headerBytes;
        int protocol = Ipv4Header.protocol(ip);
        if (protocol == Ipv4Header.ESP) {
            onEsp(batch, packet, ip + headerBytes, payloadBytes, fib, nowNs);
        } else if (protocol == Ipv4Header.UDP && isNatTraversal(ip, payloadBytes)) {
            long esp = ip + headerBytes + UdpHeader.BYTES;
            onEspInUdp(batch, packet, esp, payloadBytes - UdpHeader.BYTES, fib, nowNs);
        } else {
            onClearText(batch, packet, fib, nowNs);
        }
    }

    /** ESP and IKE share the port, RFC 3948 §2; the datagram must end where its IP packet does. */
    private static boolean isNatTraversal(long ip, int payloadBytes) {
        long udp = ip + Ipv4Header.headerBytes(ip);
        return !Ipv4Header.isFragment(ip) && payloadBytes > UdpHeader.BYTES
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
        if (Ipv4Header.isFragment(ip)) {
            refuseEsp(batch, packet, DropReason.FRAGMENT, fib, nowNs);
        } else if (EspInbound.isRunt(espBytes)) {
            refuseEsp(batch, packet, DropReason.RUNT, fib, nowNs);
        } else {
            InboundSa sa = sa(ip, EspHeader.spi(esp));
            if (sa == null) {
                refuseEsp(batch, packet, DropReason.UNKNOWN_SPI, fib, nowNs);
            } else if (EspInbound.isRunt(sa, espBytes)) {
                batch.drop(packet, DropReason.RUNT);
            } else if (sa.worker != worker) {
                batch.forward(packet, Links.index(ownPorts, sa.worker, PortRole.UNPROTECTED));
            } else {
                prepare(batch, packet, sa, esp, espBytes);
            }
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
        return sa == null || sa.localAddress != Ipv4Header.destination(ip) ? null : sa;
    }

    /** ESP that is none of ours is dropped; what only passes through is clear text to us. */
    private void refuseEsp(PacketBatch batch, int packet, DropReason reason, Fib fib, long nowNs) {
        if (isLocal(batch, packet, fib)) {
            batch.drop(packet, reason);
        } else {
            onClearText(batch, packet, fib, nowNs);
        }
    }

    private void prepare(PacketBatch batch, int packet, InboundSa sa, long at, int espBytes) {
        long sequence = sa.window.check(EspHeader.sequence(at));
        if (sequence == ReplayWindow.REPLAYED) {
            sa.countReplayed();
            batch.drop(packet, DropReason.REPLAYED);
            return;
        }
        int row = aead.size();
        packetOf[row] = packet;
        if (saOf[row] != sa) {
            saOf[row] = sa; // as in AeadBatch.add: the store has a collector's barrier
        }
        sequenceOf[row] = sequence;
        EspInbound.prepare(aead, sa, sequence, at, espBytes);
    }

    /** Unwraps what was decrypted and sends it on. Policy and route are looked up where the flow changes. */
    private void finish(PacketBatch batch, Fib fib, long nowNs) {
        InboundSa flowSa = null;
        DropReason refusal = null;
        Adjacency nextHop = null;
        DropReason deadEnd = null;
        int finished = 0;
        // Fields, or the compiler would load them for each packet again.
        AeadBatch opened = aead;
        Flow train = flow;
        int[] packets = packetOf;
        var sas = saOf;
        long[] sequences = sequenceOf;
        train.end();
        int rows = opened.size();
        for (int row = 0; row < rows; row++) {
            int packet = packets[row];
            InboundSa sa = sas[row];
            if (sa == null) {
                continue;
            }
            DropReason reason = EspInbound.unwrap(opened, row, sa, sequences[row]);
            if (reason == null) {
                if (!train.continues(opened.text(row)) || sa != flowSa) {
                    flowSa = sa;
                    refusal = refusal(sa);
                    nextHop = fib.lookup(train.destination());
                    deadEnd = forwarding.deadEnd(nextHop);
                }
                reason = refusal == null ? EspInbound.finish(batch, packet, opened.text(row)) : refusal;
            }
            if (reason != null) {
                refuse(batch, packet, sa, reason);
            } else if (!sa.countReceived(batch.length(packet) - EthernetHeader.BYTES, nowNs)) {
                batch.drop(packet, DropReason.LIFETIME_EXPIRED);
            } else {
                finished++;
                leave(batch, packet, nextHop, deadEnd, fib, nowNs);
            }
        }
        counters.add(WorkerCounter.DECAPSULATED, finished);
    }

    private void leave(PacketBatch batch, int packet, @Nullable Adjacency nextHop, @Nullable DropReason deadEnd,
            Fib fib,
            long nowNs) {
        if (nextHop == null || deadEnd != null) {
            batch.drop(packet, deadEnd == null ? DropReason.NO_ROUTE : deadEnd);
        } else {
            forwarding.deliver(batch, packet, fib, nextHop, nowNs);
        }
    }

    /** Why the SA may not carry the flow, RFC 4301 §5.2, or null if it may. */
    private @Nullable DropReason refusal(InboundSa sa) {
        if (flow.isMartian()) {
            return DropReason.MARTIAN;
        }
        boolean permitted = sa.selectors.permitsInbound(flow.source(), flow.destination(), flow.protocol(),
                flow.sourcePort(), flow.destinationPort());
        return permitted ? null : DropReason.SELECTOR_MISMATCH;
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
        if (Ipv4Header.isMartian(batch.start(packet) + EthernetHeader.BYTES)) {
            batch.drop(packet, DropReason.MARTIAN);
            return;
        }
        if (isLocal(batch, packet, fib)) {
            batch.punt(packet);
            return;
        }
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        long ports = Ipv4Header.ports(ip);
        int decision = tables.spd().inboundClear(Ipv4Header.source(ip), Ipv4Header.destination(ip),
                Ipv4Header.protocol(ip), (int) (ports >>> 32), (int) ports);
        switch (decision) {
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
        return fib.lookup(Ipv4Header.destination(batch.start(packet) + EthernetHeader.BYTES)) == Adjacency.LOCAL;
    }
}
