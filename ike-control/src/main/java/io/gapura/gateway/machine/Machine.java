package io.gapura.gateway.machine;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a configuration is held against. */
public interface Machine {
    /** Free huge pages of a machine of which that is not known. */
    long UNKNOWN = Long.MAX_VALUE;

    /** Why no thread of ours can be pinned to {@code core}, and what to do about it; empty if one can. */
    Optional<String> refusal(int core);

    /**
     * Cores for workers, the best first: isolated ones before others, then those of the NUMA node of {@code devices};
     * isolated ones alone if there are any. Never {@code mainCore}, nor, if that is empty, the core that is best left
     * to the kernel and the control thread. Empty if there is none.
     */
    List<Integer> coresForWorkers(OptionalInt mainCore, Collection<String> devices, boolean numaLocal);

    /** How many receive queues a network interface uses; empty if that cannot be told. */
    OptionalInt receiveQueues(String device);

    /** Reserved huge pages of 2 MiB that nobody uses, or {@link #UNKNOWN}. */
    long freeHugePages();

    /** Why DPDK cannot have the PCI device at {@code address}, and what to do about it; empty if it can. */
    Optional<String> refusalOfPciDevice(String address);
}
