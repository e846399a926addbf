package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;

/** Lists of revoked certificates, RFC 5280 §5: complete ones, by the authority itself. */
final class RevocationLists {
    private static final int CRL_SIGN = 6;

    private RevocationLists() {
    }

    /**
     * A list that counts for this issuer's certificates.
     *
     * @throws IOException if it does not, or not now
     */
    static Evidence.RevocationList read(Bytes encoded, X509Certificate issuer, Instant date) throws IOException {
        try {
            X509CRL list = (X509CRL) CertificateFactory.getInstance("X.509")
                    .generateCRL(new ByteArrayInputStream(encoded.toArray()));
            check(list, issuer);
            if (!isTimely(list, date)) {
                throw new IOException("a list of revoked certificates that holds from %s to %s".formatted(
                        list.getThisUpdate(), list.getNextUpdate()));
            }
            return new Evidence.RevocationList(Certificates.keyHash(issuer.getPublicKey()), list);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException("a list of revoked certificates that cannot be read, or not by its authority", e);
        }
    }

    private static void check(X509CRL list, X509Certificate issuer) throws IOException, GeneralSecurityException {
        if (!list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            throw new IOException("a list of revoked certificates of another authority");
        }
        boolean[] usage = issuer.getKeyUsage();
        if (usage != null && !usage[CRL_SIGN]) {
            throw new IOException("a list of revoked certificates of an authority that must not make any");
        }
        list.verify(issuer.getPublicKey());
        if (list.hasUnsupportedCriticalExtension()
                || list.getExtensionValue(Extension.deltaCRLIndicator.getId()) != null) {
            throw new IOException("a list of revoked certificates that is not complete");
        }
    }

    static boolean isTimely(X509CRL list, Instant date) {
        return !list.getThisUpdate().toInstant().isAfter(date.plus(Ocsp.SKEW)) && list.getNextUpdate() != null
                && !list.getNextUpdate().toInstant().isBefore(date);
    }

    /** Whether certificates like this one would be on it. */
    static boolean covers(X509CRL list, X509Certificate certificate) {
        byte[] extension = list.getExtensionValue(Extension.issuingDistributionPoint.getId());
        if (extension == null) {
            return true;
        }
        try {
            IssuingDistributionPoint scope = IssuingDistributionPoint.getInstance(
                    ASN1OctetString.getInstance(extension).getOctets());
            boolean authority = Certificates.isAuthority(certificate);
            return !scope.isIndirectCRL() && scope.getOnlySomeReasons() == null
                    && !scope.onlyContainsAttributeCerts() && !(scope.onlyContainsUserCerts() && authority)
                    && !(scope.onlyContainsCACerts() && !authority);
        } catch (IllegalArgumentException | IllegalStateException _) {
            return false;
        }
    }
}
