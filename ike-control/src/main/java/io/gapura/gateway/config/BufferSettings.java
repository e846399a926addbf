package io.gapura.gateway.config;

import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.PacketMemory;
import io.gapura.ffi.libc.HugePages;

/**
 * Where packets lie and wait; sizes in packets.
 *
 * @param burst         taken from a port at once, 1 to 64
 * @param receiveFrames of each queue's receive ring; a power of two
 * @param sendFrames    of each queue's send ring; a power of two
 * @param buffers       of each worker, or {@link PacketMemory#AS_NEEDED}
 * @param nearCores     whether a worker's memory is of its core's NUMA node
 */
public record BufferSettings(int burst, int receiveFrames, int sendFrames, int buffers, HugePages hugePages,
        boolean nearCores) {
    private static final int SMALLEST_RING = 64;
    private static final int LARGEST_RING = 1 << 15;
    private static final int DEFAULT_RING = 2048;
    private static final int FEWEST_BUFFERS = 512;
    private static final int MOST_BUFFERS = 1 << 20;

    /** Whether cores and memory are chosen by NUMA node. */
    private enum Numa {
        /** Where there is a choice. */
        PREFER,
        /** It does not matter. */
        OFF
    }

    static BufferSettings read(Section section) {
        int burst = section.read("burst", PacketBatch.CAPACITY, value -> value.integer(1, PacketBatch.CAPACITY));
        int received = section.read("rx_ring", DEFAULT_RING, BufferSettings::ring);
        int sent = section.read("tx_ring", DEFAULT_RING, BufferSettings::ring);
        int buffers = section.read("buffers", PacketMemory.AS_NEEDED, BufferSettings::buffers);
        HugePages pages = section.read("huge_pages", HugePages.PREFER, value -> value.choice(HugePages.class));
        Numa numa = section.read("numa", Numa.PREFER, value -> value.choice(Numa.class));
        return new BufferSettings(burst, received, sent, buffers, pages, numa == Numa.PREFER);
    }

    private static int ring(Value value) throws InvalidConfiguration {
        return value.powerOfTwo(SMALLEST_RING, LARGEST_RING);
    }

    private static int buffers(Value value) throws InvalidConfiguration {
        return value.text().equals("auto") ? PacketMemory.AS_NEEDED : value.integer(FEWEST_BUFFERS, MOST_BUFFERS);
    }
}
