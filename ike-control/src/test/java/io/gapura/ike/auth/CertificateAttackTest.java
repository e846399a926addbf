package io.gapura.ike.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.gateway.pki.CertificateDraft;
import io.gapura.gateway.pki.NewKey;
import io.gapura.ike.auth.TestAuthority.Change;
import io.gapura.ike.auth.TestAuthority.Owner;
import io.gapura.ike.auth.Trust.Admission;
import io.gapura.ike.auth.Trust.Circumstances;
import io.gapura.ike.auth.Trust.Claim;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.CertEncoding;
import io.gapura.ike.message.Payload.CertPayload;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks C7, C8, D4 and D5: certificates that must not count. */
class CertificateAttackTest {
    private static final String NAME = "gw.example.org";
    private static final TestAuthority ROOT = TestAuthority.root(NewKey.ECDSA_256, "CN=Root");

    private static String judge(TestAuthority root, Owner owner) {
        return judge(root.trust(), Identity.parse(NAME), owner.chain());
    }

    private static String judge(Trust trust, Identity identity, List<X509Certificate> chain) {
        List<CertPayload> payloads = chain.stream()
                .map(each -> new CertPayload(CertEncoding.X509, Certificates.der(each))).toList();
        return judge(trust, new Claim(identity, AuthMethod.DIGITAL_SIGNATURE, payloads), TestAuthority.NOW);
    }

    private static String judge(Trust trust, Claim claim, Instant date) {
        return switch (trust.admit(claim, new Circumstances(date, new Revocations(), true))) {
            case Admission.Admitted(_, var how) -> "trusted by " + how;
            case Admission.Refused(var reason) -> reason;
            case Admission.Doubted(var doubts) -> "would ask " + doubts.size();
        };
    }

    private static String judge(Change change) {
        return judge(ROOT, ROOT.issue(NewKey.ED25519, NAME, change));
    }

    @Test
    void aGoodOneIsTrusted() {
        assertThat(judge(draft -> draft.alternative(NAME))).isEqualTo("trusted by a certificate of CN=Root");
    }

    // ---- D5

    @ParameterizedTest
    @CsvSource({"1.3.6.1.5.5.7.3.17, true", "2.5.29.37.0, true", "1.3.6.1.5.5.7.3.1, true", "1.3.6.1.5.5.7.3.3, false",
        "1.3.6.1.5.5.7.3.9, false", "1.3.6.1.5.5.7.3.4, false"})
    void d5ExtendedKeyUsageOfSomethingElseIsRefused(String purpose, boolean good) {
        String verdict = judge(draft -> draft.alternative(NAME).extendedKeyUsage(purpose));
        assertThat(verdict)
                .startsWith(good ? "trusted" : "the certificate of C=CH, O=Test, CN=gw.example.org is neither");
    }

    @Test
    void d5KeyUsageMustAllowSignatures() {
        assertThat(judge(draft -> draft.alternative(NAME).keyUsage(KeyUsage.keyEncipherment)))
                .contains("is not for signatures");
        assertThat(judge(draft -> draft.alternative(NAME).keyUsage(KeyUsage.nonRepudiation))).startsWith("trusted");
    }

    @Test
    void d5UnknownCriticalExtensionsAreRefused() {
        ASN1ObjectIdentifier unknown = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");
        assertThat(judge(draft -> draft.alternative(NAME).extension(unknown, true, DERNull.INSTANCE)))
                .contains("a critical extension that is not known here");
        assertThat(judge(draft -> draft.alternative(NAME).extension(unknown, false, DERNull.INSTANCE)))
                .startsWith("trusted");
    }

    @Test
    void d5DatesCount() {
        Owner owner = ROOT.issue(NewKey.ED25519, NAME);
        Claim claim = new Claim(Identity.parse(NAME), AuthMethod.DIGITAL_SIGNATURE,
                List.of(new CertPayload(CertEncoding.X509, Certificates.der(owner.certificate()))));
        assertThat(judge(ROOT.trust(), claim, TestAuthority.NOW.plus(Duration.ofDays(400)))).contains("has expired on");
        assertThat(judge(ROOT.trust(), claim, TestAuthority.NOW.minus(Duration.ofDays(60))))
                .contains("is not valid before");
    }

