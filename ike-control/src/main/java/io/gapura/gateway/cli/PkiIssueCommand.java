package io.gapura.gateway.cli;

import io.gapura.gateway.pki.NewKey;
import io.gapura.gateway.pki.Pem;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura pki issue}. */
@Command(name = "issue", mixinStandardHelpOptions = true, description = "Make a key and a certificate for it: OUT.key and OUT.pem.", footerHeading = "%nExamples:%n", footer = {
    "  gapura pki issue --ca ca --san hq.example.org --out hq",
    "  gapura pki issue --ca ca --san hq.example.org --san 192.0.2.1 --type ecdsa_256 --out hq"})
final class PkiIssueCommand implements Runnable {
    @Mixin
    private IssueOptions options = new IssueOptions();
    @Option(names = "--type", paramLabel = "KEY", defaultValue = "ed25519", description = "Of key: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private NewKey type = NewKey.ED25519;

    @Override
    public void run() {
        PkiFiles.run(() -> {
            KeyPair keys = type.generate();
            X509Certificate certificate = options.issue(keys.getPublic());
            Pem.writePrivateKey(Path.of(options.out() + ".key"), keys.getPrivate());
            Pem.writePublic(Path.of(options.out() + ".pem"), Pem.of(List.of(certificate)));
            System.out.printf("%1$s.key  its private key: for %1$s alone%n%1$s.pem  its certificate%n"
                    + "In the configuration of %1$s:%n  local: { certs: [%1$s.pem], id: %2$s }%n"
                    + "  secrets: { private-%1$s: { file: %1$s.key } }%n", options.out(), options.identity());
        });
    }
}
