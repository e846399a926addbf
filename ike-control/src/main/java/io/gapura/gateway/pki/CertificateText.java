package io.gapura.gateway.pki;

import io.gapura.ike.auth.Certificates;
import io.gapura.ike.auth.CertifiedNames;
import io.gapura.ike.auth.KeyKind;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates in words. */
public final class CertificateText {
    /** Sooner than this an operator should know. */
    private static final Duration SOON = Duration.ofDays(30);

    private CertificateText() {
    }

    /** A line for each property. */
    public static String describe(X509Certificate certificate, Instant now) {
        String warning = expiry(certificate, now);
        StringBuilder text = new StringBuilder();
        line(text, "subject", Certificates.words(certificate));
        line(text, "issuer", Certificates.isSelfIssued(certificate)
                ? "itself"
                : certificate.getIssuerX500Principal().getName());
        line(text, "for", CertifiedNames.words(certificate));
        line(text, "valid", "%s to %s%s".formatted(certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(), warning == null ? "" : ", " + warning));
        line(text, "key", key(certificate));
        line(text, "kind", certificate.getBasicConstraints() < 0
                ? "peer's"
                : certificate.getBasicConstraints() == Integer.MAX_VALUE
                        ? "authority's"
                        : "authority's, with at most %d below it".formatted(certificate.getBasicConstraints()));
        line(text, "serial", certificate.getSerialNumber().toString(16));
        line(text, "sha256", fingerprint(certificate));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  %-8s %s%n".formatted(name, value));
    }

    private static String key(X509Certificate certificate) {
        String signed = ", signed by " + certificate.getSigAlgName();
        try {
            String bits = certificate.getPublicKey() instanceof RSAPublicKey rsa
                    ? " with " + rsa.getModulus().bitLength() + " bits"
                    : "";
            return KeyKind.of(certificate.getPublicKey()) + bits + signed;
        } catch (InvalidKeyException e) {
            return e.getMessage() + ", which IKE does not accept" + signed;
        }
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":").formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(Certificates.der(certificate).toArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What an operator should know about its dates, or null. */
    public static @Nullable String expiry(X509Certificate certificate, Instant now) {
        Instant end = certificate.getNotAfter().toInstant();
        if (end.isBefore(now)) {
            return "has expired on " + end;
        }
        if (certificate.getNotBefore().toInstant().isAfter(now)) {
            return "is not valid before " + certificate.getNotBefore().toInstant();
        }
        return end.isBefore(now.plus(SOON))
                ? "expires in %d days".formatted(Duration.between(now, end).toDays())
                : null;
    }

    /** What is to be said about certificates that are in use. */
    public static List<String> warnings(List<X509Certificate> certificates, Instant now) {
        List<String> warnings = new ArrayList<>();
        for (X509Certificate each : certificates) {
            String expiry = expiry(each, now);
            if (expiry != null) {
                warnings.add("the certificate of %s %s".formatted(Certificates.words(each), expiry));
            }
        }
        return warnings;
    }
}
