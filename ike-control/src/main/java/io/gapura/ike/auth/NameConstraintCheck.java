package io.gapura.ike.auth;

import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;
import org.bouncycastle.cert.X509CertificateHolder;

/** Name constraints of a trusted certificate itself, RFC 5280 §4.2.1.10: the JDK looks only at those of authorities below. */
final class NameConstraintCheck {
    private NameConstraintCheck() {
    }

    static void check(X509Certificate anchor, List<X509Certificate> below) throws Untrusted {
        X509CertificateHolder holder = Certificates.holder(anchor);
        Extension extension = holder.getExtension(Extension.nameConstraints);
        if (extension == null) {
            return;
        }
        try {
            NameConstraints constraints = NameConstraints.getInstance(extension.getParsedValue());
            PKIXNameConstraintValidator validator = new PKIXNameConstraintValidator();
            if (constraints.getPermittedSubtrees() != null) {
                validator.intersectPermittedSubtree(constraints.getPermittedSubtrees());
            }
            GeneralSubtree[] excluded = constraints.getExcludedSubtrees();
            for (int i = 0; excluded != null && i < excluded.length; i++) {
                validator.addExcludedSubtree(excluded[i]);
            }
            for (X509Certificate each : below) {
                check(validator, Certificates.holder(each));
            }
        } catch (NameConstraintValidatorException | IllegalArgumentException | IllegalStateException e) {
            throw new Untrusted("%s must not issue certificates for such names: %s".formatted(
                    Certificates.words(anchor), e.getMessage()));
        }
    }

    private static void check(PKIXNameConstraintValidator validator, X509CertificateHolder certificate)
            throws NameConstraintValidatorException {
        X500Name subject = certificate.getSubject();
        if (subject.getRDNs().length > 0) {
            GeneralName name = new GeneralName(subject);
            validator.checkPermitted(name);
            validator.checkExcluded(name);
        }
        Extensions extensions = certificate.getExtensions();
        GeneralNames others = extensions == null
                ? null
                : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        if (others != null) {
            for (GeneralName name : others.getNames()) {
                validator.checkPermitted(name);
                validator.checkExcluded(name);
            }
        }
    }
}
