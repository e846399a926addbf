package io.gapura.gateway.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The command line as a whole. */
@Command(name = "gapura", mixinStandardHelpOptions = true, description = "An IPsec gateway: IKEv2 and a userspace ESP data path in one process.", subcommands = {
    CheckCommand.class, RunCommand.class, ShowCommand.class, InitiateCommand.class, TerminateCommand.class,
    RekeyCommand.class, ReloadCommand.class, CaptureCommand.class, ExplainCommand.class, KeysCommand.class,
    AuditCommand.class,
    PkiCommand.class, DemoCommand.class, BenchCommand.class,
    VersionCommand.class}, synopsisSubcommandLabel = "COMMAND", exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
        "0:it worked", "1:it failed, and one line says why", "2:the command line is wrong",
        "3:what was named does not exist"}, footerHeading = "%nExamples:%n", footer = {"  gapura check gateway.yaml",
            "  sudo gapura run gateway.yaml", "  sudo gapura show sa",
            "  sudo gapura rekey --child net", "  gapura demo"})
public final class Gapura {
    private Gapura() {
    }

    /** Runs a command; its exit code. */
    public static int execute(String... arguments) {
        CommandLine gapura = new CommandLine(new Gapura()).setExecutionExceptionHandler(Gapura::explain)
                .setCaseInsensitiveEnumValuesAllowed(true).setUsageHelpAutoWidth(true);
        setVersion(gapura);
        return gapura.execute(arguments);
    }

    private static void setVersion(CommandLine command) {
        command.getCommandSpec().version(Version.lines());
        command.getSubcommands().values().forEach(Gapura::setVersion);
    }

    private static int explain(Exception thrown, CommandLine command, ParseResult parsed) throws Exception {
        if (thrown instanceof Failure failure) {
            command.getErr().println("gapura: " + failure.getMessage());
            return failure.exitCode();
        }
        throw thrown;
    }
}
