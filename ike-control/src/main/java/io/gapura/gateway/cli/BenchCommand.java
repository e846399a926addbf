package io.gapura.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.gateway.bench.BenchProof;
import io.gapura.gateway.bench.CryptoBench;
import io.gapura.gateway.bench.EngineBench;
import io.gapura.gateway.bench.IkeBench;
import io.gapura.gateway.bench.Load;
import io.gapura.gateway.bench.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura bench}. */
@Command(name = "bench", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", subcommands = {
    BenchDpdkCommand.class, BenchFatPeerCommand.class, BenchTunnelCommand.class, BenchStallsCommand.class,
    BenchStartCommand.class, BenchSasCommand.class}, description = {
        "How fast this machine is: nanoseconds a packet on one core, beside ipsec-mb's bare calls in the same rounds.",
        "What is shown is the floor: the time of the fastest tenth of the rounds, which nobody disturbed."})
final class BenchCommand {

    @Command(name = "engine", mixinStandardHelpOptions = true, description = {
        "A worker's whole path over memory ports: receive, parse, policy, SA, ESP with extended sequence numbers and",
        "replay window, cipher, send. Out and in."})
    void engine(@Mixin BenchOptions options,
            @Option(names = "--sas", split = ",", paramLabel = "N", defaultValue = "1,10000", description = "SAs, and as many policies, the packets spread over all of them. Default: ${DEFAULT-VALUE}") List<Integer> sas,
            @Option(names = "--burst", split = ",", paramLabel = "N", defaultValue = "1", description = "Packets of one SA that follow each other, 1 to 64. Default: ${DEFAULT-VALUE}") List<Integer> bursts,
            @Option(names = "--workers", split = ",", paramLabel = "N", defaultValue = "1", description = "Workers at the same time, each on a core of its own. Default: ${DEFAULT-VALUE}") List<Integer> workers)
            throws InterruptedException, ExecutionException {
        options.describeMachine();
        EngineBench bench = new EngineBench(options.rounds());
        List<Row> rows = new ArrayList<>();
        for (int count : workers) {
            for (Load load : loads(options, sas, bursts)) {
                BenchOptions.progress("engine: %d worker(s), %d SA(s), bursts of %d, %s bytes, %s".formatted(count,
                        load.sas(), load.burst(), load.label(), load.cipher()));
                rows.addAll(count == 1 ? bench.measure(load) : bench.measure(load, cores(count)));
            }
        }
        options.show(rows);
    }

    private static List<Load> loads(BenchOptions options, List<Integer> sas, List<Integer> bursts) {
        try {
            return sas.stream().flatMap(each -> bursts.stream()
                    .flatMap(burst -> options.loads(each).stream().map(load -> load.inBurstsOf(burst)))).toList();
        } catch (IllegalArgumentException impossible) {
            throw Failure.usage("--sas, --burst: " + impossible.getMessage());
        }
    }

    private static List<Integer> cores(int workers) {
        int there = Runtime.getRuntime().availableProcessors();
        if (workers > there) {
            throw Failure.usage("--workers: " + workers + " workers need as many cores, and there are " + there);
        }
        return IntStream.range(0, workers).boxed().toList();
    }

    @Command(name = "crypto", mixinStandardHelpOptions = true, description = "The cipher suite alone, by the batch, as the engine calls it.")
    void crypto(@Mixin BenchOptions options,
            @Option(names = "--by", paramLabel = "auto|ipsec_mb|jdk", defaultValue = "auto", description = "Whose ciphers. Default: ${DEFAULT-VALUE}") SuiteChoice choice)
            throws Exception {
        options.describeMachine();
        List<Row> rows = new ArrayList<>();
        try (AeadSuite suite = choice.open()) {
            CryptoBench bench = new CryptoBench(suite, options.rounds());
            for (Load load : options.loads(1)) {
                BenchOptions.progress("crypto: %s bytes, %s".formatted(load.label(), load.cipher()));
                rows.addAll(bench.measure(load));
            }
        }
        options.show(rows);
    }

    @Command(name = "ike", mixinStandardHelpOptions = true, description = {
        "Two peers in this process, both on one core: handshakes (IKE_SA_INIT, IKE_INTERMEDIATE and IKE_AUTH), and the memory that",
        "an IKE SA with one child takes at one end; or, with --storm, how long it takes when all peers begin at once."})
    void ike(@Mixin Output output,
            @Option(names = "--tunnels", paramLabel = "N", defaultValue = "1000", description = "Default: ${DEFAULT-VALUE}") int tunnels,
            @Option(names = "--auth", split = ",", paramLabel = "PROOF", defaultValue = "psk", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}") List<BenchProof> proofs,
            @Option(names = "--proposals", split = ",", paramLabel = "PROPOSAL", defaultValue = "default", description = "Proposals for IKE as in a configuration, each by itself. Default: those that are so without any") List<String> proposals,
            @Option(names = "--storm", description = "All tunnels at once.") boolean storm) {
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            root.setLevel(Level.WARN);
        }
        for (BenchProof proof : proofs) {
            for (String each : proposals) {
                bench(new IkeBench(tunnels, proof, each.equals("default") ? "" : each), storm, output.isJson());
            }
        }
    }

    private static void bench(IkeBench bench, boolean atOnce, boolean json) {
        if (atOnce) {
            IkeBench.Storm storm = bench.storm();
            System.out.println(json
                    ? Json.line(storm.toJson())
                    : "%s: %,d of %,d tunnels after %.1f s, both ends on one core".formatted(storm.proof(), storm.up(),
                            storm.tunnels(), storm.seconds()));
            return;
        }
        IkeBench.Result result = bench.measure(BenchOptions::progress);
        System.out.println(json
                ? Json.line(result.toJson())
                : "%s, %s: %,d tunnels: %.2f ms a handshake, both ends together (%.0f a second and core at one end); %.1f KiB a tunnel and end"
                        .formatted(result.proof(), result.proposals().isEmpty() ? "default" : result.proposals(),
                                result.tunnels(), result.handshakeMs(), result.perSecondAndCore(),
                                result.bytesPerTunnel() / 1024));
    }
}
