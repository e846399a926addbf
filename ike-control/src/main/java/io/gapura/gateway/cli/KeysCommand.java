package io.gapura.gateway.cli;

import picocli.CommandLine.Command;

/** {@code gapura keys}. */
@Command(name = "keys", mixinStandardHelpOptions = true, description = "The keys of a running gateway.", subcommands = KeysExportCommand.class, synopsisSubcommandLabel = "COMMAND")
final class KeysCommand {
}
