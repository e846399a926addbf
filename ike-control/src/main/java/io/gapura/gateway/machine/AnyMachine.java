package io.gapura.gateway.machine;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A machine that is not at hand: whatever is asked of it may be there. */
public final class AnyMachine implements Machine {
    @Override
    public Optional<String> refusal(int core) {
        return Optional.empty();
    }

    @Override
    public List<Integer> coresForWorkers(OptionalInt mainCore, Collection<String> devices, boolean numaLocal) {
        return List.of();
    }

    @Override
    public OptionalInt receiveQueues(String device) {
        return OptionalInt.empty();
    }

    @Override
    public long freeHugePages() {
        return UNKNOWN;
    }

    @Override
    public Optional<String> refusalOfPciDevice(String address) {
        return Optional.empty();
    }
}
