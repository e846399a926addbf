package io.gapura.gateway.cli;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.gateway.bench.HtmlReport;
import io.gapura.gateway.bench.Load;
import io.gapura.gateway.bench.Machine;
import io.gapura.gateway.bench.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all benchmarks understand, and how they show their results. */
final class BenchOptions {
    private static final int ROUNDS = 30_000;
    private static final int QUICK_ROUNDS = 3_000;

    @Mixin
    private final Output output = new Output();
    @Option(names = "--bytes", split = ",", paramLabel = "BYTES|imix", defaultValue = "64,512,1420,imix", description = "IPv4 datagram lengths; imix is 7 of 64, 4 of 576 and 1 of 1420. Default: ${DEFAULT-VALUE}")
    private List<String> sizes = List.of();
    @Option(names = "--suite", split = ",", paramLabel = "SUITE", defaultValue = "aes128gcm16", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}", converter = SuiteName.class, completionCandidates = SuiteName.class)
    private List<EspCipher> suites = List.of();
    @Option(names = "--quick", description = "A tenth of the rounds: a few seconds in all.")
    private boolean quick;
    @Option(names = "--html", paramLabel = "FILE", description = "Also writes a page with plots.")
    private @Nullable Path html;

    boolean isQuick() {
        return quick;
    }

    int rounds() {
        return quick ? QUICK_ROUNDS : ROUNDS;
    }

    /** Each suite with each size. */
    List<Load> loads(int sas) {
        List<Load> loads = new ArrayList<>();
        for (EspCipher suite : suites) {
            for (String size : sizes) {
                loads.add(size.equals("imix") ? Load.imix(suite, sas) : Load.of(suite, bytes(size), sas));
            }
        }
        return loads;
    }

    private static int bytes(String size) {
        try {
            int bytes = Integer.parseInt(size);
            if (bytes >= 40 && bytes <= 1420) {
                return bytes;
            }
        } catch (NumberFormatException notANumber) {
            throw Failure.usage("--bytes: '" + size + "' is no number of bytes; give 40 to 1420, or imix");
        }
        throw Failure.usage("--bytes: " + size + " does not fit; give 40 to 1420, or imix");
    }

    void describeMachine() {
        Machine.describe().forEach(BenchOptions::progress);
    }

    static void progress(String line) {
        System.err.println("  " + line);
    }

    void show(List<Row> rows) {
        if (output.isJson()) {
            rows.forEach(row -> System.out.println(Json.line(row.toJson())));
        } else {
            print(rows);
        }
        if (html != null) {
            write(html, HtmlReport.of(Machine.describe(), rows));
        }
    }

    private static void write(Path file, String page) {
        try {
            Files.writeString(file, page);
        } catch (IOException e) {
            throw Failure.because("cannot write " + file + ": " + e.getMessage());
        }
    }

    private static void print(List<Row> rows) {
        Table table = new Table("bench", "direction", "suite", "bytes", "SAs", "burst", "workers", "ns", "raw ns",
                "ratio",
                "Mpps",
                "Gbit/s");
        for (Row row : rows) {
            String direction = row.direction() == null ? "" : row.direction();
            table.row(row.bench(), direction, row.suite(), row.bytes(), row.sas(), row.burst(), row.workers(),
                    number(row.ns(), 1),
                    number(row.rawNs(), 1), number(row.ratio(), 2), number(row.mpps(), 3), number(row.gbps(), 2));
        }
        System.out.print(table);
    }

    private static String number(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : "-";
    }
}
