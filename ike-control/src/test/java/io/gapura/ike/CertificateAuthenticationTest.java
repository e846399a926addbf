package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.gateway.pki.NewKey;
import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Certificates;
import io.gapura.ike.auth.Credential;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.auth.PublicKeyTrust;
import io.gapura.ike.auth.SigningKey;
import io.gapura.ike.auth.SigningKeys;
import io.gapura.ike.auth.SigningKeys.SendCert;
import io.gapura.ike.auth.TestAuthority;
import io.gapura.ike.auth.TestAuthority.Owner;
import io.gapura.ike.auth.Trust;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Secret;
import io.gapura.ike.sa.IkeState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Two peers that know each other by certificates. */
class CertificateAuthenticationTest {
    private static final TestAuthority ROOT = TestAuthority.root(NewKey.ECDSA_256, "CN=Root");
    private static final Owner LEFT = ROOT.issue(NewKey.ED25519, "left.example.org");
    private static final Owner RIGHT = ROOT.issue(NewKey.ED25519, "right.example.org");

    private final TestPeers peers = TestPeers.on(TestAuthority.NOW);

    private void connect(Authentication left, Authentication right) {
        connect(left, right, IkeOptions.DEFAULT);
    }

    private void connect(Authentication left, Authentication right, IkeOptions options) {
        peers.load(TestPeers.leftConnection(left, options, TestPeers.leftChild()),
                TestPeers.rightConnection(right, options, TestPeers.rightChild())).connect();
        peers.run(Duration.ofSeconds(40));
    }

    private static Authentication auth(Identity own, Credential credential, Identity peer, Trust trust) {
        return new Authentication(new Authentication.Local(own, credential), new Authentication.Remote(peer, trust));
    }

    static Authentication left(Credential credential, Trust trust) {
        return auth(TestPeers.LEFT_ID, credential, TestPeers.RIGHT_ID, trust);
    }

    static Authentication right(Credential credential, Trust trust) {
        return auth(TestPeers.RIGHT_ID, credential, TestPeers.LEFT_ID, trust);
    }

