package io.gapura.ffi.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.util.List;

/** Two of DPDK's ring ports, joined crosswise: what one sends the other receives, buffer and all. */
final class RingPair {
    private static final int ANY_NODE = -1;
    private static final int SINGLE_PRODUCER_AND_CONSUMER = 3;

    private RingPair() {
    }

    static List<EthDev> create(RteLibraries libraries, String name, int frames) {
        long forth = ring(libraries, name + "-forth", frames);
        long back = ring(libraries, name + "-back", frames);
        return List.of(port(libraries, name + "-0", back, forth), port(libraries, name + "-1", forth, back));
    }

    /** @param frames a power of two; it holds one less */
    private static long ring(RteLibraries libraries, String name, int frames) {
        try (Arena arena = Arena.ofConfined()) {
            return libraries.requirePointer("rte_ring_create(" + name + ")", "rte_ring_create",
                    arena.allocateFrom(name).address(), frames, ANY_NODE, SINGLE_PRODUCER_AND_CONSUMER);
        }
    }

    private static EthDev port(RteLibraries libraries, String name, long receive, long send) {
        try (Arena arena = Arena.ofConfined()) {
            long from = arena.allocateFrom(JAVA_LONG, receive).address();
            long to = arena.allocateFrom(JAVA_LONG, send).address();
            int port = (int) libraries.call("rte_eth_from_rings", arena.allocateFrom(name).address(), from, 1, to, 1,
                    0);
            if (port < 0) {
                throw libraries.failure("rte_eth_from_rings(" + name + ")", libraries.errno());
            }
            return new EthDev(libraries, name, port);
        }
    }
}
