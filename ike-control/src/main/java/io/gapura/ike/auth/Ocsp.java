package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** OCSP, RFC 6960: requests without nonce, so that responses can be kept, and responses checked before they count. */
final class Ocsp {
    /** Of a response that does not say until when it holds. */
    private static final Duration DEFAULT_LIFE = Duration.ofHours(1);
    /** By which clocks may differ. */
    static final Duration SKEW = Duration.ofMinutes(5);

    private Ocsp() {
    }

    static Bytes request(Link link) throws IOException {
        try {
            return Bytes.copyOf(new OCSPReqBuilder().addRequest(id(link)).build().getEncoded());
        } catch (OCSPException e) {
            throw new IOException(e);
        }
    }

    private static CertificateID id(Link link) throws IOException {
        try {
            return new CertificateID(digests().get(CertificateID.HASH_SHA1), Certificates.holder(link.issuer()),
                    link.certificate().getSerialNumber());
        } catch (OCSPException | OperatorCreationException e) {
            throw new IOException(e);
        }
    }

    private static DigestCalculatorProvider digests() throws OperatorCreationException {
        return new JcaDigestCalculatorProviderBuilder().build();
    }

    /**
     * What a response says about the certificate.
     *
     * @throws IOException if it says nothing about it, is too old or from the future, or not signed by who may
     */
    static Evidence.Answer read(Bytes der, Link link, Instant date) throws IOException {
        try {
            OCSPResp response = new OCSPResp(der.toArray());
            if (response.getStatus() != OCSPResp.SUCCESSFUL
                    || !(response.getResponseObject() instanceof BasicOCSPResp basic)) {
                throw new IOException("an OCSP response of status " + response.getStatus());
            }
            SingleResp single = about(basic, link);
            checkSignature(basic, link, date);
            Instant from = single.getThisUpdate().toInstant();
            Instant until = single.getNextUpdate() == null
                    ? from.plus(DEFAULT_LIFE)
                    : single.getNextUpdate().toInstant();
            if (from.isAfter(date.plus(SKEW)) || until.isBefore(date)) {
                throw new IOException("an OCSP response that holds from %s to %s".formatted(from, until));
            }
            return new Evidence.Answer(link, standing(single.getCertStatus()), from, until, der);
        } catch (OCSPException | OperatorCreationException | CertException | GeneralSecurityException
                | RuntimeException e) {
            throw new IOException("an OCSP response that cannot be read", e);
        }
    }

    private static Revocations.Standing standing(CertificateStatus status) {
        return Objects.equals(status, CertificateStatus.GOOD)
                ? Revocations.Standing.GOOD
                : status instanceof RevokedStatus ? Revocations.Standing.REVOKED : Revocations.Standing.UNKNOWN;
    }

    private static SingleResp about(BasicOCSPResp basic, Link link)
            throws OCSPException, OperatorCreationException, IOException {
        for (SingleResp each : basic.getResponses()) {
            if (each.getCertID().getSerialNumber().equals(link.certificate().getSerialNumber())
                    && each.getCertID().matchesIssuer(Certificates.holder(link.issuer()), digests())) {
                return each;
            }
        }
        throw new IOException("an OCSP response about another certificate");
    }

    /** RFC 6960 §4.2.2.2: by the issuer itself, or somebody to whom it has given a certificate for just that. */
    private static void checkSignature(BasicOCSPResp basic, Link link, Instant date)
            throws OCSPException, OperatorCreationException, CertException, GeneralSecurityException, IOException {
        if (isSignedBy(basic, Certificates.holder(link.issuer()))) {
            return;
        }
        for (X509CertificateHolder each : List.of(basic.getCerts())) {
            X509Certificate signer = new JcaX509CertificateConverter().getCertificate(each);
            if (Certificates.isIssuedBy(signer, link.issuer()) && each.isValidOn(Date.from(date))
                    && signsForOcsp(each) && isSignedBy(basic, each)) {
                return;
            }
        }
        throw new IOException("an OCSP response that nobody has signed who may");
    }

    private static boolean signsForOcsp(X509CertificateHolder certificate) {
        if (certificate.getExtensions() == null) {
            return false;
        }
        ExtendedKeyUsage usage = ExtendedKeyUsage.fromExtensions(certificate.getExtensions());
        return usage != null && usage.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning);
    }

    private static boolean isSignedBy(BasicOCSPResp basic, X509CertificateHolder signer)
            throws OCSPException, OperatorCreationException, CertException, GeneralSecurityException {
        ContentVerifierProvider verifier = new JcaContentVerifierProviderBuilder().build(
                new JcaX509CertificateConverter().getCertificate(signer).getPublicKey());
        try {
            return basic.isSignatureValid(verifier);
        } catch (OCSPException _) {
            return false; // by an algorithm that does not go with this key
        }
    }
}
