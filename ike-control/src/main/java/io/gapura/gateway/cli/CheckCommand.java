package io.gapura.gateway.cli;

import io.gapura.gateway.config.Configuration;
import io.gapura.gateway.config.InvalidConfiguration;
import io.gapura.gateway.machine.AnyMachine;
import io.gapura.gateway.machine.LinuxMachine;
import io.gapura.gateway.machine.Machine;
import io.gapura.gateway.pki.CertificateText;
import io.gapura.gateway.process.CertificateReport;
import io.gapura.gateway.process.CryptoReport;
import io.gapura.ike.config.Connection;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gapura check}. */
@Command(name = "check", mixinStandardHelpOptions = true, description = "Read a configuration and say what is wrong with it, without starting anything.", footerHeading = "%nExamples:%n", footer = {
    "  gapura check gateway.yaml", "  gapura check --elsewhere gateway.yaml"})
final class CheckCommand implements Runnable {
    @Parameters(paramLabel = "CONFIG", description = "The configuration file, in YAML.")
    private Path file = Path.of("");
    @Option(names = "--elsewhere", description = "It is for another machine: do not look for its cores, queues and huge pages here.")
    private boolean elsewhere;

    @Override
    public void run() {
        Configuration configuration = read(file, elsewhere ? new AnyMachine() : LinuxMachine.here());
        long children = configuration.connections().stream().mapToLong(each -> each.children().size()).sum();
        System.out.printf("%s is fine: %d connections with %d children, %d policies, %d ports%n", file,
                configuration.connections().size(), children, configuration.policies().size(),
                configuration.dataplane().ports().size());
        for (Connection connection : configuration.connections()) {
            CertificateText.warnings(CertificateReport.ours(connection), Instant.now())
                    .forEach(what -> System.out.printf("warning: connection %s: %s%n", connection.name(), what));
            CryptoReport.findings(connection)
                    .forEach(what -> System.out.printf("warning: connection %s: %s%n", connection.name(), what));
        }
    }

    /** The configuration in a file, or the end of the command. */
    static Configuration read(Path file, Machine machine) {
        try {
            return Configuration.read(file, machine);
        } catch (InvalidConfiguration e) {
            throw Failure.because(String.valueOf(e.getMessage()));
        }
    }
}
