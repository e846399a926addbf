package io.gapura.engine.counters;

import io.gapura.engine.packet.DropReason;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of the packets of some workers: nothing comes in or is made here that does not leave, go to
 * the kernel, wait, become part of another packet or have a reason for being dropped.
 *
 * <p>Of running workers it is a snapshot that may be a batch out of balance.
 *
 * @param held        wait now
 * @param reassembled became part of another packet
 * @param drops only reasons that occurred
 */
public record Ledger(long received, long generated, long sent, long punted, long held, long reassembled,
        Map<DropReason, Long> drops) {

    public Ledger {
        drops = Map.copyOf(drops);
    }

    public static Ledger of(Collection<WorkerCounters> workers) {
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.all()) {
            long count = workers.stream().mapToLong(counters -> counters.value(reason)).sum();
            if (count != 0) {
                drops.put(reason, count);
            }
        }
        return new Ledger(sum(workers, WorkerCounter.RECEIVED), sum(workers, WorkerCounter.GENERATED),
                sum(workers, WorkerCounter.SENT), sum(workers, WorkerCounter.PUNTED),
                sum(workers, WorkerCounter.HELD), sum(workers, WorkerCounter.REASSEMBLED), drops);
    }

    private static long sum(Collection<WorkerCounters> workers, WorkerCounter counter) {
        return workers.stream().mapToLong(counters -> counters.value(counter)).sum();
    }

    public long dropped() {
        return drops.values().stream().mapToLong(Long::longValue).sum();
    }

    public long dropped(DropReason reason) {
        return drops.getOrDefault(reason, 0L);
    }

    public boolean balances() {
        return received + generated == sent + punted + held + reassembled + dropped();
    }
}