    private void assertConnected() {
        assertThat(peers.failures).isEmpty();
        assertThat(peers.leftStatus().state()).isEqualTo(IkeState.ESTABLISHED);
        assertThat(peers.rightStatus().remoteId()).isEqualTo("left.example.org");
        assertThat(peers.trafficFlows()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(NewKey.class)
    void everyKindOfKeyProvesWhoItsOwnerIs(NewKey kind) {
        TestAuthority root = TestAuthority.root(kind, "CN=Root of " + kind);
        connect(left(root.issue(kind, "left.example.org").credential(), root.trust()),
                right(root.issue(kind, "right.example.org").credential(), root.trust()));
        assertConnected();
    }

    @Test
    void aPskOnOneSideAndACertificateOnTheOther() {
        Secret secret = Secret.ofUtf8("a key that both know");
        Authentication byKey = Authentication.byKey(TestPeers.LEFT_ID, TestPeers.RIGHT_ID, secret);
        Authentication right = Authentication.byKey(TestPeers.RIGHT_ID, TestPeers.LEFT_ID, secret);
        connect(new Authentication(byKey.local(), left(LEFT.credential(), ROOT.trust()).remote()),
                new Authentication(right(RIGHT.credential(), ROOT.trust()).local(), right.remote()));
        assertConnected();
    }

    @Test
    void postQuantumPreSharedKeysGoWithSignaturesToo() {
        Ppk ppk = new Ppk(Identity.parse("q"), Secret.ofUtf8("quantum"), true);
        connect(left(LEFT.credential(), ROOT.trust()), right(RIGHT.credential(), ROOT.trust()),
                IkeOptions.DEFAULT.withPpk(ppk));
        assertConnected();
        assertThat(peers.leftStatus().ppk()).isTrue();
    }

    @Test
    void certificatesOfAuthoritiesInBetweenAreSent() {
        TestAuthority middle = ROOT.intermediate(NewKey.ED25519, "CN=Middle", draft -> draft);
        TestAuthority lower = middle.intermediate(NewKey.ECDSA_384, "CN=Lower", draft -> draft);
        connect(left(lower.issue(NewKey.ED25519, "left.example.org").credential(), ROOT.trust()),
                right(middle.issue(NewKey.ED25519, "right.example.org").credential(), ROOT.trust()));
        assertConnected();
    }

    @Test
    void anUnknownAuthorityIsNotTrusted() {
        TestAuthority other = TestAuthority.root(NewKey.ED25519, "CN=Root");
        connect(left(other.issue(NewKey.ED25519, "left.example.org").credential(), ROOT.trust()),
                right(RIGHT.credential(), ROOT.trust()));
        assertRefused("its signature is not that of the trusted authority of this name");
    }

    @Test
    void theIdentityMustBeInTheCertificate() {
        connect(left(RIGHT.credential(), ROOT.trust()), right(RIGHT.credential(), ROOT.trust()));
        assertRefused(
                "says that it is left.example.org, but its certificate is for C=CH, O=Test, CN=right.example.org");
    }

    @Test
    void whoHasTheCertificateButNotItsKeyIsRefused() {
        Owner thief = new Owner(LEFT.certificate(), RIGHT.keys(), LEFT.chain());
        connect(left(thief.credential(), ROOT.trust()), right(RIGHT.credential(), ROOT.trust()));
        assertRefused("does not have the key of its certificate");
    }

    @Test
    void rawPublicKeysDoWithoutCertificates() throws Exception {
        SigningKey leftKey = SigningKey.raw(LEFT.keys().getPrivate(), null, LEFT.keys().getPublic());
        SigningKey rightKey = SigningKey.raw(RIGHT.keys().getPrivate(), null, RIGHT.keys().getPublic());
        connect(left(new SigningKeys(List.of(leftKey), SendCert.IFASKED),
                new PublicKeyTrust(List.of(RIGHT.keys().getPublic()))),
                right(new SigningKeys(List.of(rightKey), SendCert.IFASKED),
                        new PublicKeyTrust(List.of(NewKey.ED448.generate().getPublic(), LEFT.keys().getPublic()))));
        assertConnected();
    }

    @Test
    void anotherRawPublicKeyIsRefused() throws Exception {
        SigningKey leftKey = SigningKey.raw(LEFT.keys().getPrivate(), null, LEFT.keys().getPublic());
        connect(left(new SigningKeys(List.of(leftKey), SendCert.IFASKED), ROOT.trust()),
                right(RIGHT.credential(), new PublicKeyTrust(List.of(RIGHT.keys().getPublic()))));
        assertRefused("has another public key than those configured");
    }

    /** The key that goes with an authority which the peer trusts. */
    @Test
    void ofSeveralCertificatesTheOneThatThePeerTrustsIsTaken() throws Exception {
        TestAuthority other = TestAuthority.root(NewKey.ED25519, "CN=Other");
        Owner second = other.issue(NewKey.ED25519, "left.example.org");
        SigningKey trusted = SigningKey.certified(second.keys().getPrivate(), null, second.chain(),
                Set.of(Certificates.keyHash(other.keys.getPublic())));
        connect(left(new SigningKeys(List.of(LEFT.key(), trusted), SendCert.IFASKED), ROOT.trust()),
                right(RIGHT.credential(), other.trust()));
        assertConnected();
    }

    /** A responder with several connections between the same addresses: by identity, by kind of proof, by authority. */
    @ParameterizedTest
    @CsvSource({"left.example.org, cert, exact", "other.example.org, cert, wildcard", "left.example.org, psk, by-key",
        "left.example.com, cert, other-authority"})
    void theConnectionIsFoundByWhoThePeerIs(String identity, String proof, String expected) {
        TestAuthority other = TestAuthority.root(NewKey.ED25519, "CN=Other");
        Secret secret = Secret.ofUtf8("a key that both know");
        Identity id = Identity.parse(identity);
        Owner owner = (expected.equals("other-authority") ? other : ROOT).issue(NewKey.ED25519, identity);
        Authentication ofLeft = proof.equals("psk")
                ? Authentication.byKey(id, TestPeers.RIGHT_ID, secret)
                : auth(id, owner.credential(), TestPeers.RIGHT_ID, ROOT.trust());
        peers.right.load(List.of(
                named("wildcard", right("*.example.org", ROOT.trust())),
                named("by-key", Authentication.byKey(TestPeers.RIGHT_ID, TestPeers.LEFT_ID, secret)),
                named("exact", right("left.example.org", ROOT.trust())),
                named("any", right("%any", ROOT.trust())),
                named("other-authority", right("%any", other.trust()))), peers.network.nowNs);
        peers.left.load(List.of(TestPeers.leftConnection(ofLeft, IkeOptions.DEFAULT, TestPeers.leftChild())),
                peers.network.nowNs);
        peers.connect();
        assertThat(peers.failures).isEmpty();
        assertThat(peers.rightStatus().connection()).isEqualTo(expected);
        assertThat(peers.rightStatus().remoteId()).isEqualTo(identity);
    }

    private static Authentication right(String remote, Trust trust) {
        return auth(TestPeers.RIGHT_ID, RIGHT.credential(), Identity.parse(remote), trust);
    }

    private static Connection named(String name, Authentication auth) {
        return new Connection(name, TestPeers.RIGHT, TestPeers.LEFT, Connection.DEFAULT_PORT, auth,
                Proposals.ike(List.of()), List.of(TestPeers.rightChild()), IkeOptions.DEFAULT);
    }

    // ---- attacks

    /** D3: what counts as proof was decided before; who has the other kind gets the same answer. */
    @Test
    void d3AnotherKindOfProofThanConfiguredIsRefused() {
        Secret secret = Secret.ofUtf8("a key that both know");
        connect(Authentication.byKey(TestPeers.LEFT_ID, TestPeers.RIGHT_ID, secret),
                right(RIGHT.credential(), ROOT.trust()));
        assertRefused("authenticates by pre-shared key, wanted a signature");
        connect(left(LEFT.credential(), ROOT.trust()),
                Authentication.byKey(TestPeers.RIGHT_ID, TestPeers.LEFT_ID, secret));
        // who wants a pre-shared key announces no hash for signatures, RFC 7427 §4: there is nothing to sign with
        assertThat(peers.failures).anyMatch(why -> why.contains("the peer cannot check signatures by Ed25519"));
        assertThat(peers.left.isIdle()).isTrue();
        assertThat(peers.leftPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.tunnels).isEmpty();
    }

    /** D7: our own certificate and identity, presented by somebody else. */
    @Test
    void d7WhoPresentsOurselvesIsRefused() {
        Owner mirror = new Owner(RIGHT.certificate(), LEFT.keys(), RIGHT.chain());
        connect(auth(TestPeers.RIGHT_ID, mirror.credential(), TestPeers.RIGHT_ID, ROOT.trust()),
                auth(TestPeers.RIGHT_ID, RIGHT.credential(), Identity.ANY, ROOT.trust()));
        assertRefused("does not have the key of its certificate");
    }

    /** D9: a key that cannot sign for this peer ends the attempt with a reason, on either side. */
    @Test
    void d9AKeyThatCannotProveAnythingEndsTheAttempt() throws Exception {
        SigningKey broken = SigningKey.certified(NewKey.RSA_2048.generate().getPrivate(), null, LEFT.chain(), Set.of());
        Credential credential = new SigningKeys(List.of(broken), SendCert.ALWAYS);
        connect(left(credential, ROOT.trust()), right(RIGHT.credential(), ROOT.trust()));
        assertThat(peers.failures).anyMatch(why -> why.contains("we cannot prove to be left.example.org"));
        assertThat(peers.left.isIdle()).isTrue();
        peers.failures.clear();
        connect(left(LEFT.credential(), ROOT.trust()), right(credential, ROOT.trust()));
        assertRefused("we cannot prove to be right.example.org");
    }

    private void assertRefused(String why) {
        assertThat(peers.failures).anyMatch(reason -> reason.contains(why))
                .anyMatch(reason -> reason.contains("AUTHENTICATION_FAILED"));
        assertThat(peers.left.isIdle()).isTrue();
        assertThat(peers.right.isIdle()).isTrue();
        assertThat(peers.leftPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.tunnels).isEmpty();
    }
}
