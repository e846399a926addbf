package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.SaLoad;
import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.worker.Worker;
import io.gapura.gateway.config.DataplaneSettings;
import io.gapura.gateway.process.WorkerWatch.Rates;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.IkeSaStatus.ChildStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Describes the workers, for our own commands {@code get-workers} and {@code get-balance}. Control thread. */
final class WorkerReport {
    private final DataplaneSettings settings;
    private final LinuxKernel kernel;
    private final Engine engine;
    private final IkeAgent ike;
    private final WorkerWatch watch;

    WorkerReport(DataplaneSettings settings, LinuxKernel kernel, Engine engine, IkeAgent ike, WorkerWatch watch) {
        this.settings = settings;
        this.kernel = kernel;
        this.engine = engine;
        this.ike = ike;
        this.watch = watch;
    }

    ViciMessage workers(long nowNs) {
        List<Rates> rates = watch.rates(nowNs);
        List<SaLoad> loads = engine.loads();
        ViciMessage.Builder workers = ViciMessage.builder();
        for (int worker = 0; worker < rates.size(); worker++) {
            workers.put(Integer.toString(worker), worker(worker, rates.get(worker), loads));
        }
        return ViciMessage.builder().put("workers", workers).build();
    }

    private ViciMessage worker(int worker, Rates rates, List<SaLoad> loads) {
        WorkerCounters counters = engine.counters().get(worker);
        int core = settings.workers().get(worker);
        return ViciMessage.builder()
                .put("core", core == Worker.ANY_CORE ? "any" : Integer.toString(core))
                .put("queues", queues(worker))
                .put("sas", loads.stream().filter(load -> load.worker() == worker).count())
                .put("packets-per-second", Math.round(rates.carried()))
                .put("busy-percent", decimal(rates.busyPercent()))
                .put("batch", decimal(rates.batch()))
                .put("idle", settings.idle().name().toLowerCase(Locale.ROOT))
                .put("handed-over-per-second", Math.round(rates.handedOver()))
                .put("taken-over-per-second", Math.round(rates.takenOver()))
                .put("longest-stall-us", counters.value(WorkerCounter.LONGEST_CYCLE_NS) / 1000)
                .put("packets-in", counters.value(WorkerCounter.RECEIVED))
                .put("packets-out", counters.value(WorkerCounter.SENT))
                .put("generated", counters.value(WorkerCounter.GENERATED))
                .put("punted", counters.value(WorkerCounter.PUNTED))
                .put("held", counters.value(WorkerCounter.HELD))
                .put("reassembled", counters.value(WorkerCounter.REASSEMBLED))
                .put("dropped", DropReason.all().stream().mapToLong(counters::value).sum())
                .put("free-buffers", engine.freeBuffers(worker))
                .put("handed-over", counters.value(WorkerCounter.HANDED_OVER))
                .put("faults", counters.value(WorkerCounter.FAULTS))
                .build();
    }

    /** {@code wan:0}. */
    private List<String> queues(int worker) {
        List<String> queues = new ArrayList<>();
        for (PortSpec port : kernel.specs()) {
            int count = kernel.status(port.index()).queues();
            settings.placement().queuesOf(port.index(), worker, count)
                    .forEach(queue -> queues.add(port.name() + ":" + queue));
        }
        return queues;
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** {@code connection/child} by SA. */
    private static Function<SaLoad, Optional<String>> names(List<IkeSaStatus> ikeSas) {
        Map<Integer, String> inbound = new HashMap<>();
        Map<Integer, String> outbound = new HashMap<>();
        for (IkeSaStatus ikeSa : ikeSas) {
            for (ChildStatus child : ikeSa.children()) {
                inbound.put(child.spiIn(), ikeSa.connection() + "/" + child.name());
                outbound.put(child.spiOut(), ikeSa.connection() + "/" + child.name());
            }
        }
        return load -> Optional.ofNullable((load.outbound() ? outbound : inbound).get(load.spi()));
    }

    ViciMessage balance(long nowNs) {
        List<Rates> rates = watch.rates(nowNs);
        Balance balance = Balance.of(rates, engine.loads(), names(ike.status(nowNs)));
        ViciMessage.Builder shares = ViciMessage.builder();
        for (int worker = 0; worker < rates.size(); worker++) {
            shares.put(Integer.toString(worker), ViciMessage.builder()
                    .put("share-percent", decimal(balance.sharePercent(worker)))
                    .put("received-percent", decimal(balance.receivedPercent(worker)))
                    .put("busy-percent", decimal(rates.get(worker).busyPercent()))
                    .put("packets-per-second", Math.round(rates.get(worker).carried()))
                    .put("busiest-sa", balance.busiest(worker)));
        }
        return ViciMessage.builder()
                .put("packets-per-second", Math.round(balance.carried()))
                .put("evenness", decimal(balance.evennessPercent()))
                .put("handed-over-percent", decimal(balance.handedOverPercent()))
                .put("advice", balance.advice())
                .put("workers", shares)
                .build();
    }
}
