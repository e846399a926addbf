package io.gapura.gateway.cli;

import picocli.CommandLine.Command;

/** {@code gapura explain}. */
@Command(name = "explain", mixinStandardHelpOptions = true, description = "Why a running gateway does what it does.", subcommands = {
    ExplainPacketCommand.class, ExplainConnCommand.class}, synopsisSubcommandLabel = "COMMAND")
final class ExplainCommand {
}
