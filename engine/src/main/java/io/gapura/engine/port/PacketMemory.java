package io.gapura.engine.port;

import io.gapura.ffi.libc.Affinity;
import io.gapura.ffi.libc.HugePages;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where each worker's packets lie.
 *
 * @param buffers   of each worker; {@link #AS_NEEDED} for what its rings can hold and some in hand
 * @param nearCores each worker's core, whose NUMA node the memory is taken from; empty to take it anywhere
 */
public record PacketMemory(int buffers, HugePages hugePages, List<Integer> nearCores) {
    public static final int AS_NEEDED = 0;
    public static final PacketMemory DEFAULT = new PacketMemory(AS_NEEDED, HugePages.PREFER, List.of());

    private static final int ANY_CORE = -1;

    public PacketMemory {
        nearCores = List.copyOf(nearCores);
    }

    /** Runs {@code allocation} on the core of {@code worker}, because memory comes from the node that first touches it. */
    <T> T near(int worker, Supplier<T> allocation) {
        int core = nearCores.isEmpty() ? ANY_CORE : nearCores.get(worker);
        if (core == ANY_CORE) {
            return allocation.get();
        }
        BitSet before = Affinity.allowed();
        Affinity.pin(core);
        try {
            return allocation.get();
        } finally {
            Affinity.restrict(before);
        }
    }
}
