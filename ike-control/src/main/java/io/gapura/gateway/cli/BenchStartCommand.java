package io.gapura.gateway.cli;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.gateway.bench.Load;
import io.gapura.gateway.bench.StartBench;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura bench start}. */
@Command(name = "start", mixinStandardHelpOptions = true, description = {
    "How long the first packets through a fresh gateway take, over memory ports: in this process, which has carried none",
    "before, after the warm-up with which a gateway starts."})
final class BenchStartCommand implements Callable<Integer> {
    private static final int PACKET_BYTES = 512;

    @Mixin
    private final Output output = new Output();
    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "10", description = "At most so long; 0 for none, to see what it is good for. Default: ${DEFAULT-VALUE}")
    private int warmUpSeconds;

    @Override
    public Integer call() {
        StartBench.Result result = StartBench.measure(Load.of(EspCipher.AES_128_GCM_16, PACKET_BYTES, 1),
                Duration.ofSeconds(warmUpSeconds));
        if (output.isJson()) {
            System.out.println(Json.line(json(result)));
        } else {
            System.out.printf(
                    "warm-up %d ms; first packet out %.0f us, in %.0f us; slowest of the first hundred %.0f and %.0f us%n",
                    result.warmUpMs(), result.firstOut(), result.firstIn(), result.slowestOut(), result.slowestIn());
        }
        return ExitCode.OK;
    }

    private static Map<String, Object> json(StartBench.Result result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("bench", "start");
        json.put("warm_up_ms", result.warmUpMs());
        json.put("first_out_us", result.firstOut());
        json.put("first_in_us", result.firstIn());
        json.put("slowest_out_us", result.slowestOut());
        json.put("slowest_in_us", result.slowestIn());
        return json;
    }
}
