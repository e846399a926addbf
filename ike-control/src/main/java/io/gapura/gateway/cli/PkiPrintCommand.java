package io.gapura.gateway.cli;

import io.gapura.gateway.pki.CertificateText;
import io.gapura.gateway.pki.KeyFiles;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gapura pki print}. */
@Command(name = "print", mixinStandardHelpOptions = true, description = "Say what stands in certificates.", footerHeading = "%nExamples:%n", footer = {
    "  gapura pki print hq.pem ca.pem"})
final class PkiPrintCommand implements Runnable {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Certificates in PEM or DER.")
    private List<Path> files = new ArrayList<>();

    @Override
    public void run() {
        PkiFiles.run(() -> {
            for (Path file : files) {
                for (X509Certificate each : KeyFiles.certificates(file)) {
                    System.out.printf("%s%n%s", file, CertificateText.describe(each, Instant.now()));
                }
            }
        });
    }
}
