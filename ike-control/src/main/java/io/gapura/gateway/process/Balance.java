package io.gapura.gateway.process;

import io.gapura.engine.SaLoad;
import io.gapura.gateway.process.WorkerWatch.Rates;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** How evenly the work of the last second was spread over the workers, and what would spread it better. */
final class Balance {
    private static final double QUIET_PACKETS = 100;
    private static final double BUSY_PERCENT = 70;
    private static final double UNEVEN = 1.5;
    private static final double MUCH_HANDED_OVER_PERCENT = 30;
    private static final double MOST_OF_IT = 0.5;
    private static final double PERCENT = 100;

    private final List<Rates> rates;
    /** Each worker's SAs, the one that has carried most first. */
    private final List<List<Sa>> sas;

    /**
     * One direction of a child.
     *
     * @param name {@code connection/child}
     */
    private record Sa(String name, SaLoad load) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s %s %08x", name, load.outbound() ? "out" : "in", load.spi());
        }
    }

    private Balance(List<Rates> rates, List<List<Sa>> sas) {
        this.rates = rates;
        this.sas = sas;
    }

    /**
     * The balance of one second.
     *
     * @param names of children by SA; an SA that has none is on its way out
     */
    static Balance of(List<Rates> rates, List<SaLoad> loads, Function<SaLoad, Optional<String>> names) {
        List<List<Sa>> sas = new ArrayList<>();
        for (int worker = 0; worker < rates.size(); worker++) {
            int owner = worker;
            sas.add(loads.stream().filter(load -> load.worker() == owner && load.packets() > 0)
                    .sorted(Comparator.comparingLong(SaLoad::packets).reversed())
                    .flatMap(load -> names.apply(load).stream().map(name -> new Sa(name, load))).toList());
        }
        return new Balance(rates, sas);
    }

    double carried() {
        return rates.stream().mapToDouble(Rates::carried).sum();
    }

    private double received() {
        return rates.stream().mapToDouble(Rates::received).sum();
    }

    /** Of all packets carried. */
    double sharePercent(int worker) {
        return percent(rates.get(worker).carried(), carried());
    }

    /** Of all packets that the ports received. */
    double receivedPercent(int worker) {
        return percent(rates.get(worker).received(), received());
    }

    /** What the workers carry together, compared with what they would if all carried as much as the busiest. */
    double evennessPercent() {
        double most = rates.stream().mapToDouble(Rates::carried).max().orElse(0);
        return most == 0 ? PERCENT : percent(carried(), most * rates.size());
    }

    double handedOverPercent() {
        return percent(rates.stream().mapToDouble(Rates::handedOver).sum(), received());
    }

    private static double percent(double part, double whole) {
        return whole == 0 ? 0 : PERCENT * part / whole;
    }

    /** The worker's SA that has carried most, in words; empty if none has. */
    String busiest(int worker) {
        return sas.get(worker).isEmpty() ? "" : sas.get(worker).getFirst().toString();
    }

    /** One sentence. */
    String advice() {
        if (carried() < QUIET_PACKETS) {
            return "There was next to no traffic in the last second: ask again under load.";
        }
        int busiest = busiestWorker();
        boolean full = rates.get(busiest).busyPercent() > BUSY_PERCENT;
        if (rates.size() == 1) {
            return full
                    ? "The only worker is busy: name more cores in dataplane.workers, and give the ports as many queues."
                    : "The only worker has room: nothing to do.";
        }
        if (sharePercent(busiest) > UNEVEN * PERCENT / rates.size()) {
            return unevenAdvice(busiest);
        }
        if (handedOverPercent() > MUCH_HANDED_OVER_PERCENT) {
            return String.format(Locale.ROOT,
                    "The work is even, but %.0f %% of the packets arrive at a worker that does"
                            + " not own their SA: per_cpu_sas: yes on the busiest children saves handing them over.",
                    handedOverPercent());
        }
        return full
                ? "The work is even and the workers are busy: name more cores in dataplane.workers."
                : "The work is even: nothing to do.";
    }

    private int busiestWorker() {
        int busiest = 0;
        for (int worker = 1; worker < rates.size(); worker++) {
            if (rates.get(worker).carried() > rates.get(busiest).carried()) {
                busiest = worker;
            }
        }
        return busiest;
    }

    private String unevenAdvice(int worker) {
        long all = sas.get(worker).stream().mapToLong(sa -> sa.load().packets()).sum();
        if (all > 0 && sas.get(worker).getFirst().load().packets() > MOST_OF_IT * all) {
            Sa fat = sas.get(worker).getFirst();
            return String.format(Locale.ROOT, "Worker %d carries %.0f %%, most of it for %s, whose SA %08x it owns: set"
                    + " per_cpu_sas: yes on that child, here and at the peer.", worker, sharePercent(worker),
                    fat.name(),
                    fat.load().spi());
        }
        return receivedPercent(worker) > UNEVEN * PERCENT / rates.size()
                ? String.format(Locale.ROOT, "Worker %d receives %.0f %%: spread the flows over the queues with"
                        + " ethtool -X DEVICE equal N, or the queues over the workers with dataplane.placement.",
                        worker,
                        receivedPercent(worker))
                : String.format(Locale.ROOT, "Worker %d carries %.0f %% because it owns the busier SAs: it evens out"
                        + " with more children, or with per_cpu_sas: yes on the busiest.", worker,
                        sharePercent(worker));
    }
}
