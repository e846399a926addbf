package io.gapura.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.gapura.gateway.demo.Demo;
import io.gapura.gateway.demo.DemoReport;
import java.time.Duration;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura demo}. */
@Command(name = "demo", mixinStandardHelpOptions = true, description = {
    "Two gateways in this process, joined by memory: handshake, traffic, rekeys under traffic, throughput.",
    "Needs no privileges, no network card and no native library. Takes about ten seconds."})
final class DemoCommand implements Runnable {
    private static final Duration PER_SIZE = Duration.ofSeconds(1);

    @Mixin
    private final Output output = new Output();
    @Option(names = {"-v", "--verbose"}, description = "With the gateways' own log.")
    private boolean verbose;

    @Override
    public void run() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(verbose ? Level.INFO : Level.WARN);
        try (Demo demo = new Demo(line -> System.err.println("  " + line), PER_SIZE)) {
            DemoReport report = demo.run();
            if (output.isJson()) {
                System.out.println(Json.line(report.toJson()));
            } else {
                print(report);
            }
            if (!report.isOk()) {
                throw Failure.because(report.fault());
            }
        }
    }

    private static void print(DemoReport report) {
        Table table = new Table("bytes", "Mpps", "Gbit/s");
        for (DemoReport.Throughput row : report.throughput()) {
            table.row(row.bytes(), "%.3f".formatted(row.packetsPerSecond() / 1e6), "%.2f".formatted(row.gbps()));
        }
        System.out.println("Through encryption and decryption, both gateways on one core:");
        System.out.print(table);
        System.out.printf("handshake %.1f ms, round trip %.3f ms, %,d packets checked, %d lost in rekeys, %d dropped%n",
                report.handshakeMs(), report.roundTripMs(), report.checked(), report.lost(),
                report.drops().values().stream().mapToLong(Long::longValue).sum());
    }
}
