package io.gapura.gateway.cli;

import io.gapura.gateway.bench.FatPeerBench;
import io.gapura.gateway.bench.Load;
import io.gapura.gateway.bench.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura bench fat-peer}. */
@Command(name = "fat-peer", mixinStandardHelpOptions = true, description = {
    "What several workers carry of one peer's packets, outbound, each feeding itself as fast as it can: by one SA, whose owner",
    "the others hand their packets over to; and by an SA for each worker (RFC 9611); beside one worker alone."})
final class BenchFatPeerCommand implements Callable<Integer> {
    private static final int WARM_UP_MS = 4_000;
    private static final int INTERVAL_MS = 1_000;
    private static final int QUICK = 20;

    @Mixin
    private final BenchOptions options = new BenchOptions();
    @Option(names = "--workers", paramLabel = "N", defaultValue = "2", description = "On the first cores. Default: ${DEFAULT-VALUE}")
    private int workers;

    @Override
    public Integer call() throws InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        if (workers < 2 || workers > cores) {
            throw Failure.usage("--workers: 2 to as many as there are cores, " + cores + ", not " + workers);
        }
        options.describeMachine();
        int brevity = options.isQuick() ? QUICK : 1;
        FatPeerBench bench = new FatPeerBench(WARM_UP_MS / brevity, INTERVAL_MS / brevity);
        List<Row> rows = new ArrayList<>();
        for (Load load : options.loads(1)) {
            for (FatPeerBench.Spread spread : FatPeerBench.Spread.values()) {
                BenchOptions.progress("fat-peer, %s: %s bytes, %s".formatted(spread, load.label(), load.cipher()));
                rows.add(bench.measure(load, spread, IntStream.range(0, workers).boxed().toList()));
            }
        }
        options.show(rows);
        return ExitCode.OK;
    }
}
