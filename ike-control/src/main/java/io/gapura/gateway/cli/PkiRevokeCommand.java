package io.gapura.gateway.cli;

import io.gapura.gateway.pki.KeyFiles;
import io.gapura.gateway.pki.RevocationDraft;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gapura pki revoke}. */
@Command(name = "revoke", mixinStandardHelpOptions = true, description = "Put certificates onto the authority's list of revoked ones, OUT, which is made if it is not there and renewed if it is.", footerHeading = "%nExamples:%n", footer = {
    "  gapura pki revoke --ca ca --out ca.crl lost.pem", "  gapura pki revoke --ca ca --out ca.crl"})
final class PkiRevokeCommand implements Runnable {
    @Option(names = "--ca", required = true, description = "The authority: CA.pem and CA.key.")
    private String authority = "";
    @Option(names = "--days", defaultValue = "30", description = "How long the list holds (default ${DEFAULT-VALUE}).")
    private int days;
    @Option(names = "--out", required = true, description = "The list.")
    private Path out = Path.of("");
    @Parameters(paramLabel = "CERTIFICATE", arity = "0..*", description = "What to revoke.")
    private List<Path> certificates = new ArrayList<>();

    @Override
    public void run() {
        PkiFiles.run(() -> {
            PkiFiles.Authority issuer = PkiFiles.Authority.read(authority);
            RevocationDraft draft = RevocationDraft.of(issuer.certificate(), Instant.now(), Duration.ofDays(days));
            draft.keep(out);
            for (Path each : certificates) {
                X509Certificate certificate = KeyFiles.certificates(each).getFirst();
                draft.revoke(certificate);
            }
            draft.write(out, issuer.key());
            System.out.printf("%s  %d revoked, to be renewed within %d days%n", out, draft.size(), days);
        });
    }
}
