package io.gapura.gateway.cli;

import picocli.CommandLine.Command;

/** {@code gapura audit}. */
@Command(name = "audit", mixinStandardHelpOptions = true, description = "Ask a running gateway what should be better.", subcommands = {
    AuditCryptoCommand.class}, synopsisSubcommandLabel = "COMMAND", footerHeading = "%nExamples:%n", footer = {
        "  gapura audit crypto", "  gapura audit crypto -o json"})
final class AuditCommand {
}
