package io.gapura.gateway.cli;

import io.gapura.gateway.bench.Load;
import io.gapura.gateway.bench.Row;
import io.gapura.gateway.bench.TunnelBench;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura bench tunnel}. */
@Command(name = "tunnel", mixinStandardHelpOptions = true, description = {
    "From end to end: a generator, two engines over AF_XDP and a sink, in network namespaces of this machine, which all",
    "share its cores. Finds by bisection the highest rate without loss, in clear (raw) and by ESP. Needs root, iproute2."})
final class BenchTunnelCommand implements Callable<Integer> {
    private static final double QUICK = 0.2;

    @Mixin
    private final BenchOptions options = new BenchOptions();
    @Option(names = "--sas", split = ",", paramLabel = "N", defaultValue = "1", description = "SAs, and as many policies, the packets spread over all of them. Default: ${DEFAULT-VALUE}")
    private List<Integer> sas = List.of();
    @Option(names = "--workers", split = ",", paramLabel = "N", defaultValue = "1", description = "Workers of each engine; what arrives at another than an SA's is handed over. Default: ${DEFAULT-VALUE}")
    private List<Integer> workers = List.of();
    @Option(names = "--loss", paramLabel = "PERCENT", defaultValue = "0.1", description = "How much may be lost in one of two tries. Default: ${DEFAULT-VALUE}")
    private double lossPercent;
    @Option(names = "--seconds", paramLabel = "N", defaultValue = "1", description = "Of each step. Default: ${DEFAULT-VALUE}")
    private double seconds;
    @Option(names = "--rekeys", paramLabel = "N", defaultValue = "0", description = "Afterwards, so many at 80 %% of the rate: how many frames are lost. Default: ${DEFAULT-VALUE}")
    private int rekeys;

    @Override
    public Integer call() throws InterruptedException {
        options.describeMachine();
        BenchOptions.progress("%.3f %% may be lost in a step of %.1f s, in one of two tries".formatted(lossPercent,
                stepSeconds()));
        TunnelBench bench = new TunnelBench(new TunnelBench.Settings(lossPercent / 100, stepSeconds(), rekeys),
                BenchOptions::progress);
        List<Row> rows = new ArrayList<>();
        for (int count : workers) {
            for (int each : sas) {
                for (Load load : options.loads(each)) {
                    BenchOptions.progress("tunnel: %d worker(s), %d SA(s), %s bytes, %s".formatted(count, each,
                            load.label(), load.cipher().keyword()));
                    rows.add(bench.measure(load, cores(count)));
                }
            }
        }
        options.show(rows);
        return ExitCode.OK;
    }

    private double stepSeconds() {
        return options.isQuick() ? seconds * QUICK : seconds;
    }

    /** Both engines' workers share the cores. */
    private static List<Integer> cores(int workers) {
        int there = Runtime.getRuntime().availableProcessors();
        return IntStream.range(0, workers).map(worker -> worker % there).boxed().toList();
    }
}
