package io.gapura.engine.worker;

import io.gapura.engine.capture.CaptureTap;
import io.gapura.engine.counters.PortCounter;
import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.sad.Epochs;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.ffi.libc.Affinity;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * The agent that carries packets. It owns its ports' queues, their pool, and the SA directions that were
 * given to it; with others it shares only {@link Tables}, its counters and two rings to the control thread.
 *
 * <p>A packet is received, passes {@link OutboundPath} or {@link InboundPath} together with its batch, and is
 * sent, handed to the kernel or dropped, all before the next batch is received.
 */
public final class Worker implements Agent {
    /** Where a batch comes from. */
    private enum Origin {
        /** Received, now or a while ago. */
        PORT,
        /** Made here, of what was received right before. */
        FRAGMENTS,
        /** Made here, of nothing. */
        DUMMIES
    }

    /** The core of a worker that may run on any. */
    public static final int ANY_CORE = -1;

    private final int index;
    private final int core;
    private final Tables tables;
    private final Epochs epochs;
    private final int ownPorts;
    private final Port[] ports;
    private final Fragmenter fragmenter;
    private final Reassembly reassembly;
    private final OutboundPath outbound;
    private final InboundPath inbound;
    private final NanoClock clock;
    private final ErrorHandler errorHandler;
    private final WorkerCounters counters;
    private final EventRing events;
    private final PuntRing punts = new PuntRing();
    private final PacketBatch batch;
    private final Occupation occupation;
    /** What is recorded of its packets, if anything is. */
    private final AtomicReference<@Nullable CaptureTap> tap = new AtomicReference<>();
    /** What the batch in hand sends by each port. */
    private final int[] sentPackets;
    private final long[] sentBytes;

    /**
     * Made by the control thread, before the worker's own runs.
     *
     * @param ownPorts how many of {@code ports} are its own; behind them are {@link Links}
     * @param batch    for its packets, of which it takes so many at a time
     */
    public Worker(int index, int core, int ownPorts, List<Port> ports, Tables tables, AeadBatch aead, NanoClock clock,
            PacketBatch batch, ErrorHandler errorHandler) {
        this.index = index;
        this.core = core;
        this.batch = batch;
        this.tables = tables;
        this.epochs = tables.epochs;
        this.ownPorts = ownPorts;
        this.ports = ports.toArray(new Port[0]);
        this.sentPackets = new int[ports.size()];
        this.sentBytes = new long[ports.size()];
        this.clock = clock;
        this.errorHandler = errorHandler;
        this.counters = new WorkerCounters(ports.size());
        this.occupation = new Occupation(counters, clock);
        this.events = new EventRing(tables.tunnels.slots(), counters, clock.nanoTime());
        BufferPool pool = this.ports[0].pool();
        this.fragmenter = new Fragmenter(pool, counters);
        this.reassembly = new Reassembly(pool, counters);
        Forwarding forwarding = new Forwarding(this.ports, new IcmpErrors(this.ports, counters, clock.nanoTime()),
                fragmenter);
        this.outbound = new OutboundPath(index, ownPorts, tables, aead, forwarding, events, counters,
                pool.maxFrameBytes() - EthernetHeader.BYTES, clock.nanoTime());
        this.inbound = new InboundPath(index, ownPorts, tables, aead, forwarding, reassembly, events, counters);
    }

    @Override
    public void onStart() {
        if (core != ANY_CORE) {
            Affinity.pin(core);
        }
        for (Port port : ports) {
            port.enter();
        }
    }

    @Override
    public void onClose() {
        for (Port port : ports) {
            port.leave();
        }
    }

    /** One duty cycle: a batch from each port, then each port's housekeeping. How many packets it received. */
    @Override
    public int doWork() {
        int received = 0;
        epochs.enter(index);
        try {
            if (outbound.held().isHolding()) {
                resume();
            }
            if (outbound.wantsDummies()) {
                conceal();
            }
            for (Port port : ports) {
                received += serve(port);
            }
            for (Port port : ports) {
                port.poll();
            }
            if (reassembly.isWaiting()) {
                reassembly.expire(clock.nanoTime());
            }
        } catch (Throwable fault) {
            onFault(fault);
        } finally {
            epochs.leave(index);
        }
        occupation.onCycle(received);
        return received;
    }

    private int serve(Port ingress) {
        batch.clear();
        int received = ingress.receive(batch);
        if (received > 0) {
            countReceived(ingress);
            carry(ingress);
        }
        return received;
    }

    /** Before what comes after them: packets that have waited for their tunnels. */
    private void resume() {
        HeldPackets held = outbound.held();
        batch.clear();
        int port = held.resume(batch, tables.spd(), clock.nanoTime());
        while (port != HeldPackets.NONE) {
            try {
                carry(ports[port]);
            } finally {
                held.end();
            }
            batch.clear();
            port = held.resume(batch, tables.spd(), clock.nanoTime());
        }
    }

    /** Sends dummies, as if they had come by the first port. */
    private void conceal() {
        batch.clear();
        outbound.takeDummies(batch, clock.nanoTime());
        if (batch.size() > 0) {
            CaptureTap capturing = tap.getAcquire(); // pairs with capture()
            process(ports[0], capturing, Origin.DUMMIES);
            send(ports[0], capturing);
        }
    }

