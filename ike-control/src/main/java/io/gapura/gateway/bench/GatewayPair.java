package io.gapura.gateway.bench;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.Idle;
import io.gapura.engine.counters.Ledger;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.worker.Worker;
import java.util.List;
import java.util.function.Supplier;

/**
 * Two engines back to back on one thread over one pool, so that no packet is copied on its way:
 *
 * <pre>
 *   source ── [ sender ] ── ESP ── [ receiver ] ── sink
 * </pre>
 *
 * Each SA has a host behind the receiver of its own, and a policy for it.
 */
public final class GatewayPair implements AutoCloseable {
    public static final int BATCH = PacketBatch.CAPACITY;

    private static final int CHUNK_BYTES = 2048;
    private static final int RING_FRAMES = 256;
    private static final int MTU = 1500;
    private static final int PROTECTED = 0;
    private static final int UNPROTECTED = 1;

    private final BufferPool pool = BufferPool.allocate(4 * BATCH, CHUNK_BYTES);
    private final MemoryPort source = port(0, PortRole.UNPROTECTED);
    private final MemoryPort sink = port(0, PortRole.UNPROTECTED);
    private final MemoryPort senderWan = port(UNPROTECTED, PortRole.UNPROTECTED);
    private final MemoryPort receiverWan = port(UNPROTECTED, PortRole.UNPROTECTED);
    private final PacketBatch batch = new PacketBatch();
    private final Load load;
    private final int[] order;
    private final Engine sender;
    private final Engine receiver;
    private final SaPairs sas;
    private final List<Policy> policies;
    private int next;

    /** @param suites opens a suite for each of the two engines */
    public GatewayPair(Load load, Supplier<AeadSuite> suites) {
        this.load = load;
        this.order = load.order();
        this.sender = engine(source, senderWan, suites.get());
        this.receiver = engine(sink, receiverWan, suites.get());
        MemoryPort.join(senderWan, receiverWan);
        sender.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(UNPROTECTED, MTU, 1, 2)).build());
        receiver.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(PROTECTED, MTU, 1, 2)).build());
        sas = new SaPairs(sender, receiver, load);
        policies = sas.install();
        publishPolicies();
    }

    /** Compiles and publishes the policies, as a reload does. The control thread's. */
    void publishPolicies() {
        sender.publish(Spd.compile(policies));
    }

    /** The control thread's. */
    SaPairs sas() {
        return sas;
    }

    /** The control thread's housekeeping: frees what was retired. */
    void reclaim() {
        sender.drainEvents(SaPairs.NO_EVENTS);
        receiver.drainEvents(SaPairs.NO_EVENTS);
    }

    private static MemoryPort port(BufferPool pool, int index, PortRole role) {
        return new MemoryPort(new PortSpec(index, role.toString(), role, 0, index, 0, MTU), pool, RING_FRAMES);
    }

    private MemoryPort port(int index, PortRole role) {
        return port(pool, index, role);
    }

    private Engine engine(MemoryPort farEndOfLan, MemoryPort wan, AeadSuite suite) {
        MemoryPort lan = port(PROTECTED, PortRole.PROTECTED);
        MemoryPort.join(lan, farEndOfLan);
        int slots = Math.max(Integer.highestOneBit(load.sas()) * 2, 16);
        EngineSettings settings = new EngineSettings(List.of(Worker.ANY_CORE), Idle.ADAPTIVE, BATCH, slots, slots,
                fault -> {
                    throw new IllegalStateException(fault);
                });
        return Engine.stepped(settings, suite, List.of(List.of(lan, wan)));
    }

    /** Puts a batch of fresh packets on the sender's protected port, the next SA for each. */
    public void offer() {
        offer(BATCH);
    }

    /** As {@link #offer()}, so many. */
    void offer(int packets) {
        batch.clear();
        for (int packet = 0; packet < packets; packet++) {
            int bytes = load.size(packet);
            long frame = pool.take() + BufferPool.HEADROOM_BYTES;
            EthernetHeader.write(frame, 1, 2, EthernetHeader.TYPE_IPV4);
            Ipv4Header.write(frame + EthernetHeader.BYTES, bytes, 0, packet, 0, 64, Ipv4Header.UDP,
                    SaPairs.LEFT_HOST, SaPairs.RIGHT_HOSTS + order[next]);
            next = next + 1 == order.length ? 0 : next + 1;
            batch.add(frame, EthernetHeader.BYTES + bytes);
            batch.forward(packet, source.index());
        }
        source.send(batch);
    }

    /** The sender's duty cycle: from clear text to ESP on the wire. */
    public int encapsulate() {
        return sender.doWork();
    }

    /** The receiver's duty cycle: from ESP on the wire to clear text. */
    public int decapsulate() {
        return receiver.doWork();
    }

    /** Takes back the chunks of what arrived at the far end. */
    public int collect() {
        return collect(sink);
    }

    /** Takes back the chunks of the ESP packets, in the receiver's place. */
    public int collectEsp() {
        return collect(receiverWan);
    }

    private int collect(MemoryPort port) {
        batch.clear();
        port.receive(batch);
        for (int packet = 0; packet < batch.size(); packet++) {
            pool.give(batch.start(packet));
        }
        return batch.size();
    }

    public Ledger sent() {
        return sender.ledger();
    }

    public Ledger received() {
        return receiver.ledger();
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
