package io.gapura.engine.worker;

import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.sad.Tunnels;
import io.gapura.engine.spd.Spd;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Packets whose tunnel is down: they wait until it is up, so that the packet that asked for a tunnel (RFC 4301 §4.4.1) is the first to go
 * through it. One worker's.
 *
 * <pre>
 *   arrived ──▶ policy ──▶ protect ──▶ no SA ──▶ held ──▶ policy …      as the tunnel is up, or policies have changed
 *                                                  └────▶ policy …      when its time is over, for the last time
 * </pre>
 *
 * <p>What waits is asked about anew, as if it had just come: the tunnel that was set up for it may be another one than the one that it waited
 * for, its SA another worker's, and meanwhile it may be discarded or pass in clear. As long as it waits its tunnel is asked for every second:
 * the first time, the one before may have been on its way down. What this can cost is bounded: {@value #MOST} packets,
 * {@value #MOST_OF_TUNNEL} of each tunnel, {@value #PATIENCE_S} seconds. Those that came first stay.
 */
final class HeldPackets {
    static final int MOST = PacketBatch.CAPACITY;
    static final int MOST_OF_TUNNEL = 8;
    /** The second retransmission of IKE's first request comes earlier, the third has little hope. */
    static final int PATIENCE_S = 5;
    /** No port. */
    static final int NONE = -1;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(PATIENCE_S);

    private final int worker;
    private final Tunnels tables;
    private final EventRing events;
    private final WorkerCounters counters;

    // ---- as they came

    private final long[] frames = new long[MOST];
    private final int[] lengths = new int[MOST];
    /** The indexes of the ports that they came by. */
    private final int[] ports = new int[MOST];
    private final boolean[] ofHost = new boolean[MOST];
    private final int[] tunnels = new int[MOST];
    private final long[] sinceNs = new long[MOST];
    /** The policies that said so. */
    private final @Nullable Spd[] policies = new Spd[MOST];
    private int held;

    /** By packet of the batch that was made of them: since when. */
    private final long[] resumedSinceNs = new long[PacketBatch.CAPACITY];
    private int resumed;

    HeldPackets(int worker, Tunnels tables, EventRing events, WorkerCounters counters) {
        this.worker = worker;
        this.tables = tables;
        this.events = events;
        this.counters = counters;
    }

    /** Whether there is anything to {@link #resume}. */
    boolean isHolding() {
        return held > 0;
    }

    /** Whether a packet of the batch in hand has waited before. */
    boolean hasWaited(int packet) {
        return packet < resumed;
    }

    /**
     * Keeps a packet, or drops it if there is no room or its time is over.
     *
     * @param tunnel that it wants
     * @param spd    which says so
     * @param port   that it came by
     */
    void hold(PacketBatch batch, int packet, int tunnel, Spd spd, int port, long nowNs) {
        long since = hasWaited(packet) ? resumedSinceNs[packet] : nowNs;
        if (nowNs - since >= PATIENCE_NS) {
            batch.drop(packet, DropReason.ACQUIRE_TIMEOUT);
        } else if (held == MOST || count(tunnel) == MOST_OF_TUNNEL) {
            batch.drop(packet, DropReason.NO_SA);
        } else {
            frames[held] = batch.start(packet);
            lengths[held] = batch.length(packet);
            ports[held] = port;
            ofHost[held] = batch.isOfHost();
            tunnels[held] = tunnel;
            sinceNs[held] = since;
            policies[held] = spd;
            held++;
            batch.keep(packet);
            counters.add(WorkerCounter.HELD, 1);
        }
    }

    private int count(int tunnel) {
        int count = 0;
        for (int index = 0; index < held; index++) {
            count += tunnels[index] == tunnel ? 1 : 0;
        }
        return count;
    }

    /**
     * Moves packets that need not wait any longer, all from one port, to an empty batch, in the order in which they came; that port's index, or
     * {@link #NONE} if there are none. They are the batch's first ones until {@link #end}.
     */
    int resume(PacketBatch batch, Spd spd, long nowNs) {
        int port = NONE;
        int staying = 0;
        for (int index = 0; index < held; index++) {
            boolean goes = (port == NONE || ports[index] == port) && !batch.isFull() && isOver(index, spd, nowNs);
            if (goes) {
                port = ports[index];
                resumedSinceNs[batch.size()] = sinceNs[index];
                batch.add(frames[index], lengths[index]);
                if (ofHost[index]) {
                    batch.markOfHost();
                }
            } else {
                events.onAcquire(tunnels[index], nowNs);
                move(index, staying++);
            }
        }
        for (int index = staying; index < held; index++) {
            policies[index] = null;
        }
        held = staying;
        resumed = batch.size();
        counters.add(WorkerCounter.HELD, -resumed);
        return port;
    }

    private boolean isOver(int index, Spd spd, long nowNs) {
        return policies[index] != spd || tables.outbound(tunnels[index], worker) != null
                || nowNs - sinceNs[index] >= PATIENCE_NS;
    }

    private void move(int from, int to) {
        frames[to] = frames[from];
        lengths[to] = lengths[from];
        ports[to] = ports[from];
        ofHost[to] = ofHost[from];
        tunnels[to] = tunnels[from];
        sinceNs[to] = sinceNs[from];
        policies[to] = policies[from];
    }

    /** What was resumed has gone on, or waits again. */
    void end() {
        resumed = 0;
    }
}
