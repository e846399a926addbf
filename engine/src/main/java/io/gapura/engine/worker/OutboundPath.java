package io.gapura.engine.worker;

import io.gapura.engine.ah.AhOutbound;
import io.gapura.engine.ah.Overhead;
import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.esp.EspOutbound;
import io.gapura.engine.esp.EspTrain;
import io.gapura.engine.esp.EspTransport;
import io.gapura.engine.esp.Misfit;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.Extras;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.sad.Tunnels;
import io.gapura.engine.spd.Direction;
import io.gapura.engine.spd.Flow;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Outer;
import io.gapura.ffi.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The way of a packet from the protected network, RFC 4301 §5.1: policy, then ESP or AH, clear text or nothing.
 * One per worker, on its thread.
 */
final class OutboundPath {
    private static final int NO_TUNNEL = Spd.NO_POLICY;
    /** Besides what the SPD decides. */
    private static final int MARTIAN = Spd.NO_POLICY - 1;
    /** A batch with no more flows is likely to find their SAs in the cache. */
    static final int FEW_LOOKUPS = 4;

    private final int worker;
    private final int ownPorts;
    private final Tables tables;
    private final Tunnels tunnels;
    private final AeadBatch aead;
    private final AhOutbound ah = new AhOutbound();
    /** The largest inner packet that leaves room in its chunk for what ESP puts behind it. */
    private final int roomBytes;
    private final Forwarding forwarding;
    private final EventRing events;
    private final HeldPackets held;
    private final Dummies dummies;
    private final Flow flow = new Flow(Direction.OUTBOUND);
    private final WorkerCounters counters;
    /** By packet of the batch: its tunnel, or a negative number if it needs none. */
    private final int[] tunnelOf = new int[PacketBatch.CAPACITY];
    /** Packets whose UDP header waits for what follows it to be encrypted. */
    private final int[] unsummed = new int[PacketBatch.CAPACITY];
    private int unsummedCount;
    /** Packets that are cut when they are encrypted, to what, and their way. */
    private final int[] oversized = new int[PacketBatch.CAPACITY];
    private final int[] oversizedMtu = new int[PacketBatch.CAPACITY];
    private final @Nullable Adjacency[] oversizedNextHop = new Adjacency[PacketBatch.CAPACITY];
    private int oversizedCount;
    /** The port that the batch came by, and the policies that were asked about it; null if none are. */
    private int ingress;
    private @Nullable Spd asked;
    /** Whether the batch is of dummies. */
    private boolean meaningless;
    /** How often the flow changed in this batch. */
    private int lookups;
    /** What {@link #touchPolicies} and {@link #touchSas} read, which the compiler would leave unread if it were not kept. */
    private long touched;

    OutboundPath(int worker, int ownPorts, Tables tables, AeadBatch aead, Forwarding forwarding, EventRing events,
            WorkerCounters counters, int roomBytes, long nowNs) {
        this.worker = worker;
        this.ownPorts = ownPorts;
        this.roomBytes = roomBytes;
        this.tables = tables;
        this.tunnels = tables.tunnels;
        this.aead = aead;
        this.forwarding = forwarding;
        this.events = events;
        this.counters = counters;
        this.held = new HeldPackets(worker, tunnels, events, counters);
        this.dummies = new Dummies(worker, tunnels, forwarding.pool(), roomBytes, counters, nowNs);
    }

    /**
     * Decides about each packet; writes the headers of those to protect; then encrypts the batch.
     *
     * @param port that it came by
     */
    void process(PacketBatch batch, int port, long nowNs) {
        Fib fib = tables.fib();
        ingress = port;
        clear();
        if (lookups > FEW_LOOKUPS) {
            touchPolicies(batch);
        }
        classify(batch, fib, nowNs);
        if (lookups > FEW_LOOKUPS) {
            touchSas(batch);
        }
        protect(batch, fib, nowNs);
        seal(batch);
    }

    /** Nothing of the batch before is left, even if a fault has cut that short. */
    private void clear() {
        aead.clear();
        ah.clear();
        meaningless = false;
        unsummedCount = 0;
        oversizedCount = 0;
    }

    private void seal(PacketBatch batch) {
        counters.add(WorkerCounter.ENCAPSULATED, aead.size());
        aead.seal();
        ah.complete(aead);
        if (unsummedCount > 0) {
            sumUp(batch);
        }
        if (oversizedCount > 0) {
            cutOutside(batch);
        }
    }

    /** UDP in IPv6 has a checksum, and what it is about is there only now. */
    private void sumUp(PacketBatch batch) {
        for (int index = 0; index < unsummedCount; index++) {
            Ipv6Outer.completeChecksum(batch.start(unsummed[index]) + EthernetHeader.BYTES);
        }
        unsummedCount = 0;
    }