    /** Takes the batch in hand from where it came all the way, and then its fragments. */
    private void carry(Port ingress) {
        CaptureTap capturing = tap.getAcquire(); // pairs with capture()
        process(ingress, capturing, Origin.PORT);
        send(ingress, capturing);
        while (fragmenter.isWaiting()) {
            batch.restart();
            process(ingress, capturing, Origin.FRAGMENTS);
            send(ingress, capturing);
        }
    }

    private void send(Port ingress, @Nullable CaptureTap capturing) {
        for (int egress = 0; egress < ports.length; egress++) {
            if (batch.mayLeaveBy(egress)) {
                ports[egress].send(batch);
            }
        }
        if (capturing != null) {
            capturing.onSettled(batch, ingress.index());
        }
        settle(ingress);
    }

    /** A fault costs its batch, nothing else: no packet leaves half done. */
    private void process(Port ingress, @Nullable CaptureTap capturing, Origin origin) {
        long nowNs = clock.nanoTime();
        occupation.onBatch(nowNs);
        if (origin == Origin.FRAGMENTS) {
            outbound.takeFragments(batch);
        }
        if (capturing != null) {
            capturing.onReceived(batch, origin == Origin.DUMMIES || ingress.role() == PortRole.PROTECTED, nowNs);
        }
        try {
            if (origin == Origin.FRAGMENTS) {
                outbound.processFragments(batch, nowNs);
            } else if (origin == Origin.DUMMIES) {
                outbound.processDummies(batch, nowNs);
            } else if (ingress.role() == PortRole.PROTECTED) {
                outbound.process(batch, ingress.index(), nowNs);
            } else {
                inbound.process(batch, nowNs);
            }
        } catch (Throwable fault) {
            batch.dropAll(DropReason.INTERNAL_ERROR);
            onFault(fault);
        }
        if (capturing != null) {
            capturing.onProcessed(batch);
        }
    }

    /** Counts what became of each packet, and takes back the chunks of those that no port has. */
    private void settle(Port ingress) {
        int size = batch.size();
        int packet = 0;
        while (packet < size) {
            packet = batch.isForwarded(packet) ? settleForwarded(packet, size) : settleOther(packet, ingress);
        }
        countSent();
    }

    /** The number of the next packet. */
    private int settleOther(int packet, Port ingress) {
        if (!batch.isKept(packet)) {
            if (batch.isPunted(packet) && punt(packet)) {
                counters.add(WorkerCounter.PUNTED, 1);
            } else {
                counters.add(batch.reason(packet), 1);
            }
            ingress.pool().give(batch.start(packet));
        }
        return packet + 1;
    }

    /** Counts the packets from {@code first} on that leave by the same port; the number of the one behind them. */
    private int settleForwarded(int first, int size) {
        int port = batch.egress(first);
        int packet = first;
        long bytes = 0;
        while (packet < size && batch.leavesBy(packet, port)) {
            bytes += batch.length(packet);
            packet++;
        }
        sentPackets[port] += packet - first;
        sentBytes[port] += bytes;
        return packet;
    }

    private boolean punt(int packet) {
        long datagram = batch.start(packet) + EthernetHeader.BYTES;
        boolean accepted = punts.offer(datagram, batch.length(packet) - EthernetHeader.BYTES);
        if (!accepted) {
            batch.drop(packet, DropReason.PUNT_FULL);
        }
        return accepted;
    }

    private void countReceived(Port ingress) {
        long bytes = 0;
        for (int packet = 0; packet < batch.size(); packet++) {
            bytes += batch.length(packet);
        }
        if (ingress.index() < ownPorts) {
            counters.add(WorkerCounter.RECEIVED, batch.size());
        }
        counters.add(ingress.index(), PortCounter.RECEIVED_PACKETS, batch.size());
        counters.add(ingress.index(), PortCounter.RECEIVED_BYTES, bytes);
    }

    private void countSent() {
        for (int port = 0; port < ports.length; port++) {
            if (sentPackets[port] > 0) {
                counters.add(port < ownPorts ? WorkerCounter.SENT : WorkerCounter.HANDED_OVER, sentPackets[port]);
                counters.add(port, PortCounter.SENT_PACKETS, sentPackets[port]);
                counters.add(port, PortCounter.SENT_BYTES, sentBytes[port]);
                sentPackets[port] = 0;
                sentBytes[port] = 0;
            }
        }
    }

    private void onFault(Throwable fault) {
        counters.add(WorkerCounter.FAULTS, 1);
        errorHandler.onError(fault);
    }

    @Override
    public String roleName() {
        return "gapura-worker-" + index;
    }

    /** Has the packets from now on recorded there, or nowhere. Control thread. */
    public void capture(@Nullable CaptureTap recorder) {
        tap.setRelease(recorder); // pairs with carry()
    }

    /** Any thread may read them. */
    public WorkerCounters counters() {
        return counters;
    }

    /** The control thread's end. */
    public EventRing events() {
        return events;
    }

    /** The control thread's end. */
    public PuntRing punts() {
        return punts;
    }
}
