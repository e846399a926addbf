package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IdType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/** X.509 certificates by the JDK, within limits. */
public final class Certificates {
    /** A certificate with a large ML-DSA key has 8 KiB. */
    static final int LONGEST_BYTES = 16 * 1024;

    private Certificates() {
    }

    /**
     * Reads one.
     *
     * @throws CertificateException if it is too long, or no certificate in DER
     */
    public static X509Certificate parse(Bytes der) throws CertificateException {
        if (der.length() > LONGEST_BYTES) {
            throw new CertificateException("a certificate of %d bytes; at most %d are accepted".formatted(
                    der.length(), LONGEST_BYTES));
        }
        try {
            ASN1Primitive.fromByteArray(der.toArray()); // nothing may follow, nor may it be PEM
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toArray()));
        } catch (IOException | CertificateException | RuntimeException e) {
            throw new CertificateException("a certificate that cannot be read", e);
        }
    }

    public static Bytes der(X509Certificate certificate) {
        try {
            return Bytes.copyOf(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** By which CERTREQ knows an authority: SHA-1 of its SubjectPublicKeyInfo, RFC 7296 §3.7. */
    public static Bytes keyHash(PublicKey key) {
        try {
            return Bytes.copyOf(MessageDigest.getInstance("SHA-1").digest(key.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For the log: its subject, or if it has none where it comes from. */
    public static String words(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getEncoded().length > 2
                ? name(certificate.getSubjectX500Principal()).toString()
                : "number %x of %s".formatted(certificate.getSerialNumber(),
                        name(certificate.getIssuerX500Principal()));
    }

    static Identity name(X500Principal principal) {
        return new Identity(IdType.DER_ASN1_DN, Bytes.copyOf(principal.getEncoded()));
    }

    static boolean isAuthority(X509Certificate certificate) {
        return certificate.getBasicConstraints() >= 0;
    }

    public static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    /** Whether it names {@code issuer} as its issuer and bears the signature of it. */
    public static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException _) {
            return false;
        }
    }

    static JcaX509CertificateHolder holder(X509Certificate certificate) {
        try {
            return new JcaX509CertificateHolder(certificate);
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