    /**
     * After a batch of many flows, reads what {@link #classify} will need of each policy. What is not IPv4 without options is
     * read at the wrong places, of which nothing depends.
     */
    private void touchPolicies(PacketBatch batch) {
        Spd spd = tables.spd();
        Flow guess = flow;
        long sum = touched;
        long before = 0;
        int size = batch.size();
        for (int packet = 0; packet < size; packet++) {
            long ip = batch.start(packet) + EthernetHeader.BYTES;
            long addresses = Ipv4Header.addresses(ip);
            if (addresses != before) { // what is read twice takes the place of another that might come beside
                guess.guess(ip);
                sum += spd.touchOutbound(guess);
                before = addresses;
            }
        }
        touched = sum;
    }

    /** The packets that wait for their tunnels. */
    HeldPackets held() {
        return held;
    }

    /** Whether any SA sends packets that mean nothing. */
    boolean wantsDummies() {
        return dummies.areWanted();
    }

    /** Fills an empty batch with those that are due, for {@link #processDummies}. */
    void takeDummies(PacketBatch batch, long nowNs) {
        dummies.take(batch, tunnelOf, tables.fib(), nowNs);
    }

    /** As {@link #processFragments}, for packets each of which says that it is none. */
    void processDummies(PacketBatch batch, long nowNs) {
        processOwn(batch, true, nowNs);
    }

    /** Fills an empty batch with fragments, for {@link #processFragments}. */
    void takeFragments(PacketBatch batch) {
        forwarding.takeFragments(batch, tunnelOf);
    }

    /** As {@link #process}, for fragments of packets about which policy has decided. */
    void processFragments(PacketBatch batch, long nowNs) {
        processOwn(batch, false, nowNs);
    }

    private void processOwn(PacketBatch batch, boolean ofNothing, long nowNs) {
        clear();
        meaningless = ofNothing;
        asked = null;
        protect(batch, tables.fib(), nowNs);
        seal(batch);
    }

    /** Finds each packet's tunnel, and does what policy says with those that need none. Flows come in trains: one lookup each. */
    private void classify(PacketBatch batch, Fib fib, long nowNs) {
        Spd spd = tables.spd();
        asked = spd;
        int decision = Spd.NO_POLICY;
        flow.end();
        lookups = 0;
        int size = batch.size();
        int packet = 0;
        while (packet < size) {
            int before = lookups;
            decision = classify(batch, packet, spd, decision, fib, nowNs);
            packet++;
            if (lookups == before && decision >= 0) {
                packet = follow(batch, packet, decision);
            }
        }
    }

    /** Finds a packet's tunnel; what was decided about the {@link #flow} that is the last one now. */
    private int classify(PacketBatch batch, int packet, Spd spd, int decided, Fib fib, long nowNs) {
        if (!FrameCheck.admit(batch, packet)) {
            tunnelOf[packet] = NO_TUNNEL;
            return decided;
        }
        int decision = decided;
        if (!flow.continues(batch.start(packet) + EthernetHeader.BYTES)) {
            lookups++;
            decision = flow.isMartian() ? MARTIAN : decide(spd, batch.start(packet) + EthernetHeader.BYTES);
        }
        FrameCheck.cut(batch, packet);
        tunnelOf[packet] = decision;
        if (decision < 0) {
            passOrDrop(batch, packet, decision, fib, nowNs);
        }
        return decision;
    }

    /** Puts packets of the flow into the same tunnel, from {@code first} up to one that is not obviously of it; its number. */
    private int follow(PacketBatch batch, int first, int tunnel) {
        Flow train = flow;
        int[] tunnels = tunnelOf;
        int size = batch.size();
        int packet = first;
        while (packet < size && FrameCheck.continues(batch, packet, train)) {
            tunnels[packet] = tunnel;
            packet++;
        }
        return packet;
    }

    /** The policy's decision about the flow; an ICMP error may pass as what it is about, RFC 4301 §6.2. */
    private int decide(Spd spd, long ip) {
        int decision = spd.outbound(flow);
        if (decision == Spd.NO_POLICY && flow.turnToQuoted(ip)) {
            decision = flow.isMartian() ? MARTIAN : spd.outbound(flow);
            flow.end();
        }
        return decision;
    }

    private void passOrDrop(PacketBatch batch, int packet, int decision, Fib fib, long nowNs) {
        switch (decision) {
            case Spd.BYPASS -> {
                counters.add(WorkerCounter.BYPASSED, 1);
                forwarding.forward(batch, packet, fib, nowNs);
            }
            case MARTIAN -> batch.drop(packet, DropReason.MARTIAN);
            case Spd.DISCARD -> batch.drop(packet, DropReason.POLICY_DISCARD);
            default -> batch.drop(packet, DropReason.NO_POLICY);
        }
    }

