package io.gapura.gateway.cli;

import picocli.CommandLine.Command;

/** {@code gapura show}. */
@Command(name = "show", mixinStandardHelpOptions = true, description = "Ask a running gateway how it is doing.", subcommands = {
    ShowSaCommand.class, ShowPortsCommand.class,
    ShowDropsCommand.class, ShowWorkerCommand.class,
    ShowBalanceCommand.class,
    ShowMtuCommand.class}, synopsisSubcommandLabel = "COMMAND", footerHeading = "%nExamples:%n", footer = {
        "  gapura show sa", "  gapura show drops -o json", "  gapura show balance"})
final class ShowCommand {
}
