package io.gapura.engine.worker;

import io.gapura.engine.ah.Overhead;
import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.Extras;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.sad.Tunnels;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.ffi.Memory;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Packets that mean nothing, to hide when there are others and how many, RFC 4303 §2.6: as many a second as an SA is told to send, each
 * after a time that varies, and of a length that does, unless the SA pads all packets to one length. One worker's, for the SAs that it owns.
 *
 * <p>A dummy goes the way of a packet that policy has given to the tunnel; what distinguishes it is encrypted. Inside is an IPv4 header that
 * the outer one can be made from, and zeros.
 */
final class Dummies {
    private static final int TIME_TO_LIVE = 64;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final int worker;
    private final Tunnels tunnels;
    private final BufferPool pool;
    private final int roomBytes;
    private final WorkerCounters counters;
    /** By tunnel: when the next one is due. */
    private final long[] dueNs;
    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());

    /** @param roomBytes of the longest packet that its chunk has room for, in ESP */
    Dummies(int worker, Tunnels tunnels, BufferPool pool, int roomBytes, WorkerCounters counters, long nowNs) {
        this.worker = worker;
        this.tunnels = tunnels;
        this.pool = pool;
        this.roomBytes = roomBytes;
        this.counters = counters;
        this.dueNs = new long[tunnels.slots()];
        Arrays.fill(dueNs, nowNs);
    }

    /** Whether any SA sends some. */
    boolean areWanted() {
        return tunnels.withDummies().length > 0;
    }

    /** Puts those that are due into an empty batch, at most one of each SA, and its tunnel into {@code tunnelOf}. */
    void take(PacketBatch batch, int[] tunnelOf, Fib fib, long nowNs) {
        int[] candidates = tunnels.withDummies();
        for (int index = 0; index < candidates.length && !batch.isFull(); index++) {
            int tunnel = candidates[index];
            OutboundSa sa = nowNs - dueNs[tunnel] < 0 ? null : tunnels.outbound(tunnel, worker);
            if (sa != null && sa.worker == worker && sa.dummiesPerSecond > 0) {
                long meanNs = SECOND_NS / sa.dummiesPerSecond;
                dueNs[tunnel] = nowNs + meanNs / 2 + random.nextLong(meanNs);
                tunnelOf[batch.size()] = tunnel;
                make(batch, sa, fib);
            }
        }
    }

    /** Where packets are padded, it will be as all are that are shorter. */
    private int longest(OutboundSa sa, Adjacency nextHop) {
        int fitting = Math.min(Overhead.innerMtu(sa, Math.min(nextHop.mtu(), sa.pathMtu)), roomBytes);
        Extras extras = sa.extras;
        return extras == null || extras.padTo() == 0 ? fitting : Math.min(fitting, extras.padTo());
    }

    /** None if there is no buffer, or no way to the peer. */
    private void make(PacketBatch batch, OutboundSa sa, Fib fib) {
        Adjacency nextHop = fib.lookup(sa.outer.destination());
        int most = nextHop == null ? 0 : longest(sa, nextHop);
        long chunk = most < Ipv4Header.BYTES ? 0 : pool.take();
        if (chunk != 0) {
            int bytes = Ipv4Header.BYTES + random.nextInt(most - Ipv4Header.BYTES + 1);
            long frame = chunk + BufferPool.HEADROOM_BYTES;
            Memory.zero(frame, EthernetHeader.BYTES + bytes);
            Ipv4Header.write(frame + EthernetHeader.BYTES, bytes, 0, 0, Ipv4Header.DONT_FRAGMENT, TIME_TO_LIVE,
                    EspHeader.NO_NEXT_HEADER, 0, 0);
            batch.add(frame, EthernetHeader.BYTES + bytes);
            counters.add(WorkerCounter.GENERATED, 1);
            counters.add(WorkerCounter.DUMMIES, 1);
        }
    }
}
