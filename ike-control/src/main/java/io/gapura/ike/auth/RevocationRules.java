package io.gapura.ike.auth;

import io.gapura.ike.auth.Doubt.Source;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;

/** What a connection makes of revocation: {@code remote.revocation} and {@code authorities} of the configuration. */
public record RevocationRules(Policy policy, List<Authority> authorities) {
    /** Nobody asks. */
    public static final RevocationRules OFF = new RevocationRules(Policy.OFF, List.of());
    /** Of one certificate. */
    private static final int MOST_SOURCES = 4;

    /** What counts. */
    public enum Policy {
        /** A certificate must be known not to be revoked. */
        STRICT,
        /** It must not be known to be revoked. */
        RELAXED,
        /** Nothing does. */
        OFF
    }

    /**
     * What the operator knows of an authority beyond its certificates.
     *
     * @param certificate its own
     */
    public record Authority(X509Certificate certificate, List<URI> crlUris, List<URI> ocspUris) {
        public Authority {
            crlUris = List.copyOf(crlUris);
            ocspUris = List.copyOf(ocspUris);
        }
    }

    public RevocationRules {
        authorities = List.copyOf(authorities);
    }

    /** Whom to ask about a certificate: the operator's choice first, then the certificate's own; OCSP first. */
    Optional<Doubt> doubt(Link link) {
        List<Source> sources = new ArrayList<>();
        List<Authority> known = authorities.stream().filter(each -> each.certificate.equals(link.issuer())).toList();
        known.forEach(each -> each.ocspUris.forEach(uri -> sources.add(new Source.Responder(uri))));
        X509CertificateHolder holder = Certificates.holder(link.certificate());
        try {
            responders(holder).forEach(uri -> sources.add(new Source.Responder(uri)));
            known.forEach(each -> each.crlUris.forEach(uri -> sources.add(new Source.RevocationList(uri))));
            lists(holder).forEach(uri -> sources.add(new Source.RevocationList(uri)));
        } catch (IllegalArgumentException | IllegalStateException _) {
            // broken extensions name nobody
        }
        return sources.isEmpty()
                ? Optional.empty()
                : Optional.of(new Doubt(link, sources.subList(0, Math.min(sources.size(), MOST_SOURCES))));
    }

    private static List<URI> responders(X509CertificateHolder certificate) {
        List<URI> uris = new ArrayList<>();
        Extension extension = certificate.getExtension(Extension.authorityInfoAccess);
        if (extension != null) {
            for (AccessDescription each : AuthorityInformationAccess.getInstance(extension.getParsedValue())
                    .getAccessDescriptions()) {
                if (each.getAccessMethod().equals(AccessDescription.id_ad_ocsp)) {
                    add(each.getAccessLocation(), uris);
                }
            }
        }
        return uris;
    }

    private static List<URI> lists(X509CertificateHolder certificate) {
        List<URI> uris = new ArrayList<>();
        Extension extension = certificate.getExtension(Extension.cRLDistributionPoints);
        if (extension != null) {
            for (DistributionPoint each : CRLDistPoint.getInstance(extension.getParsedValue())
                    .getDistributionPoints()) {
                DistributionPointName name = each.getDistributionPoint();
                if (name != null && name.getType() == DistributionPointName.FULL_NAME) {
                    for (GeneralName full : GeneralNames.getInstance(name.getName()).getNames()) {
                        add(full, uris);
                    }
                }
            }
        }
        return uris;
    }

    private static void add(GeneralName name, List<URI> uris) {
        if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
            try {
                uris.add(new URI(ASN1IA5String.getInstance(name.getName()).getString()));
            } catch (URISyntaxException _) {
                // names nobody
            }
        }
    }
}
