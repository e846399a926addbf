package io.gapura.gateway.cli;

import io.gapura.gateway.machine.LinuxMachine;
import io.gapura.gateway.process.Gateway;
import io.gapura.gateway.process.StartupFailure;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gapura run}. */
@Command(name = "run", mixinStandardHelpOptions = true, description = {
    "Run the gateway in the foreground, logging to standard error, until SIGTERM or Ctrl-C. SIGHUP reloads the file.",
    "Then it deletes its SAs at the peers and leaves the interfaces as they were."}, footerHeading = "%nExamples:%n", footer = {
        "  sudo gapura run gateway.yaml", "  sudo java -XX:+UseZGC -jar gapura.jar run gateway.yaml"})
final class RunCommand implements Runnable {
    @Parameters(paramLabel = "CONFIG", description = "The configuration file, in YAML.")
    private Path file = Path.of("");

    @Override
    public void run() {
        try {
            Gateway gateway = Gateway.start(CheckCommand.read(file, LinuxMachine.here()));
            Hangup.onSignal(gateway::reload);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "gapura-stop"));
            new CountDownLatch(1).await();
        } catch (StartupFailure failure) {
            throw Failure.because(String.valueOf(failure.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Being asked to stop is no failure: the exit code is 0 and not that of a signal. */
    private static void stop(Gateway gateway) {
        gateway.close();
        Runtime.getRuntime().halt(ExitCode.OK);
    }
}
