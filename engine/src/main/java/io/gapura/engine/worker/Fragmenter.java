package io.gapura.engine.worker;

import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.ffi.Memory;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Cuts datagrams that are too big for their way and may be cut, RFC 791 §3.2: those for a tunnel before they are encrypted, so
 * that the peer need not put ESP together. The first fragment stays in the datagram's place; the others wait here for a batch of
 * their own, which the worker makes of them at once. What policy decided about the datagram holds for all of them, whether
 * they show ports or not. One worker's.
 */
final class Fragmenter {
    /** A batch of datagrams in eight fragments each. */
    static final int MOST_WAITING = 7 * PacketBatch.CAPACITY;
    /** The longest header, and a unit of data. */
    static final int SMALLEST_MTU = 68;
    /** Of a fragment in clear text. */
    static final int NO_TUNNEL = -1;

    private static final int UNIT_BYTES = 8;

    private final BufferPool pool;
    private final WorkerCounters counters;
    private final long[] frames = new long[MOST_WAITING];
    private final int[] lengths = new int[MOST_WAITING];
    private final int[] tunnels = new int[MOST_WAITING];
    private final @Nullable Adjacency[] nextHops = new Adjacency[MOST_WAITING];
    private int waiting;
    private int taken;
    /** Of IPv6 alone, where nothing else has it: from anywhere, RFC 7739. */
    private int nextIdentification;

    Fragmenter(BufferPool pool, WorkerCounters counters) {
        this.nextIdentification = new SecureRandom().nextInt();
        this.pool = pool;
        this.counters = counters;
    }

    boolean isWaiting() {
        return waiting > 0;
    }

