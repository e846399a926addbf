package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.gateway.pki.NewKey;
import io.gapura.gateway.pki.RevocationDraft;
import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Fetcher;
import io.gapura.ike.auth.RevocationRules;
import io.gapura.ike.auth.RevocationRules.Policy;
import io.gapura.ike.auth.TestAuthority;
import io.gapura.ike.auth.TestAuthority.Owner;
import io.gapura.ike.auth.TestResponder;
import io.gapura.ike.auth.TestResponder.Signer;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CRLs and OCSP between two peers: who is let in, who is asked, and when. */
class RevocationTest {
    private static final TestAuthority ROOT = TestAuthority.root(NewKey.ECDSA_256, "CN=Root");
    private static final Owner RIGHT = ROOT.issue(NewKey.ED25519, "right.example.org");

    /** The world's servers. */
    private static final class Servers implements Fetcher {
        final List<URI> asked = new ArrayList<>();
        Bytes list = Bytes.EMPTY;
        @Nullable
        TestResponder responder;

        @Override
        public Bytes get(URI uri) throws IOException {
            asked.add(uri);
            return answer(list);
        }

        @Override
        public Bytes ask(URI uri, Bytes request) throws IOException {
            asked.add(uri);
            return answer(responder == null ? Bytes.EMPTY : responder.answer(request));
        }

        private static Bytes answer(Bytes bytes) throws IOException {
            if (bytes.isEmpty()) {
                throw new IOException("there is nothing");
            }
            return bytes;
        }
    }

    private final Servers servers = new Servers();
    private final DelayedErrands errands = new DelayedErrands(Duration.ofMillis(700));
    private final TestPeers peers = new TestPeers(TestNetwork.perfect(), IkeSettings.DEFAULT,
            new Outside(errands, servers, InstantSource.fixed(TestAuthority.NOW)));

    private void connect(Owner left, RevocationRules rules) {
        Authentication ofLeft = CertificateAuthenticationTest.left(left.credential(), ROOT.trust());
        Authentication ofRight = CertificateAuthenticationTest.right(RIGHT.credential(), ROOT.trust(rules));
        peers.load(TestPeers.leftConnection(ofLeft, IkeOptions.DEFAULT, TestPeers.leftChild()),
                TestPeers.rightConnection(ofRight, IkeOptions.DEFAULT, TestPeers.rightChild())).connect();
        peers.run(Duration.ofSeconds(20));
    }

    private static RevocationRules rules(Policy policy) {
        return new RevocationRules(policy, List.of());
    }

    private static Owner withCrl() {
        return ROOT.issue(NewKey.ED25519, "left.example.org",
                draft -> draft.alternative("left.example.org").crl("http://crl.example.org/root.crl"));
    }

    private static Owner withOcsp() {
        return ROOT.issue(NewKey.ED25519, "left.example.org",
                draft -> draft.alternative("left.example.org").ocsp("http://ocsp.example.org/"));
    }

