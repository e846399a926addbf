package io.gapura.gateway.cli;

import io.gapura.gateway.pki.CertificateDraft;
import io.gapura.gateway.pki.NewKey;
import io.gapura.gateway.pki.Pem;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gapura pki ca}. */
@Command(name = "ca", mixinStandardHelpOptions = true, description = "Make an authority: OUT.pem, which everybody may have, and OUT.key, which nobody else may.", footerHeading = "%nExamples:%n", footer = {
    "  gapura pki ca --dn \"C=CH, O=Example, CN=Example CA\" --out ca",
    "  gapura pki ca --dn \"CN=Below\" --under ca --out below"})
final class PkiCaCommand implements Runnable {
    @Option(names = "--dn", required = true, paramLabel = "NAME", description = "Its name, the largest unit first: C=CH, O=Example, CN=Example CA.")
    private String name = "";
    @Option(names = "--type", paramLabel = "KEY", defaultValue = "ed25519", description = "Of key: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private NewKey type = NewKey.ED25519;
    @Option(names = "--days", defaultValue = "3650", description = "How long it is valid (default ${DEFAULT-VALUE}).")
    private int days;
    @Option(names = "--under", paramLabel = "CA", description = "An authority that vouches for this one: CA.pem and CA.key.")
    private @Nullable String under;
    @Option(names = "--out", required = true, description = "Name of the files, without ending.")
    private String out = "";

    @Override
    public void run() {
        PkiFiles.run(() -> {
            KeyPair keys = type.generate();
            Instant now = Instant.now();
            CertificateDraft draft = new CertificateDraft(new X500Name(name), keys.getPublic(),
                    now.minus(Duration.ofMinutes(5)), now.plus(Duration.ofDays(days))).authority(-1);
            X509Certificate certificate;
            if (under == null) {
                certificate = draft.selfSigned(keys.getPrivate());
            } else {
                PkiFiles.Authority above = PkiFiles.Authority.read(under);
                certificate = draft.issuedBy(above.certificate(), above.key());
            }
            Pem.writePrivateKey(Path.of(out + ".key"), keys.getPrivate());
            Pem.writePublic(Path.of(out + ".pem"), Pem.of(List.of(certificate)));
            System.out.printf(
                    "%s.key  its private key: keep it to yourself%n%s.pem  its certificate: give it to all peers%n"
                            + "Next: gapura pki issue --ca %s --san NAME-OF-A-PEER --out peer%n",
                    out, out, out);
        });
    }
}