    /**
     * Makes the datagram its own first fragment, of at most {@code mtu} bytes. False if there are no buffers for the others, and
     * then nothing has changed.
     *
     * @param mtu     {@link #SMALLEST_MTU} at least
     * @param tunnel  for all fragments, or {@link #NO_TUNNEL}
     * @param nextHop for fragments without tunnel
     */
    boolean cut(PacketBatch batch, int packet, int mtu, int tunnel, @Nullable Adjacency nextHop) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        int headerBytes = Ipv4Header.headerBytes(ip);
        int dataBytes = Ipv4Header.totalLength(ip) - headerBytes;
        int step = (mtu - headerBytes) & -UNIT_BYTES;
        if (step <= 0 || !reserve((dataBytes - 1) / step)) {
            return false;
        }
        int flags = Ipv4Header.flags(ip) & ~Ipv4Header.DONT_FRAGMENT;
        for (int done = step; done < dataBytes; done += step) {
            int bytes = Math.min(step, dataBytes - done);
            boolean last = done + bytes == dataBytes;
            write(frames[waiting], ip, done, bytes, last ? flags : flags | Ipv4Header.MORE_FRAGMENTS);
            tunnels[waiting] = tunnel;
            nextHops[waiting] = nextHop;
            waiting++;
        }
        Ipv4Header.fragment(ip, headerBytes + step, flags | Ipv4Header.MORE_FRAGMENTS);
        batch.cut(packet, EthernetHeader.BYTES + headerBytes + step);
        return true;
    }

    /**
     * As {@link #cut}, of a packet that leaves by {@code nextHop} as it is but for its size: ESP, which the peer will put together
     * before it is decrypted, RFC 4303 §3.3.4.
     */
    boolean cutOutside(PacketBatch batch, int packet, int mtu, Adjacency nextHop) {
        return IpHeader.isIpv4(batch.start(packet) + EthernetHeader.BYTES)
                ? cut(batch, packet, mtu, NO_TUNNEL, nextHop)
                : cutIpv6(batch, packet, mtu, nextHop);
    }

    /**
     * Each fragment has the headers that routers read, a fragment header, and its share of the rest, RFC 8200 §4.5.
     *
     * <pre>
     *   [Ethernet│IPv6, extensions│ESP …                    ]
     *   [Ethernet│IPv6, extensions│fragment│ESP …] [Ethernet│IPv6, extensions│fragment│…] …
     * </pre>
     */
    private boolean cutIpv6(PacketBatch batch, int packet, int mtu, Adjacency nextHop) {
        long frame = batch.start(packet);
        long ip = frame + EthernetHeader.BYTES;
        int unfragmentable = Ipv6Header.unfragmentable(ip);
        int headerBytes = unfragmentable >>> Byte.SIZE;
        int field = unfragmentable & 0xff;
        int dataBytes = Ipv6Header.totalLength(ip) - headerBytes;
        int step = (mtu - headerBytes - Ipv6Header.FRAGMENT_BYTES) & -UNIT_BYTES;
        if (step <= 0 || !reserve((dataBytes - 1) / step)) {
            return false;
        }
        int frontBytes = EthernetHeader.BYTES + headerBytes;
        int nextHeader = Memory.byteAt(ip + field);
        Ipv6Header.announceFragment(ip + field);
        int id = nextIdentification++;
        for (int done = step; done < dataBytes; done += step) {
            int bytes = Math.min(step, dataBytes - done);
            long to = frames[waiting];
            Memory.copy(frame, to, frontBytes);
            Memory.copy(ip + headerBytes + done, to + frontBytes + Ipv6Header.FRAGMENT_BYTES, bytes);
            finishIpv6(to + EthernetHeader.BYTES, headerBytes, bytes);
            Ipv6Header.writeFragment(to + frontBytes, nextHeader, done, done + bytes < dataBytes, id);
            lengths[waiting] = frontBytes + Ipv6Header.FRAGMENT_BYTES + bytes;
            tunnels[waiting] = NO_TUNNEL;
            nextHops[waiting] = nextHop;
            waiting++;
            counters.add(WorkerCounter.GENERATED, 1);
        }
        long first = frame - Ipv6Header.FRAGMENT_BYTES;
        Memory.copy(frame, first, frontBytes);
        finishIpv6(first + EthernetHeader.BYTES, headerBytes, step);
        Ipv6Header.writeFragment(first + frontBytes, nextHeader, 0, true, id);
        batch.place(packet, first, frontBytes + Ipv6Header.FRAGMENT_BYTES + step);
        return true;
    }

    private static void finishIpv6(long ip, int headerBytes, int bytes) {
        Ipv6Header.putPayloadLength(ip, headerBytes - Ipv6Header.BYTES + Ipv6Header.FRAGMENT_BYTES + bytes);
    }

    private boolean reserve(int count) {
        if (count > MOST_WAITING - waiting) {
            return false;
        }
        for (int fragment = 0; fragment < count; fragment++) {
            long chunk = pool.take();
            if (chunk == 0) {
                for (int back = 0; back < fragment; back++) {
                    pool.give(frames[waiting + back]);
                }
                return false;
            }
            frames[waiting + fragment] = chunk + BufferPool.HEADROOM_BYTES;
        }
        return true;
    }

    private void write(long frame, long ip, int done, int bytes, int flags) {
        long fragment = frame + EthernetHeader.BYTES;
        int headerBytes = Ipv4Header.copyForFragment(ip, fragment);
        Memory.copy(ip - EthernetHeader.BYTES, frame, EthernetHeader.BYTES);
        Memory.copy(ip + Ipv4Header.headerBytes(ip) + done, fragment + headerBytes, bytes);
        Ipv4Header.fragment(fragment, headerBytes + bytes, flags + done / UNIT_BYTES);
        lengths[waiting] = EthernetHeader.BYTES + headerBytes + bytes;
        counters.add(WorkerCounter.GENERATED, 1);
    }

    /** Moves fragments to an empty batch; {@code tunnelOf} each, or else forwarded already. */
    void take(PacketBatch batch, int[] tunnelOf) {
        while (taken < waiting && !batch.isFull()) {
            int packet = batch.size();
            batch.add(frames[taken], lengths[taken]);
            tunnelOf[packet] = tunnels[taken];
            Adjacency nextHop = nextHops[taken];
            if (nextHop != null && tunnels[taken] == NO_TUNNEL) {
                Forwarding.send(batch, packet, nextHop);
            }
            nextHops[taken] = null;
            taken++;
        }
        if (taken == waiting) {
            taken = 0;
            waiting = 0;
        }
    }
}
