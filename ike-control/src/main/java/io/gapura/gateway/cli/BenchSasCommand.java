package io.gapura.gateway.cli;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.gateway.bench.Load;
import io.gapura.gateway.bench.SaBench;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura bench sas}. */
@Command(name = "sas", mixinStandardHelpOptions = true, description = {
    "What an SA costs in memory: so many out, as many in, as many policies, in two engines of this process. A packet goes by each."})
final class BenchSasCommand implements Callable<Integer> {
    @Mixin
    private final Output output = new Output();
    @Option(names = "--sas", paramLabel = "N", defaultValue = "100000", description = "Default: ${DEFAULT-VALUE}")
    private int sas;
    @Option(names = "--suite", paramLabel = "SUITE", defaultValue = "aes128gcm16", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}", converter = SuiteName.class, completionCandidates = SuiteName.class)
    private EspCipher suite = EspCipher.AES_128_GCM_16;

    @Override
    public Integer call() throws IOException {
        if (sas < 1 || sas > Load.MOST_SAS) {
            throw Failure.usage("--sas: 1 to " + Load.MOST_SAS + ", not " + sas);
        }
        SaBench.Result result = SaBench.measure(suite, sas);
        System.out.println(output.isJson()
                ? Json.line(result.toJson())
                : "%,d SAs out, as many in, as many policies, %s: %.0f bytes of heap and %.0f of locked memory for the three; %.1f s to install"
                        .formatted(result.sas(), result.cipher().keyword(), result.heap(), result.keys(),
                                result.seconds()));
        return ExitCode.OK;
    }
}
