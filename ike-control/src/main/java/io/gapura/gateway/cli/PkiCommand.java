package io.gapura.gateway.cli;

import picocli.CommandLine.Command;

/** {@code gapura pki}. */
@Command(name = "pki", mixinStandardHelpOptions = true, description = "Make, issue and look at certificates.", subcommands = {
    PkiCaCommand.class, PkiIssueCommand.class, PkiSignCommand.class, PkiRevokeCommand.class, PkiPrintCommand.class,
    PkiVerifyCommand.class}, synopsisSubcommandLabel = "COMMAND", footerHeading = "%nExamples:%n", footer = {
        "  gapura pki ca --dn \"O=Example, CN=Example CA\" --out ca",
        "  gapura pki issue --ca ca --san hq.example.org --out hq", "  gapura pki print hq.pem",
        "  gapura pki verify --ca ca.pem hq.pem"})
final class PkiCommand {
}
