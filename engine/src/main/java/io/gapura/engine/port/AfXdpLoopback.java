package io.gapura.engine.port;

import io.gapura.engine.packet.BufferPool;
import io.gapura.ffi.afxdp.Umem;
import io.gapura.ffi.afxdp.XskLoopback;
import io.gapura.ffi.libc.HugePages;
import java.util.ArrayList;
import java.util.List;

/**
 * One worker's AF_XDP ports, one queue each, over rings that no kernel reads: the very code that carries packets
 * can be run, and so be compiled, before there is a network card. One thread.
 */
public final class AfXdpLoopback implements AutoCloseable {
    private static final int CHUNK_BYTES = 2048;
    /** Of each port: as many as all its rings hold, and a batch in hand. */
    private static final int CHUNKS_PER_FRAME = 4;

    private final Umem memory;
    private final List<XskLoopback> queues = new ArrayList<>();
    private final List<Port> ports = new ArrayList<>();

    private AfXdpLoopback(List<PortSpec> specs, int ringFrames) {
        memory = Umem.create(CHUNKS_PER_FRAME * ringFrames * specs.size(), CHUNK_BYTES, HugePages.OFF);
        BufferPool pool = BufferPool.over(memory.segment(), CHUNK_BYTES);
        for (PortSpec spec : specs) {
            XskLoopback queue = XskLoopback.over(memory, ringFrames);
            queues.add(queue);
            ports.add(new AfXdpPort(spec, pool, VlanTag.NONE, List.of(queue.socket())));
        }
    }

    /** Ports as in {@code specs}, with rings of {@code ringFrames} frames, a power of two. */
    public static AfXdpLoopback open(List<PortSpec> specs, int ringFrames) {
        return new AfXdpLoopback(specs, ringFrames);
    }

    /** What an engine is started with. */
    public List<Port> ports() {
        return List.copyOf(ports);
    }

    /** Lets a copy of a frame arrive at a port; false if the port has provided no chunk for it. */
    public boolean arrive(int port, long address, int bytes) {
        return queues.get(port).arrive(address, bytes);
    }

    /** Takes what a port has sent; how many frames. */
    public int transmit(int port, XskLoopback.Wire wire) {
        return queues.get(port).transmit(wire);
    }

    /** Whether the port is to wake the kernel for chunks. */
    public void starved(int port, boolean wakeup) {
        queues.get(port).starved(wakeup);
    }

    /** After the engine. */
    @Override
    public void close() {
        queues.forEach(XskLoopback::close);
        memory.close();
    }
}
