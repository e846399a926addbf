package io.gapura.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.gateway.Main;
import io.gapura.gateway.bench.Load;
import io.gapura.gateway.bench.StallBench;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura bench stalls}. */
@Command(name = "stalls", mixinStandardHelpOptions = true, description = {
    "How long a worker is held up beside a control thread that sets up IKE SAs, reloads and reads counters without a",
    "rest: with each garbage collector, in a Java process of its own. The worker is pinned to the last core."})
final class BenchStallsCommand implements Callable<Integer> {
    private static final int PACKET_BYTES = 512;
    private static final int POLICIES = 1_000;

    /** Garbage collectors, or what this process has. */
    private enum Collector {
        THIS(""),
        ZGC("-XX:+UseZGC"),
        SHENANDOAH("-XX:+UseShenandoahGC"),
        G1("-XX:+UseG1GC"),
        PARALLEL("-XX:+UseParallelGC"),
        SERIAL("-XX:+UseSerialGC");

        private final String flag;

        Collector(String flag) {
            this.flag = flag;
        }
    }

    @Mixin
    private final Output output = new Output();
    @Option(names = "--gc", split = ",", paramLabel = "NAME", defaultValue = "ZGC,SHENANDOAH,G1,SERIAL", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    private List<Collector> collectors = List.of();
    @Option(names = "--seconds", paramLabel = "N", defaultValue = "60", description = "With each. Default: ${DEFAULT-VALUE}")
    private long seconds;

    @Override
    public Integer call() throws InterruptedException, ExecutionException, IOException {
        for (Collector collector : collectors) {
            if (collector == Collector.THIS) {
                measure();
            } else {
                BenchOptions.progress("stalls: %d s with %s".formatted(seconds, collector));
                System.out.flush();
                fork(collector);
            }
        }
        return ExitCode.OK;
    }

    private void measure() throws InterruptedException, ExecutionException {
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            root.setLevel(Level.WARN);
        }
        int core = Runtime.getRuntime().availableProcessors() - 1;
        StallBench.Result result = StallBench.measure(Load.of(EspCipher.AES_128_GCM_16, PACKET_BYTES, POLICIES),
                seconds, core);
        String collector = System.getProperty("gapura.collector", "this");
        if (output.isJson()) {
            System.out.println(Json.line(json(collector, result)));
        } else {
            System.out.printf(
                    "%-10s %4.0f s  round %4.0f us  99.99 %% %6.0f us  longest %8.0f us  over 2 ms %4d  beside %,d handshakes; the machine alone, %.0f s: longest %.0f us, over 2 ms %d%n",
                    collector, result.seconds(), result.median(), result.p9999(), result.longest(),
                    result.overTwoMs(), result.handshakes(), result.machine().seconds(), result.machine().longest(),
                    result.machine().overTwoMs());
        }
    }

    private static Map<String, Object> json(String collector, StallBench.Result result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("bench", "stalls");
        json.put("gc", collector);
        json.put("seconds", result.seconds());
        json.put("round_us_p50", result.median());
        json.put("round_us_p9999", result.p9999());
        json.put("longest_us", result.longest());
        json.put("over_2_ms", result.overTwoMs());
        json.put("handshakes", result.handshakes());
        json.put("machine_seconds", result.machine().seconds());
        json.put("machine_longest_us", result.machine().longest());
        json.put("machine_over_2_ms", result.machine().overTwoMs());
        return json;
    }

    /** The same command with another collector; it prints its line itself. */
    private void fork(Collector collector) throws IOException, InterruptedException {
        String java = ProcessHandle.current().info().command().orElse("java");
        Process process = new ProcessBuilder(java, collector.flag, "-Xmx1g", "-Dgapura.collector=" + collector,
                "--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "bench", "stalls", "--gc", "THIS",
                "--seconds", Long.toString(seconds), "-o", output.isJson() ? "json" : "text").inheritIO().start();
        if (process.waitFor() != 0) {
            throw Failure.because("with " + collector + " the measurement failed");
        }
    }
}
