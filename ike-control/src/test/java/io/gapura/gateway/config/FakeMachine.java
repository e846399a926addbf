package io.gapura.gateway.config;

import io.gapura.gateway.machine.Machine;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A machine with cores 0 to 3, interfaces with so many queues, and so many free huge pages. */
record FakeMachine(Map<String, Integer> queues, long freeHugePages) implements Machine {
    private static final int CORES = 4;

    @Override
    public Optional<String> refusal(int core) {
        return core < CORES ? Optional.empty() : Optional.of("there is no core " + core);
    }

    @Override
    public List<Integer> coresForWorkers(OptionalInt mainCore, Collection<String> devices, boolean numaLocal) {
        return numaLocal ? List.of(3, 2, 1) : List.of(1, 2, 3);
    }

    @Override
    public OptionalInt receiveQueues(String device) {
        Integer count = queues.get(device);
        return count == null ? OptionalInt.empty() : OptionalInt.of(count);
    }

    @Override
    public Optional<String> refusalOfPciDevice(String address) {
        return address.startsWith("0000:") ? Optional.empty() : Optional.of("there is no PCI device " + address);
    }
}
