package io.gapura.gateway.cli;

import io.gapura.gateway.config.Configuration;
import io.gapura.gateway.config.InvalidConfiguration;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gapura check}. */
@Command(name = "check", mixinStandardHelpOptions = true, description = "Read a configuration and say what is wrong with it, without starting anything.", footerHeading = "%nExamples:%n", footer = {
    "  gapura check gateway.yaml"})
final class CheckCommand implements Runnable {
    @Parameters(paramLabel = "CONFIG", description = "The configuration file, in YAML.")
    private Path file = Path.of("");

    @Override
    public void run() {
        Configuration configuration = read(file);
        long children = configuration.connections().stream().mapToLong(each -> each.children().size()).sum();
        System.out.printf("%s is fine: %d connections with %d children, %d policies, %d ports%n", file,
                configuration.connections().size(), children, configuration.policies().size(),
                configuration.dataplane().ports().size());
    }

    /** The configuration in a file, or the end of the command. */
    static Configuration read(Path file) {
        try {
            return Configuration.read(file);
        } catch (InvalidConfiguration e) {
            throw Failure.because(String.valueOf(e.getMessage()));
        }
    }
}
