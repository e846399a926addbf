package io.gapura.gateway.cli;

import io.gapura.gateway.pki.CertificateDraft;
import io.gapura.gateway.pki.KeyFiles.Faulty;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is to stand in a certificate that an authority issues. */
final class IssueOptions {
    @Option(names = "--ca", required = true, description = "The authority: CA.pem and CA.key.")
    private String authority = "";
    @Option(names = "--dn", paramLabel = "NAME", description = "Subject, the largest unit first (default: CN= and the first --san).")
    private @Nullable String name;
    @Option(names = "--san", paramLabel = "IDENTITY", description = "A name, address or mail address that it is for; may be repeated. What stands in local.id.")
    private List<String> identities = new ArrayList<>();
    @Option(names = "--days", defaultValue = "365", description = "How long it is valid (default ${DEFAULT-VALUE}).")
    private int days;
    @Option(names = "--crl", paramLabel = "URI", description = "Where the authority's list of revoked certificates is.")
    private @Nullable String crl;
    @Option(names = "--ocsp", paramLabel = "URI", description = "Who answers by OCSP.")
    private @Nullable String ocsp;
    @Option(names = "--out", required = true, description = "Name of the files, without ending.")
    private String out = "";

    String out() {
        return out;
    }

    String identity() {
        return identities.isEmpty() ? "\"" + name + "\"" : identities.getFirst();
    }

    X509Certificate issue(PublicKey key) throws Faulty, IOException, GeneralSecurityException {
        if (name == null && identities.isEmpty()) {
            throw Failure.usage("whose certificate is it to be? Name at least one --san, or a --dn");
        }
        PkiFiles.Authority issuer = PkiFiles.Authority.read(authority);
        Instant now = Instant.now();
        CertificateDraft draft = new CertificateDraft(
                new X500Name(name == null ? "CN=" + identities.getFirst() : name), key,
                now.minus(Duration.ofMinutes(5)), now.plus(Duration.ofDays(days)));
        for (String each : identities) {
            draft.alternative(each);
        }
        if (ocsp != null) {
            draft.ocsp(ocsp);
        }
        if (crl != null) {
            draft.crl(crl);
        }
        return draft.issuedBy(issuer.certificate(), issuer.key());
    }
}
