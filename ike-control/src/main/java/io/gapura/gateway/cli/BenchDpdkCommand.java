package io.gapura.gateway.cli;

import io.gapura.ffi.dpdk.MissingDpdk;
import io.gapura.ffi.ipsecmb.MissingLibrary;
import io.gapura.ffi.libc.SystemCall;
import io.gapura.gateway.bench.DpdkBench;
import io.gapura.gateway.bench.Load;
import io.gapura.gateway.bench.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura bench dpdk}. */
@Command(name = "dpdk", mixinStandardHelpOptions = true, description = {
    "As bench engine, with one SA, over DPDK's virtual devices: net_null, which throws away what it is to send, for out;",
    "net_ring, which receives what it sends, for out and in together. Needs root, for the ports' TAP devices, which are",
    "in a network namespace of this process."})
final class BenchDpdkCommand implements Callable<Integer> {
    private static final int CLONE_NEWNET = 0x4000_0000;

    private static final Path QUIET = Path.of("/proc/sys/net/ipv6/conf/default/disable_ipv6");

    @Mixin
    private final BenchOptions options = new BenchOptions();
    @Option(names = "--device", split = ",", paramLabel = "net_null|net_ring", defaultValue = "net_null,net_ring", description = "Where ESP goes. Default: ${DEFAULT-VALUE}")
    private List<DpdkBench.Device> devices = List.of();

    @Override
    public Integer call() throws InterruptedException {
        options.describeMachine();
        FutureTask<List<Row>> bench = new FutureTask<>(this::measure);
        Thread.ofPlatform().name("bench-dpdk").start(bench);
        try {
            options.show(bench.get());
            return ExitCode.OK;
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw Failure.because(String.valueOf(cause.getMessage()));
        }
    }

    /** On a thread whose namespace nobody else has. */
    private List<Row> measure() throws MissingDpdk, MissingLibrary, IOException {
        SystemCall.UNSHARE.require("unshare(network namespace)", CLONE_NEWNET);
        Files.writeString(QUIET, "1"); // or the kernel would send by the ports too
        List<Row> rows = new ArrayList<>();
        try (DpdkBench bench = new DpdkBench()) {
            for (DpdkBench.Device device : devices) {
                for (Load load : options.loads(1)) {
                    BenchOptions
                            .progress("%s: %s bytes, %s".formatted(device.name().toLowerCase(Locale.ROOT), load.label(),
                                    load.cipher()));
                    rows.add(bench.measure(device, load, options.rounds()));
                }
            }
        }
        return rows;
    }
}
