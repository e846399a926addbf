package io.gapura.engine.worker;

import io.gapura.engine.EngineEvents;
import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.sad.PathMtus;
import io.gapura.ffi.IpAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** What a worker has to tell the control thread. Bounded: an event that finds no room is counted and lost. */
public final class EventRing {
    private static final int SOFT_LIMIT = 1;
    private static final int HARD_LIMIT = 2;
    private static final int ACQUIRE = 3;
    private static final int PATH_MTU = 4;
    private static final int UNKNOWN_SPI = 5;

    private static final int RING_BYTES = 1 << 16;
    private static final int EVENT_BYTES = 8;
    private static final int SPI = 4;

    private static final int PATH_MTU_BYTES = 28;
    private static final int QUOTED_SPI = 16;
    private static final int SEQUENCE = 20;
    private static final int MTU = 24;

    private static final int UNKNOWN_SPI_BYTES = 20;
    private static final int SPI_BEHIND_ADDRESS = 16;

    /** What anybody can cause: so many a second are enough to learn from, and few enough for what they cost. */
    static final int FOREIGN_PER_SECOND = 100;
    private static final long FOREIGN_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1) / FOREIGN_PER_SECOND;
    private static final long ACQUIRE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH, 64)));
    private final WorkerCounters counters;
    /** When each tunnel may be asked for again. */
    private final long[] nextAcquireNs;
    private long nextPathMtuNs;
    private long nextUnknownSpiNs;

    EventRing(int tunnels, WorkerCounters counters, long nowNs) {
        this.counters = counters;
        this.nextAcquireNs = new long[tunnels];
        Arrays.fill(nextAcquireNs, nowNs);
        this.nextPathMtuNs = nowNs;
        this.nextUnknownSpiNs = nowNs;
    }

    /** Tells of a limit that the SA's last packet passed, if any. Worker thread. */
    void onPacket(OutboundSa sa) {
        switch (sa.takeEvent()) {
            case NONE -> {
            }
            case SOFT -> offer(SOFT_LIMIT, sa.tunnel, sa.spi);
            case HARD -> offer(HARD_LIMIT, sa.tunnel, sa.spi);
        }
    }

    /** A packet wants a tunnel that is down. Worker thread. */
    void onAcquire(int tunnel, long nowNs) {
        if (nowNs - nextAcquireNs[tunnel] >= 0) {
            nextAcquireNs[tunnel] = nowNs + ACQUIRE_INTERVAL_NS;
            offer(ACQUIRE, tunnel, 0);
        }
    }

    /** A router says that ESP of ours was too big; whether it may say so is the control thread's to find out. Worker thread. */
    void onPathMtu(long destinationHigh, long destinationLow, int spi, int sequence, int mtu, long nowNs) {
        if (nowNs - nextPathMtuNs < 0) {
            return;
        }
        nextPathMtuNs = nowNs + FOREIGN_INTERVAL_NS;
        int index = ring.tryClaim(PATH_MTU, PATH_MTU_BYTES);
        if (index < 0) {
            counters.add(WorkerCounter.EVENTS_LOST, 1);
            return;
        }
        ring.buffer().putLong(index, destinationHigh);
        ring.buffer().putLong(index + Long.BYTES, destinationLow);
        ring.buffer().putInt(index + QUOTED_SPI, spi);
        ring.buffer().putInt(index + SEQUENCE, sequence);
        ring.buffer().putInt(index + MTU, mtu);
        ring.commit(index);
    }

    /** ESP or AH to this host has an SPI that no SA has; the peer whose it is may want to know. Worker thread. */
    void onUnknownSpi(int spi, long sourceHigh, long sourceLow, long nowNs) {
        if (nowNs - nextUnknownSpiNs < 0) {
            return;
        }
        nextUnknownSpiNs = nowNs + FOREIGN_INTERVAL_NS;
        int index = ring.tryClaim(UNKNOWN_SPI, UNKNOWN_SPI_BYTES);
        if (index < 0) {
            counters.add(WorkerCounter.EVENTS_LOST, 1);
            return;
        }
        ring.buffer().putLong(index, sourceHigh);
        ring.buffer().putLong(index + Long.BYTES, sourceLow);
        ring.buffer().putInt(index + SPI_BEHIND_ADDRESS, spi);
        ring.commit(index);
    }

    private void offer(int type, int tunnel, int spi) {
        int index = ring.tryClaim(type, EVENT_BYTES);
        if (index < 0) {
            counters.add(WorkerCounter.EVENTS_LOST, 1);
            return;
        }
        ring.buffer().putInt(index, tunnel);
        ring.buffer().putInt(index + SPI, spi);
        ring.commit(index);
    }

    /** Passes waiting events on; how many. Control thread. */
    public int drain(EngineEvents handler, PathMtus paths, long nowNs) {
        return ring.read((type, buffer, index, length) -> {
            switch (type) {
                case PATH_MTU -> paths.onTooBig(address(buffer, index), buffer.getInt(index + QUOTED_SPI),
                        buffer.getInt(index + SEQUENCE), buffer.getInt(index + MTU), nowNs);
                case UNKNOWN_SPI ->
                    handler.onUnknownSpi(buffer.getInt(index + SPI_BEHIND_ADDRESS), address(buffer, index));
                default -> dispatch(handler, type, buffer, index);
            }
        });
    }

    private static IpAddress address(MutableDirectBuffer buffer, int index) {
        return new IpAddress(buffer.getLong(index), buffer.getLong(index + Long.BYTES));
    }

    private static void dispatch(EngineEvents handler, int type, MutableDirectBuffer buffer, int index) {
        int tunnel = buffer.getInt(index);
        int spi = buffer.getInt(index + SPI);
        switch (type) {
            case SOFT_LIMIT -> handler.onSoftLimit(tunnel, spi);
            case HARD_LIMIT -> handler.onHardLimit(tunnel, spi);
            case ACQUIRE -> handler.onAcquire(tunnel);
            default -> throw new IllegalStateException("event " + type);
        }
    }
}
