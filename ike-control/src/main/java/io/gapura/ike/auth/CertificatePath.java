package io.gapura.ike.auth;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The way from a certificate up to one that is trusted, RFC 5280 §6: searched by names here, and judged by the JDK's
 * PKIX, which asks nobody on the network. What the JDK leaves out is done here as well: the constraints and the dates of
 * the trusted certificate itself, sizes of keys, SHA-1.
 *
 * <p>Somebody may send certificates among which there are thousands of ways: only the first few are looked at.
 */
final class CertificatePath {
    /** Certificates below the trusted one. */
    static final int LONGEST = 6;
    private static final int MOST_PATHS = 8;
    /** Steps of the search. */
    private static final int MOST_STEPS = 256;

    private final List<X509Certificate> pool;
    private final List<X509Certificate> anchors;
    private final Instant date;
    private int steps;
    private int paths;
    private String reason = "";

    /**
     * A search.
     *
     * @param pool certificates that may be on the way; not trusted
     */
    CertificatePath(List<X509Certificate> pool, List<X509Certificate> anchors, Instant date) {
        this.pool = pool;
        this.anchors = anchors;
        this.date = date;
    }

    /**
     * The way, from {@code leaf} to the trusted certificate, both included.
     *
     * @throws Untrusted if there is none
     */
    List<X509Certificate> find(X509Certificate leaf) throws Untrusted {
        List<X509Certificate> found = search(new ArrayList<>(List.of(leaf)));
        if (!found.isEmpty()) {
            return found;
        }
        throw new Untrusted(!reason.isEmpty()
                ? reason
                : "no trusted authority has issued the certificate of %s; its issuer is %s".formatted(
                        Certificates.words(leaf), Certificates.name(leaf.getIssuerX500Principal())));
    }

    private List<X509Certificate> search(List<X509Certificate> way) {
        X509Certificate last = way.getLast();
        for (X509Certificate anchor : anchors) {
            if (paths < MOST_PATHS && isNamedBy(last, anchor)) {
                paths++;
                if (isGood(way, anchor)) {
                    List<X509Certificate> whole = new ArrayList<>(way);
                    whole.add(anchor);
                    return whole;
                }
            }
        }
        for (X509Certificate next : pool) {
            if (isNamedBy(last, next) && !way.contains(next) && ++steps < MOST_STEPS) {
                if (way.size() == LONGEST) {
                    reason = "the way to a trusted authority has more than %d certificates".formatted(LONGEST);
                    return List.of();
                }
                way.add(next);
                List<X509Certificate> found = search(way);
                way.removeLast();
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return List.of();
    }

    private static boolean isNamedBy(X509Certificate certificate, X509Certificate issuer) {
        return certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
    }

    private boolean isGood(List<X509Certificate> way, X509Certificate anchor) {
        try {
            checkAnchor(way, anchor);
            for (X509Certificate each : way) {
                checkAlgorithms(each);
            }
            validate(way, anchor);
            return true;
        } catch (Untrusted untrusted) {
            if (reason.isEmpty()) {
                reason = untrusted.reason();
            }
            return false;
        }
    }

    /** Of a trusted certificate the JDK takes only name and key. */
    private void checkAnchor(List<X509Certificate> way, X509Certificate anchor) throws Untrusted {
        try {
            anchor.checkValidity(Date.from(date));
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            throw new Untrusted("the trusted certificate of %s is valid from %s to %s only".formatted(
                    Certificates.words(anchor), anchor.getNotBefore().toInstant(), anchor.getNotAfter().toInstant()));
        }
        if (way.size() - 1 > anchor.getBasicConstraints()) {
            throw new Untrusted("%s must not have authorities below it".formatted(Certificates.words(anchor)));
        }
        NameConstraintCheck.check(anchor, way);
    }

    private static void checkAlgorithms(X509Certificate certificate) throws Untrusted {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.startsWith("SHA1") || algorithm.startsWith("MD")) {
            throw new Untrusted("the certificate of %s is signed by %s, which is too weak".formatted(
                    Certificates.words(certificate), certificate.getSigAlgName()));
        }
        try {
            KeyKind.of(certificate.getPublicKey());
        } catch (InvalidKeyException e) {
            throw new Untrusted("the certificate of %s has %s".formatted(Certificates.words(certificate),
                    e.getMessage()));
        }
    }

    private void validate(List<X509Certificate> way, X509Certificate anchor) throws Untrusted {
        try {
            CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(way);
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
            parameters.setRevocationEnabled(false); // that is Revocations' matter
            parameters.setDate(Date.from(date));
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
        } catch (CertPathValidatorException e) {
            X509Certificate faulty = e.getIndex() < 0 ? way.getFirst() : way.get(e.getIndex());
            throw new Untrusted("the certificate of %s: %s".formatted(Certificates.words(faulty), words(e, faulty)));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new Untrusted("the certificate of %s cannot be judged: %s".formatted(
                    Certificates.words(way.getFirst()), e.getMessage()));
        }
    }

    private static String words(CertPathValidatorException e, X509Certificate faulty) {
        return switch (e.getReason().toString()) {
            case "NO_TRUST_ANCHOR" -> "its signature is not that of the trusted authority of this name";
            case "EXPIRED" -> "it has expired on " + faulty.getNotAfter().toInstant();
            case "NOT_YET_VALID" -> "it is not valid before " + faulty.getNotBefore().toInstant();
            case "INVALID_SIGNATURE" -> "its signature is not that of its issuer";
            case "INVALID_NAME" -> "an authority above it must not issue certificates for such names";
            case "NOT_CA_CERT" -> "it has issued certificates, but is no authority";
            case "PATH_TOO_LONG" -> "it must not have authorities below it";
            case "UNRECOGNIZED_CRIT_EXT" -> "it has a critical extension that is not known here";
            case "INVALID_KEY_USAGE" -> "its key usage does not allow to issue certificates";
            default -> e.getMessage() + " (" + e.getReason() + ")";
        };
    }
}
