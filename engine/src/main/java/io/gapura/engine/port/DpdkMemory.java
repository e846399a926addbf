package io.gapura.engine.port;

import io.gapura.ffi.dpdk.Mempool;
import io.gapura.ffi.libc.HugePages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How much packet memory DPDK is to take, and of which pages. */
final class DpdkMemory {
    /** Chunks of a worker that are in caches, in its hands, or on the links to other workers. */
    private static final int CHUNKS_IN_HAND = 2048;
    /** Descriptors of packets and of rings, and what drivers need. */
    private static final int OTHER_MIB = 64;
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private DpdkMemory() {
    }

    /** How many a worker has: one less than a power of two, or DPDK wastes half. */
    static int chunks(List<DpdkSettings> settings, DpdkEnvironment environment, Placement placement,
            PacketMemory memory) {
        int needed = 0;
        for (int worker = 0; worker < placement.workers(); worker++) {
            needed = Math.max(needed, needed(settings, environment, placement, worker));
        }
        if (memory.buffers() != PacketMemory.AS_NEEDED && memory.buffers() < needed) {
            throw new IllegalArgumentException("a worker needs %d buffers to fill its rings, not %d".formatted(needed,
                    memory.buffers()));
        }
        return rounded(Math.max(memory.buffers(), needed));
    }

    static int rounded(int chunks) {
        return Integer.highestOneBit(chunks) * 2 - 1;
    }

    private static int needed(List<DpdkSettings> settings, DpdkEnvironment environment, Placement placement,
            int worker) {
        int queues = 0;
        for (int port = 0; port < settings.size(); port++) {
            queues += placement.queuesOf(port, worker, settings.get(port).queues()).size();
        }
        return needed(queues, settings.size(), environment.receiveDescriptors(), environment.sendDescriptors());
    }

    static int needed(int queues, int ports, int receiveDescriptors, int sendDescriptors) {
        return CHUNKS_IN_HAND + queues * receiveDescriptors + ports * sendDescriptors;
    }

    static int mib(int workers, int chunks) {
        return workers * (chunks / ((1 << 20) / Mempool.CHUNK_BYTES) + 1) + OTHER_MIB;
    }

    /** DPDK cannot be asked twice: whether there are enough huge pages is looked at before. */
    static boolean inHugePages(HugePages wanted, int workers, int chunks) {
        return switch (wanted) {
            case OFF -> false;
            case REQUIRE -> true;
            case PREFER -> freeMib() >= mib(workers, chunks);
        };
    }

    private static long freeMib() {
        return (number("HugePages_Free:") * number("Hugepagesize:")) >> 10;
    }

    private static long number(String key) {
        try (Stream<String> lines = Files.lines(MEMORY)) {
            return lines.filter(line -> line.startsWith(key)).mapToLong(
                    line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
        } catch (IOException unreadable) {
            return 0;
        }
    }
}
