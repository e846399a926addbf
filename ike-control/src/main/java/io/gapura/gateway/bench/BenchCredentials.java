package io.gapura.gateway.bench;

import io.gapura.gateway.pki.CertificateDraft;
import io.gapura.gateway.pki.NewKey;
import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Authentication.Local;
import io.gapura.ike.auth.Authentication.Remote;
import io.gapura.ike.auth.CertificateTrust;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.auth.RevocationRules;
import io.gapura.ike.auth.SigningKey;
import io.gapura.ike.auth.SigningKeys;
import io.gapura.ike.auth.SigningKeys.SendCert;
import io.gapura.ike.message.Secret;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;

/** Secrets, or certificates of one authority, for as many peers as there are: a certificate each, over one key. */
final class BenchCredentials {
    private static final Secret SECRET = Secret.ofUtf8("both know it");
    private static final Duration LIFE = Duration.ofDays(1);

    private final @Nullable Authority authority;
    private final Map<Identity, SigningKeys> certified = new HashMap<>();

    /** Who issues them, and the key that they are all for. */
    private record Authority(X509Certificate root, KeyPair rootKeys, KeyPair keys) {}

    BenchCredentials(BenchProof proof) {
        NewKey kind = proof.key();
        authority = kind == null ? null : authority(kind);
    }

    private static Authority authority(NewKey kind) {
        try {
            KeyPair root = kind.generate();
            return new Authority(draft("Root", root).authority(-1).selfSigned(root.getPrivate()), root,
                    kind.generate());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no authority by " + kind, e);
        }
    }

    /** How {@code own} and {@code peer} know each other, at {@code own}'s end. */
    Authentication between(Identity own, Identity peer) {
        if (authority == null) {
            return Authentication.byKey(own, peer, SECRET);
        }
        CertificateTrust trust = new CertificateTrust(List.of(authority.root), List.of(), List.of(),
                RevocationRules.OFF);
        return new Authentication(new Local(own, certified.computeIfAbsent(own, id -> certify(authority, id))),
                new Remote(peer, trust));
    }

    private static SigningKeys certify(Authority by, Identity id) {
        try {
            X509Certificate certificate = draft(id.toString(), by.keys).alternative(id.toString())
                    .issuedBy(by.root, by.rootKeys.getPrivate());
            return new SigningKeys(List.of(SigningKey.certified(by.keys.getPrivate(), null, List.of(certificate),
                    Set.of())), SendCert.ALWAYS);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no certificate for " + id, e);
        }
    }

    private static CertificateDraft draft(String name, KeyPair keys) {
        Instant now = Instant.now();
        return new CertificateDraft(new X500Name("CN=" + name), keys.getPublic(), now.minus(LIFE), now.plus(LIFE));
    }
}