    @Test
    void d5AnAuthorityThatHasExpiredVouchesForNobody() throws Exception {
        KeyPair keys = NewKey.ED25519.generate();
        X509Certificate old = new CertificateDraft(new X500Name("CN=Old"), keys.getPublic(),
                TestAuthority.NOW.minus(Duration.ofDays(99)), TestAuthority.NOW.minus(Duration.ofDays(1))).authority(-1)
                .selfSigned(keys.getPrivate());
        KeyPair own = NewKey.ED25519.generate();
        X509Certificate leaf = TestAuthority.draft("CN=gw", own.getPublic()).alternative(NAME).issuedBy(old,
                keys.getPrivate());
        assertThat(judge(new CertificateTrust(List.of(old), List.of(), List.of(), RevocationRules.OFF),
                Identity.parse(NAME), List.of(leaf))).contains("the trusted certificate of CN=Old is valid from");
    }

    private static NameConstraints only(String domain) {
        return new NameConstraints(new GeneralSubtree[] {
            new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain))}, null);
    }

    private static NameConstraints not(String domain) {
        return new NameConstraints(null, new GeneralSubtree[] {
            new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain))});
    }

    /** Strange writing of a name does not get round a constraint, be it the root's own or that of one below. */
    @ParameterizedTest
    @CsvSource({"gw.example.org, false", "GW.Example.ORG, false", "gw.example.com, true", "example.org, false",
        "notexample.org, true"})
    void d5NameConstraintsHold(String name, boolean outside) {
        Identity identity = Identity.parse(name);
        Change excluded = draft -> draft.extension(Extension.nameConstraints, true, not("example.org"));
        Change permitted = draft -> draft.extension(Extension.nameConstraints, true, only("example.org"));
        for (boolean inRoot : new boolean[] {true, false}) {
            for (Change change : List.of(excluded, permitted)) {
                TestAuthority root = TestAuthority.root(NewKey.ED25519, "CN=Limited", inRoot ? change : draft -> draft);
                TestAuthority issuer = inRoot ? root : root.intermediate(NewKey.ED25519, "CN=Below", change);
                Owner owner = issuer.issue(NewKey.ED25519, name, draft -> draft.alternative(name));
                String verdict = judge(root.trust(), identity, owner.chain());
                if (outside == change.equals(excluded)) {
                    assertThat(verdict).as(name + inRoot).startsWith("trusted");
                } else {
                    assertThat(verdict).as(name + inRoot).contains("must not issue certificates for such names");
                }
            }
        }
    }

    @Test
    void d5WhoIsNoAuthorityVouchesForNobody() throws Exception {
        Owner peer = ROOT.issue(NewKey.ED25519, "somebody");
        KeyPair own = NewKey.ED25519.generate();
        X509Certificate leaf = TestAuthority.draft("CN=gw", own.getPublic()).alternative(NAME)
                .issuedBy(peer.certificate(), peer.keys().getPrivate());
        assertThat(judge(ROOT.trust(), Identity.parse(NAME), List.of(leaf, peer.certificate())))
                .contains("its key usage does not allow to issue certificates");
    }

    @Test
    void d5PathLengthsHold() {
        TestAuthority low = ROOT.intermediate(NewKey.ED25519, "CN=Low", draft -> draft.authority(0));
        TestAuthority lower = low.intermediate(NewKey.ED25519, "CN=Lower", draft -> draft);
        assertThat(judge(ROOT, lower.issue(NewKey.ED25519, NAME))).contains("must not have authorities below it");
        TestAuthority root = TestAuthority.root(NewKey.ED25519, "CN=Flat", draft -> draft.authority(0));
        TestAuthority below = root.intermediate(NewKey.ED25519, "CN=Below", draft -> draft);
        assertThat(judge(root, below.issue(NewKey.ED25519, NAME))).contains("must not have authorities below it");
    }

    // ---- D4

    @ParameterizedTest
    @ValueSource(strings = {"gw.example.com", "keyid:gw.example.org", "192.0.2.1", "gw@example.org",
        "C=CH, O=Test, CN=gw.example.com", "fqdn:#6700"})
    void d4OtherIdentitiesThanThoseOfTheCertificateAreRefused(String claimed) {
        Owner owner = ROOT.issue(NewKey.ED25519, NAME);
        assertThat(judge(ROOT.trust(), Identity.parse(claimed), owner.chain())).contains("but its certificate is for");
    }

    @Test
    void d4AWildcardInACertificateStandsForNothing() {
        Owner owner = ROOT.issue(NewKey.ED25519, "star", draft -> draft.extension(Extension.subjectAlternativeName,
                false, new org.bouncycastle.asn1.x509.GeneralNames(
                        new GeneralName(GeneralName.dNSName, "*.example.org"))));
        assertThat(judge(ROOT.trust(), Identity.parse(NAME), owner.chain())).contains("but its certificate is for");
    }

    @Test
    void d4CertificatesThatAreNoneAreRefused() {
        Owner owner = ROOT.issue(NewKey.ED25519, NAME);
        Bytes der = Certificates.der(owner.certificate());
        for (Bytes broken : List.of(Bytes.EMPTY, Bytes.of(0x30), der.slice(0, 100), Bytes.concat(der, Bytes.of(0)),
                Bytes.ofUtf8("-----BEGIN CERTIFICATE-----\n"))) {
            Claim claim = new Claim(Identity.parse(NAME), AuthMethod.DIGITAL_SIGNATURE,
                    List.of(new CertPayload(CertEncoding.X509, broken)));
            assertThat(judge(ROOT.trust(), claim, TestAuthority.NOW)).contains("cannot be read");
        }
    }

    // ---- C7

    @Test
    void c7NineCertificatesAreRefused() {
        Owner owner = ROOT.issue(NewKey.ED25519, NAME);
        assertThat(judge(ROOT.trust(), Identity.parse(NAME), java.util.Collections.nCopies(9, owner.certificate())))
                .contains("sends 9 certificates; at most 8");
    }

    @Test
    void c7ACertificateOf64KiBIsRefused() {
        Claim claim = new Claim(Identity.parse(NAME), AuthMethod.DIGITAL_SIGNATURE,
                List.of(new CertPayload(CertEncoding.X509, Bytes.zeros(65_000))));
        assertThat(judge(ROOT.trust(), claim, TestAuthority.NOW)).contains("65000 bytes; at most 16384");
    }

    @Test
    void c7SmallKeysOnTheWayAreRefused() throws Exception {
        java.security.KeyPairGenerator generator = java.security.KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        Owner owner = ROOT.issue(generator.generateKeyPair(), NAME, draft -> draft.alternative(NAME));
        assertThat(judge(ROOT, owner)).contains("an RSA key of 1024 bits");
    }

    @Test
    void c7SevenBelowTheAuthorityAreTooMany() {
        TestAuthority last = ROOT;
        for (int i = 0; i < 5; i++) {
            last = last.intermediate(NewKey.ED25519, "CN=Level " + i, draft -> draft);
        }
        assertThat(judge(ROOT, last.issue(NewKey.ED25519, NAME))).startsWith("trusted");
        last = last.intermediate(NewKey.ED25519, "CN=Level 6", draft -> draft);
        assertThat(judge(ROOT, last.issue(NewKey.ED25519, NAME))).contains("more than 6 certificates");
    }

    /** Authorities of one name and key that have all issued each other: thousands of ways, none of which is good. */
    @Test
    void c7ABushOfCertificatesIsLeftSoon() throws Exception {
        KeyPair keys = NewKey.ED25519.generate();
        X509Certificate self = TestAuthority.draft("CN=Bush", keys.getPublic()).authority(-1)
                .selfSigned(keys.getPrivate());
        KeyPair own = NewKey.ED25519.generate();
        List<X509Certificate> bush = new ArrayList<>();
        bush.add(TestAuthority.draft("CN=gw", own.getPublic()).alternative(NAME).issuedBy(self, keys.getPrivate()));
        for (int i = 0; i < 7; i++) {
            bush.add(TestAuthority.draft("CN=Bush", keys.getPublic()).authority(-1).issuedBy(self, keys.getPrivate()));
        }
        TestAuthority bait = TestAuthority.root(NewKey.ED25519, "CN=Bush");
        assertThat(judge(bait.trust(), Identity.parse(NAME), bush)).doesNotStartWith("trusted");
        assertThat(judge(ROOT.trust(), Identity.parse(NAME), bush)).doesNotStartWith("trusted");
    }

    // ---- C8

    /** CVE-2022-40617: where an untrusted certificate points nobody goes. */
    @Test
    void c8NobodyIsAskedBeforeACertificateIsTrusted() {
        Change pointing = draft -> draft.alternative(NAME).ocsp("http://192.0.2.66/").crl("http://192.0.2.66/crl");
        RevocationRules strict = new RevocationRules(RevocationRules.Policy.STRICT, List.of());
        TestAuthority other = TestAuthority.root(NewKey.ED25519, "CN=Root");
        Owner evil = other.issue(NewKey.ED25519, NAME, pointing);
        Owner good = ROOT.issue(NewKey.ED25519, NAME, pointing);
        assertThat(judge(ROOT.trust(strict), Identity.parse(NAME), evil.chain())).doesNotContain("would ask");
        assertThat(judge(ROOT.trust(strict), Identity.parse("other.example.org"), good.chain()))
                .doesNotContain("would ask");
        assertThat(judge(ROOT.trust(strict), Identity.parse(NAME), good.chain())).isEqualTo("would ask 1");
        assertThat(judge(ROOT.trust(), Identity.parse(NAME), good.chain())).startsWith("trusted");
    }
}
