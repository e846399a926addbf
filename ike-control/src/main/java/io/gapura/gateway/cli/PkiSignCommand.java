package io.gapura.gateway.cli;

import io.gapura.gateway.pki.KeyFiles;
import io.gapura.gateway.pki.Pem;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gapura pki sign}. */
@Command(name = "sign", mixinStandardHelpOptions = true, description = "Issue a certificate for a key that was made elsewhere: OUT.pem. The request's own names do not count: say them here.", footerHeading = "%nExamples:%n", footer = {
    "  gapura pki sign --ca ca --san branch.example.org --out branch branch.csr",
    "  gapura pki sign --ca ca --san branch.example.org --out branch branch.pub"})
final class PkiSignCommand implements Runnable {
    @Mixin
    private IssueOptions options = new IssueOptions();
    @Parameters(paramLabel = "FILE", description = "A request (PKCS #10), a public key, or an older certificate.")
    private Path file = Path.of("");

    @Override
    public void run() {
        PkiFiles.run(() -> {
            Pem.writePublic(Path.of(options.out() + ".pem"),
                    Pem.of(List.of(options.issue(KeyFiles.publicKey(file)))));
            System.out.printf("%s.pem%n", options.out());
        });
    }
}