    /**
     * Reads what {@link #protect} will need of each SA. With thousands of SAs that is in no cache; loads that do not wait
     * for one another come side by side, where {@code protect} would wait for one SA after another.
     */
    private void touchSas(PacketBatch batch) {
        long sum = touched;
        int before = NO_TUNNEL;
        for (int packet = 0; packet < batch.size(); packet++) {
            int tunnel = tunnelOf[packet];
            if (tunnel != before) {
                OutboundSa sa = tunnel < 0 ? null : tunnels.outbound(tunnel, worker);
                sum += sa == null ? 0 : sa.touch();
                before = tunnel;
            }
        }
        touched = sum;
    }

    /** Puts into ESP or AH what has a tunnel. */
    private void protect(PacketBatch batch, Fib fib, long nowNs) {
        int size = batch.size();
        int packet = 0;
        while (packet < size) {
            packet = tunnelOf[packet] < 0 ? packet + 1 : protectTrain(batch, packet, fib, nowNs);
        }
    }

    /** Protects packets from {@code first} on while they have the same tunnel; the number of the one behind them. */
    private int protectTrain(PacketBatch batch, int first, Fib fib, long nowNs) {
        int tunnel = tunnelOf[first];
        OutboundSa sa = tunnels.outbound(tunnel, worker);
        Adjacency nextHop = sa == null || sa.worker != worker ? null : nextHop(sa, fib);
        if (sa == null || nextHop == null) {
            refuse(batch, first, sa, nowNs);
            return first + 1;
        }
        int innerMtu = innerMtu(sa, nextHop);
        boolean usual = !batch.isOfHost() && EspTrain.suits(sa, nextHop);
        int size = batch.size();
        int packet = first;
        while (packet < size && tunnelOf[packet] == tunnel) {
            int end = usual && hasFollower(packet, size)
                    ? EspTrain.encapsulate(aead, batch, packet, tunnelOf, sa, nextHop, innerMtu, nowNs)
                    : packet;
            if (end == packet) {
                protect(batch, packet, sa, nextHop, innerMtu, fib, nowNs);
                end++;
            }
            packet = end;
        }
        return packet;
    }

    /** Whether a train is worth while. */
    private boolean hasFollower(int packet, int size) {
        return packet + 1 < size && tunnelOf[packet + 1] == tunnelOf[packet];
    }

    /** Puts a packet into ESP, or its first fragment if it is too big. */
    private void protect(PacketBatch batch, int packet, OutboundSa sa, Adjacency nextHop, int innerMtu, Fib fib,
            long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        int mtu = sa.transport ? transportMtu(sa, nextHop, ip) : innerMtu;
        if (expires(batch, ip)) {
            forwarding.timeExceeded(batch, packet, fib, nowNs);
        } else if (batch.length(packet) - EthernetHeader.BYTES <= mtu
                || makeFit(batch, packet, sa, nextHop, mtu, fib, nowNs)) {
            Extras extras = sa.extras;
            if (extras == null) {
                encapsulate(batch, packet, sa, nextHop, nowNs);
            } else {
                encapsulate(batch, packet, sa, extras, mtu, nextHop, nowNs);
            }
        }
    }

    /** As the other, with what only some SAs do; in transport mode there is neither an outer header nor a length inside. */
    private void encapsulate(PacketBatch batch, int packet, OutboundSa sa, Extras extras, int mtu, Adjacency nextHop,
            long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        int typeOfService = IpHeader.typeOfService(ip);
        if (extras.clampMss()) {
            Segments.clamp(ip, mtu);
        }
        if (extras.padTo() > 0 && !sa.transport && !sa.ah) {
            pad(batch, packet, Math.min(extras.padTo(), mtu));
        }
        encapsulate(batch, packet, sa, nextHop, nowNs);
        if (extras.dscp() != null && !sa.transport && !batch.isDropped(packet)) {
            IpHeader.changeTypeOfService(batch.start(packet) + EthernetHeader.BYTES,
                    extras.dscp().outerTypeOfService(typeOfService));
        }
    }

    /** What is behind the datagram's own length the peer takes no notice of, RFC 4303 §2.7. */
    private static void pad(PacketBatch batch, int packet, int innerBytes) {
        long frame = batch.start(packet);
        int missing = EthernetHeader.BYTES + innerBytes - batch.length(packet);
        if (missing > 0) {
            Memory.zero(frame + batch.length(packet), missing);
            batch.place(packet, frame, EthernetHeader.BYTES + innerBytes);
        }
    }