    private static Bytes list(TestAuthority authority, Owner revoked, Instant from) {
        try {
            RevocationDraft draft = RevocationDraft.of(authority.certificate, from, Duration.ofDays(2));
            draft.revoke(revoked.certificate());
            return Bytes.copyOf(draft.sign(authority.keys.getPrivate()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertIn(boolean in) {
        assertThat(peers.rightPlane.tunnels.isEmpty()).isEqualTo(!in);
        assertThat(peers.left.isIdle()).isEqualTo(!in);
        assertThat(peers.right.isIdle()).isEqualTo(!in);
    }

    @ParameterizedTest
    @CsvSource({"STRICT, false", "RELAXED, true", "OFF, true"})
    void whereNobodyKnowsThePolicyDecides(Policy policy, boolean in) {
        connect(withCrl(), rules(policy));
        assertIn(in);
        assertThat(servers.asked).hasSize(policy == Policy.OFF ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource({"STRICT, true", "STRICT, false", "RELAXED, true", "RELAXED, false"})
    void whoIsOnTheListStaysOut(Policy policy, boolean revoked) {
        Owner left = withCrl();
        servers.list = list(ROOT, revoked ? left : RIGHT, TestAuthority.NOW.minus(Duration.ofDays(1)));
        connect(left, rules(policy));
        assertIn(!revoked);
        assertThat(servers.asked).containsExactly(URI.create("http://crl.example.org/root.crl"));
    }

    @Test
    void d5AListFromTheFutureOrThePastSaysNothing() {
        Owner left = withCrl();
        servers.list = list(ROOT, RIGHT, TestAuthority.NOW.plus(Duration.ofDays(1)));
        connect(left, rules(Policy.STRICT));
        assertIn(false);
        servers.list = list(ROOT, RIGHT, TestAuthority.NOW.minus(Duration.ofDays(9)));
        connect(left, rules(Policy.STRICT));
        assertIn(false);
    }

    @Test
    void d5AListOfAnotherAuthorityOfThisNameSaysNothing() {
        TestAuthority other = TestAuthority.root(NewKey.ECDSA_256, "CN=Root");
        servers.list = list(other, other.issue(NewKey.ED25519, "somebody"),
                TestAuthority.NOW.minus(Duration.ofDays(1)));
        connect(withCrl(), rules(Policy.STRICT));
        assertIn(false);
        assertThat(peers.failures).anyMatch(why -> why.contains("nobody says whether the certificate of"));
    }

    @ParameterizedTest
    @CsvSource({"ISSUER, good, true", "ISSUER, revoked, false", "ISSUER, unknown, false", "ISSUER, old, false",
        "DELEGATE, good, true", "DELEGATE, revoked, false", "WITHOUT_PURPOSE, good, false", "STRANGER, good, false"})
    void ocspCountsIfItIsSignedByWhoMay(Signer signer, String says, boolean in) {
        servers.responder = new TestResponder(ROOT, signer, says);
        connect(withOcsp(), rules(Policy.STRICT));
        assertIn(in);
        assertThat(servers.asked).hasSize(1);
    }

    @Test
    void whatIsKnownIsNotAskedAgain() {
        servers.responder = new TestResponder(ROOT, Signer.ISSUER, "good");
        Owner left = withOcsp();
        connect(left, rules(Policy.STRICT));
        assertIn(true);
        peers.left.terminateIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(2));
        assertIn(false);
        peers.left.initiate("peer", null, peers.network.nowNs);
        peers.run(Duration.ofSeconds(2));
        assertIn(true);
        assertThat(servers.asked).hasSize(1);
    }

    /** RFC 4806: left asks about itself in time, and so right need not. */
    @Test
    void responsesAreStapled() throws IOException {
        TestResponder responder = new TestResponder(ROOT, Signer.ISSUER, "good");
        Owner left = withOcsp();
        peers.left.revocations().learn(responder.answerAbout(left.certificate()), left.certificate(),
                ROOT.certificate, TestAuthority.NOW);
        connect(left, rules(Policy.STRICT));
        assertIn(true);
        assertThat(servers.asked).isEmpty();
    }

    /** While somebody is asked, the peer's retransmissions change nothing, and others are served. */
    @Test
    void askingTakesTimeButHoldsNobodyUp() {
        errands.delay(Duration.ofSeconds(6));
        Owner left = withCrl();
        servers.list = list(ROOT, RIGHT, TestAuthority.NOW.minus(Duration.ofDays(1)));
        connect(left, rules(Policy.STRICT));
        assertIn(true);
        assertThat(servers.asked).hasSize(1);
        assertThat(peers.right.status(peers.network.nowNs)).hasSize(1);
    }

    @Test
    void aPeerThatIsGivenUpMeanwhileIsForgotten() {
        errands.delay(Duration.ofSeconds(60));
        connect(withCrl(), rules(Policy.STRICT));
        peers.run(Duration.ofSeconds(90));
        assertIn(false);
    }
}
