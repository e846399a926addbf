package io.gapura.gateway.cli;

import io.gapura.gateway.pki.KeyFiles;
import io.gapura.ike.auth.CertificateTrust;
import io.gapura.ike.auth.CertificateTrust.Verdict;
import io.gapura.ike.auth.CertifiedNames;
import io.gapura.ike.auth.RevocationRules;
import io.gapura.ike.auth.Revocations;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gapura pki verify}. */
@Command(name = "verify", mixinStandardHelpOptions = true, description = "Would a gateway that trusts CA let in a peer with this certificate? The same code says so.", footerHeading = "%nExamples:%n", footer = {
    "  gapura pki verify --ca ca.pem hq.pem",
    "  gapura pki verify --ca ca.pem --crl ca.crl --id hq.example.org hq.pem"})
final class PkiVerifyCommand implements Runnable {
    @Option(names = "--ca", required = true, paramLabel = "FILE", description = "The certificate of the authority that is trusted.")
    private Path authority = Path.of("");
    @Option(names = "--crl", paramLabel = "FILE", description = "Its list of revoked certificates.")
    private @Nullable Path list;
    @Option(names = "--id", paramLabel = "IDENTITY", description = "Who the peer says it is (default: the subject).")
    private @Nullable String identity;
    @Parameters(paramLabel = "FILE", description = "The certificate, and those of authorities in between.")
    private Path file = Path.of("");

    @Override
    public void run() {
        PkiFiles.run(() -> {
            List<X509Certificate> chain = KeyFiles.certificates(file);
            List<X509Certificate> anchors = KeyFiles.certificates(authority);
            Revocations revocations = new Revocations();
            if (list != null) {
                revocations.learn(KeyFiles.revocationList(list), anchors.getFirst(), Instant.now());
            }
            RevocationRules rules = list == null
                    ? RevocationRules.OFF
                    : new RevocationRules(RevocationRules.Policy.RELAXED, List.of());
            Verdict verdict = new CertificateTrust(anchors, List.of(), List.of(), rules).judge(chain, identity,
                    revocations, Instant.now());
            if (!verdict.trusted()) {
                throw Failure.because("not trusted: " + verdict.why());
            }
            System.out.printf("trusted by %s, for %s%n", verdict.why(), CertifiedNames.words(chain.getFirst()));
        });
    }
}
