package io.gapura.ike.auth;

import io.gapura.gateway.pki.CertificateDraft;
import io.gapura.gateway.pki.NewKey;
import io.gapura.ike.auth.SigningKeys.SendCert;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;

/** An authority of tests, and what it issues; at {@link #NOW} all of it is valid unless something else is said. */
public final class TestAuthority {
    public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant FROM = NOW.minus(Duration.ofDays(30));
    private static final Instant UNTIL = NOW.plus(Duration.ofDays(365));

    public final X509Certificate certificate;
    public final KeyPair keys;
    private final List<X509Certificate> above;

    private TestAuthority(X509Certificate certificate, KeyPair keys, List<X509Certificate> above) {
        this.certificate = certificate;
        this.keys = keys;
        this.above = List.copyOf(above);
    }

    /** Changes a certificate before it is issued. */
    public interface Change {
        CertificateDraft of(CertificateDraft draft) throws IOException;
    }

    /** A certificate and its key. */
    public record Owner(X509Certificate certificate, KeyPair keys, List<X509Certificate> chain) {
        public SigningKey key() {
            try {
                return SigningKey.certified(keys.getPrivate(), null, chain, Set.of());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        public Credential credential() {
            return new SigningKeys(List.of(key()), SendCert.IFASKED);
        }
    }

    public static TestAuthority root(NewKey kind, String name) {
        return root(kind, name, draft -> draft);
    }

    public static TestAuthority root(NewKey kind, String name, Change change) {
        try {
            KeyPair keys = kind.generate();
            CertificateDraft draft = change.of(draft(name, keys.getPublic()).authority(-1));
            return new TestAuthority(draft.selfSigned(keys.getPrivate()), keys, List.of());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static CertificateDraft draft(String name, PublicKey key) {
        return new CertificateDraft(new X500Name(name), key, FROM, UNTIL);
    }

    public TestAuthority intermediate(NewKey kind, String name, Change change) {
        try {
            KeyPair pair = kind.generate();
            X509Certificate issued = change.of(draft(name, pair.getPublic()).authority(-1)).issuedBy(certificate,
                    keys.getPrivate());
            List<X509Certificate> chain = new ArrayList<>(List.of(issued));
            chain.addAll(above);
            return new TestAuthority(issued, pair, chain);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For somebody of this domain name, {@code CN=name} besides. */
    public Owner issue(NewKey kind, String name) {
        return issue(kind, name, draft -> draft.alternative(name));
    }

    public Owner issue(NewKey kind, String name, Change change) {
        try {
            return issue(kind.generate(), name, change);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public Owner issue(KeyPair pair, String name, Change change) {
        try {
            X509Certificate issued = change.of(draft("C=CH, O=Test, CN=" + name, pair.getPublic()))
                    .issuedBy(certificate, keys.getPrivate());
            List<X509Certificate> chain = new ArrayList<>(List.of(issued));
            chain.addAll(above);
            return new Owner(issued, pair, chain);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public Trust trust() {
        return trust(RevocationRules.OFF);
    }

    public Trust trust(RevocationRules rules) {
        return new CertificateTrust(List.of(certificate), List.of(), List.of(), rules);
    }
}