    /** Whether what is too big can go on: as its own first fragment, or to be cut when it is encrypted. */
    private boolean makeFit(PacketBatch batch, int packet, OutboundSa sa, Adjacency nextHop, int mtu, Fib fib,
            long nowNs) {
        Misfit misfit = Misfit.of(sa, batch.start(packet) + EthernetHeader.BYTES);
        if (misfit == Misfit.CUT_INSIDE) {
            return forwarding.makeFit(batch, packet, fib, mtu, sa.tunnel, nextHop, nowNs);
        }
        if (misfit == Misfit.REFUSED || batch.length(packet) - EthernetHeader.BYTES > roomBytes) {
            forwarding.tooBig(batch, packet, fib, mtu, nowNs);
            return false;
        }
        oversized[oversizedCount] = packet;
        oversizedMtu[oversizedCount++] = Math.min(nextHop.mtu(), sa.pathMtu);
        oversizedNextHop[oversizedCount - 1] = nextHop;
        return true;
    }

    /** ESP that is too big is all there now. */
    private void cutOutside(PacketBatch batch) {
        for (int index = 0; index < oversizedCount; index++) {
            Adjacency nextHop = oversizedNextHop[index];
            if (nextHop != null && batch.isForwarded(oversized[index])) {
                forwarding.cutOutside(batch, oversized[index], oversizedMtu[index], nextHop);
            }
            oversizedNextHop[index] = null;
        }
        oversizedCount = 0;
    }

    /** Whether this hop is one too many. */
    private static boolean expires(PacketBatch batch, long ip) {
        return IpHeader.timeToLive(ip) <= 1 && !batch.isOfHost();
    }

    /** A packet whose tunnel cannot take it here: down, another worker's, or without a way to the peer. */
    private void refuse(PacketBatch batch, int packet, @Nullable OutboundSa sa, long nowNs) {
        if (sa == null) {
            acquire(batch, packet, tunnelOf[packet], nowNs);
        } else if (sa.worker != worker) {
            batch.forward(packet, Links.index(ownPorts, sa.worker, PortRole.PROTECTED));
        } else {
            batch.drop(packet, DropReason.NO_ROUTE);
        }
    }

    /** Asks for the tunnel, unless the packet has waited for it and asked before; what was made here does not, since policy cannot be asked about it again. */
    private void acquire(PacketBatch batch, int packet, int tunnel, long nowNs) {
        Spd spd = asked;
        if (spd == null) {
            batch.drop(packet, DropReason.NO_SA);
            return;
        }
        if (!held.hasWaited(packet)) {
            events.onAcquire(tunnel, nowNs);
        }
        held.hold(batch, packet, tunnel, spd, ingress, nowNs);
    }

    private void encapsulate(PacketBatch batch, int packet, OutboundSa sa, Adjacency nextHop, long nowNs) {
        DropReason refusal = sa.transport ? refusal(sa, batch.start(packet) + EthernetHeader.BYTES) : null;
        if (refusal != null) {
            batch.drop(packet, refusal);
            return;
        }
        long sequence = sa.nextSequence(batch.length(packet) - EthernetHeader.BYTES, nowNs);
        if (sa.isEventful()) {
            events.onPacket(sa);
        }
        if (sequence <= 0) {
            batch.drop(packet, sequence == OutboundSa.SEQUENCE_EXHAUSTED
                    ? DropReason.SEQUENCE_EXHAUSTED
                    : DropReason.LIFETIME_EXPIRED);
            return;
        }
        if (sa.ah) {
            ah.encapsulate(aead, batch, packet, sa, sequence);
        } else if (sa.transport) {
            EspTransport.encapsulate(aead, batch, packet, sa, sequence);
        } else {
            EspOutbound.encapsulate(aead, batch, packet, sa, sequence);
            if (meaningless) {
                EspOutbound.makeDummy(batch, packet, sa);
            }
        }
        if (sa.outer.needsChecksum()) {
            unsummed[unsummedCount++] = packet;
        }
        Forwarding.send(batch, packet, nextHop);
    }

    private @Nullable DropReason refusal(OutboundSa sa, long ip) {
        DropReason refusal = EspTransport.refusal(sa, ip);
        return refusal == null && sa.ah && !ah.isPossible(ip) ? DropReason.BAD_AH_OPTIONS : refusal;
    }

    /** The largest inner packet that neither the way to the peer nor its own chunk is too small for. */
    private int innerMtu(OutboundSa sa, Adjacency nextHop) {
        return Math.min(Overhead.innerMtu(sa, Math.min(nextHop.mtu(), sa.pathMtu)), roomBytes);
    }

    private int transportMtu(OutboundSa sa, Adjacency nextHop, long ip) {
        return Math.min(Overhead.largest(sa, Math.min(nextHop.mtu(), sa.pathMtu), ip), roomBytes);
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
