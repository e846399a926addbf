package io.gapura.engine.port;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;

/**
 * One queue of a network interface, as one worker sees it: Ethernet frames in and out, in chunks of the
 * worker's pool.
 *
 * <p>{@link #receive} passes a chunk's ownership to the batch, {@link #send} to the port, which gives it back
 * to the pool when the frame is on the wire. All methods belong to the worker's thread, except {@link #close},
 * which comes after that thread has ended.
 */
public abstract sealed class Port implements AutoCloseable permits AfXdpPort, DpdkPort, GeneratorPort, MemoryPort,
        TunPort {
    private final PortSpec spec;
    private final BufferPool pool;

    protected Port(PortSpec spec, BufferPool pool) {
        this.spec = spec;
        this.pool = pool;
    }

    /** The worker's thread, bound to its core, is about to use the port. Needs no thread of its own when stepped. */
    public void enter() {
    }

    /** The worker's thread ends. */
    public void leave() {
    }

    /** Appends frames that have arrived until the batch is full; how many. */
    public abstract int receive(PacketBatch batch);

    /**
     * Sends, in order, the packets of the batch that leave by this port. Those that find no room become
     * dropped as {@code TX_FULL} and stay the caller's.
     */
    public abstract void send(PacketBatch batch);

    /** Once per duty cycle: takes back the chunks of sent frames, provides new ones, wakes the kernel. */
    public abstract void poll();

    @Override
    public abstract void close();

    public final PortSpec spec() {
        return spec;
    }

    public final int index() {
        return spec.index();
    }

    public final String name() {
        return spec.name();
    }

    public final PortRole role() {
        return spec.role();
    }

    public final BufferPool pool() {
        return pool;
    }
}
