package io.gapura.ike.auth;

import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.CertEncoding;
import io.gapura.ike.message.Payload.CertPayload;
import io.gapura.ike.message.Payload.CertRequestPayload;
import java.security.InvalidKeyException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Certificates: whoever has one that vouches for its identity, and that an authority of ours has issued, is the peer.
 * In this order, so that nothing is asked of anybody for the sake of a certificate that is not trusted:
 *
 * <ol>
 * <li>limits of number and size, the kind of key;
 * <li>the identity is in the certificate;
 * <li>key usage and extended key usage, RFC 4945 §5.1.3;
 * <li>the way to a trusted authority ({@link CertificatePath});
 * <li>revocation ({@link Revocations}).
 * </ol>
 *
 * @param anchors       the authorities
 * @param intermediates certificates of authorities that the peer need not send; not trusted by themselves
 * @param pinned        certificates of the peer itself that are trusted as they are, or that it need not send
 * @param rules         about revocation
 */
public record CertificateTrust(List<X509Certificate> anchors, List<X509Certificate> intermediates,
        List<X509Certificate> pinned, RevocationRules rules) implements Trust {
    /** What a peer may send at most. */
    static final int MOST_CERTIFICATES = 8;

    private static final int DIGITAL_SIGNATURE = 0;
    private static final int NON_REPUDIATION = 1;
    /** id-kp-ipsecIKE and anyExtendedKeyUsage by RFC 4945 §5.1.3.12; its three predecessors, Cisco's, and those of TLS, which gateways usually have. */
    private static final Set<String> EXTENDED_KEY_USAGES = Set.of("1.3.6.1.5.5.7.3.17", "2.5.29.37.0",
            "1.3.6.1.5.5.7.3.5", "1.3.6.1.5.5.7.3.6", "1.3.6.1.5.5.7.3.7", "1.3.6.1.5.5.8.2.2", "1.3.6.1.5.5.7.3.1",
            "1.3.6.1.5.5.7.3.2");

    public CertificateTrust {
        anchors = List.copyOf(anchors);
        intermediates = List.copyOf(intermediates);
        pinned = List.copyOf(pinned);
        if (anchors.isEmpty() && pinned.isEmpty()) {
            throw new IllegalArgumentException("no authority to trust");
        }
    }

    @Override
    public List<CertRequestPayload> requests() {
        Bytes hashes = Bytes.concat(anchors.stream().map(each -> Certificates.keyHash(each.getPublicKey()))
                .toArray(Bytes[]::new));
        CertRequestPayload certificates = new CertRequestPayload(CertEncoding.X509, hashes);
        return rules.policy() == RevocationRules.Policy.OFF
                ? List.of(certificates)
                : List.of(certificates, new CertRequestPayload(CertEncoding.OCSP, Bytes.EMPTY));
    }

    @Override
    public Admission admit(Claim claim, Circumstances circumstances) {
        try {
            if (!claim.isSigned()) {
                throw new Untrusted("the peer authenticates by %s, wanted a signature".formatted(claim.method()));
            }
            List<X509Certificate> shown = read(claim.certificates());
            X509Certificate leaf = leaf(shown, claim.identity());
            KeyKind kind = usable(leaf, claim.identity(), circumstances);
            if (pinned.contains(leaf)) {
                return new Admission.Admitted(new SignatureVerifier(leaf.getPublicKey(), kind),
                        "the certificate that is configured");
            }
            List<X509Certificate> pool = new ArrayList<>(shown);
            pool.addAll(intermediates);
            List<X509Certificate> path = new CertificatePath(pool, anchors, circumstances.date()).find(leaf);
            return unrevoked(path, kind, claim, circumstances);
        } catch (Untrusted untrusted) {
            return new Admission.Refused(untrusted.reason());
        }
    }

    /**
     * What would become of a peer.
     *
     * @param why it is trusted by, or what is wrong
     */
    public record Verdict(boolean trusted, String why) {}

    /** Judges a peer that sends these certificates, and has their key; its identity is the subject's if not said. */
    public Verdict judge(List<X509Certificate> chain, @Nullable String identity, Revocations revocations,
            Instant date) {
        Identity claimed = identity == null ? CertifiedNames.of(chain.getFirst()).getFirst() : Identity.parse(identity);
        Claim claim = new Claim(claimed, AuthMethod.DIGITAL_SIGNATURE, chain.stream()
                .map(each -> new CertPayload(CertEncoding.X509, Certificates.der(each))).toList());
        return switch (admit(claim, new Circumstances(date, revocations, false))) {
            case Admission.Admitted(_, var how) -> new Verdict(true, how);
            case Admission.Refused(var reason) -> new Verdict(false, reason);
            case Admission.Doubted _ -> new Verdict(false, "nobody knows whether it has been revoked");
        };
    }

    private static List<X509Certificate> read(List<CertPayload> payloads) throws Untrusted {
        if (payloads.size() > MOST_CERTIFICATES) {
            throw new Untrusted("the peer sends %d certificates; at most %d are accepted".formatted(payloads.size(),
                    MOST_CERTIFICATES));
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (CertPayload each : payloads) {
            if (each.encoding().equals(CertEncoding.X509)) {
                try {
                    certificates.add(Certificates.parse(each.data()));
                } catch (CertificateException e) {
                    throw new Untrusted("the peer sends " + e.getMessage());
                }
            }
        }
        return certificates;
    }

    private X509Certificate leaf(List<X509Certificate> shown, Identity identity) throws Untrusted {
        if (!shown.isEmpty()) {
            return shown.getFirst();
        }
        return pinned.stream().filter(each -> CertifiedNames.contain(each, identity)).findFirst()
                .orElseThrow(() -> new Untrusted(
                        "the peer sends no certificate, and none for %s is configured".formatted(identity)));
    }

    private static KeyKind usable(X509Certificate leaf, Identity identity, Circumstances circumstances)
            throws Untrusted {
        if (!CertifiedNames.contain(leaf, identity)) {
            throw new Untrusted("the peer says that it is %s, but its certificate is for %s".formatted(identity,
                    CertifiedNames.words(leaf)));
        }
        try {
            checkUsage(leaf);
            leaf.checkValidity(Date.from(circumstances.date()));
            return KeyKind.of(leaf.getPublicKey());
        } catch (InvalidKeyException e) {
            throw new Untrusted("the certificate of %s has %s".formatted(Certificates.words(leaf), e.getMessage()));
        } catch (CertificateExpiredException _) {
            throw new Untrusted("the certificate of %s has expired on %s".formatted(Certificates.words(leaf),
                    leaf.getNotAfter().toInstant()));
        } catch (CertificateNotYetValidException _) {
            throw new Untrusted("the certificate of %s is not valid before %s".formatted(Certificates.words(leaf),
                    leaf.getNotBefore().toInstant()));
        }
    }

    private static void checkUsage(X509Certificate leaf) throws Untrusted {
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE] && !usage[NON_REPUDIATION]) {
            throw new Untrusted("the certificate of %s is not for signatures".formatted(Certificates.words(leaf)));
        }
        try {
            List<String> extended = leaf.getExtendedKeyUsage();
            if (extended != null && extended.stream().noneMatch(EXTENDED_KEY_USAGES::contains)) {
                throw new Untrusted("the certificate of %s is neither for IKE nor for TLS, but for %s".formatted(
                        Certificates.words(leaf), extended));
            }
        } catch (CertificateParsingException _) {
            throw new Untrusted("the certificate of %s has a broken extended key usage".formatted(
                    Certificates.words(leaf)));
        }
    }

    private Admission unrevoked(List<X509Certificate> path, KeyKind kind, Claim claim, Circumstances circumstances)
            throws Untrusted {
        Admission admitted = new Admission.Admitted(new SignatureVerifier(path.getFirst().getPublicKey(), kind),
                "a certificate of " + Certificates.words(path.getLast()));
        if (rules.policy() == RevocationRules.Policy.OFF) {
            return admitted;
        }
        List<Bytes> stapled = claim.certificates().stream().filter(each -> each.encoding().equals(CertEncoding.OCSP))
                .map(CertPayload::data).toList();
        List<Doubt> doubts = new ArrayList<>();
        Set<String> unknown = new HashSet<>();
        for (int i = 0; i + 1 < path.size(); i++) {
            Link link = new Link(path.get(i), path.get(i + 1));
            circumstances.revocations().learn(stapled, link, circumstances.date());
            switch (circumstances.revocations().standing(link, circumstances.date())) {
                case REVOKED -> throw new Untrusted("the certificate of %s has been revoked".formatted(
                        Certificates.words(link.certificate())));
                case UNKNOWN -> {
                    unknown.add(Certificates.words(link.certificate()));
                    doubts.addAll(rules.doubt(link).stream().toList());
                }
                case GOOD -> {
                }
            }
        }
        if (circumstances.mayFetch() && !doubts.isEmpty()) {
            return new Admission.Doubted(doubts);
        }
        if (!unknown.isEmpty() && rules.policy() == RevocationRules.Policy.STRICT) {
            throw new Untrusted("nobody says whether the certificate of %s has been revoked; revocation: relaxed"
                    .formatted(String.join(" and ", unknown)) + " would do without");
        }
        return admitted;
    }
}
