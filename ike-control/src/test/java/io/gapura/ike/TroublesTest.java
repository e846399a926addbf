package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.StartAction;
import io.gapura.ike.crypto.PostQuantum;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is remembered of why a connection is not up, on both sides. */
class TroublesTest {
    private static final int EXCHANGE_AT = 18;

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private String left() {
        return reason(peers.left, "");
    }

    private String right() {
        return reason(peers.right, "");
    }

    private static String reason(IkeAgent agent, String child) {
        return Objects.requireNonNull(agent.trouble("peer", child)).reason();
    }

    private void lose(ExchangeType exchange) {
        peers.network.passes = datagram -> datagram.content().at(EXCHANGE_AT) != exchange.number();
        peers.load().connect();
        peers.coast(Duration.ofSeconds(60));
    }

    @Test
    void nobodyAnswers() {
        lose(ExchangeType.IKE_SA_INIT);
        assertThat(left()).contains("does not answer IKE_SA_INIT");
        assertThat(peers.right.trouble("peer", "")).isNull();
    }

    @Test
    void nobodyAnswersTheProof() {
        lose(ExchangeType.IKE_AUTH);
        assertThat(left()).contains("does not answer IKE_AUTH");
    }

    @Test
    void noProposalInCommon() {
        Connection left = TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild());
        Connection right = TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild());
        peers.load(left.withProposals(Proposals.ike(List.of("aes128-sha256-x25519"), PostQuantum.PREFER)),
                right.withProposals(Proposals.ike(List.of("aes256-sha256-x25519"), PostQuantum.PREFER))).connect();
        peers.run(Duration.ofSeconds(4));

        assertThat(left()).contains("answers NO_PROPOSAL_CHOSEN to aes128");
        assertThat(right()).startsWith("192.0.2.1 is refused: offered aes128").contains("; wanted aes256");
    }

    private void connect(Authentication ofLeft, Authentication ofRight) {
        peers.load(TestPeers.leftConnection(ofLeft, IkeOptions.DEFAULT, TestPeers.leftChild()),
                TestPeers.rightConnection(ofRight, IkeOptions.DEFAULT, TestPeers.rightChild())).connect();
    }

    @Test
    void anotherSecret() {
        connect(Authentication.byKey(TestPeers.LEFT_ID, TestPeers.RIGHT_ID, Secret.ofUtf8("one")),
                Authentication.byKey(TestPeers.RIGHT_ID, TestPeers.LEFT_ID, Secret.ofUtf8("another")));
        assertThat(left()).contains("answers AUTHENTICATION_FAILED");
        assertThat(right()).contains("pre-shared key");
    }

    @Test
    void anotherIdentity() {
        Secret secret = Secret.ofUtf8("the same");
        connect(Authentication.byKey(TestPeers.LEFT_ID, TestPeers.RIGHT_ID, secret),
                Authentication.byKey(TestPeers.RIGHT_ID, Identity.parse("somebody.example.org"), secret));
        assertThat(right()).contains("no connection for peer left.example.org");
    }

    @Test
    void otherTrafficSelectors() {
        Child other = Child.of("net", TestPeers.selector("10.9.0.0", "10.9.255.255"),
                TestPeers.selector("10.8.0.0", "10.8.255.255"));
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild()),
                TestPeers.rightConnection(IkeOptions.DEFAULT, other)).connect();

        assertThat(peers.left.trouble("peer", "")).isNull();
        assertThat(reason(peers.left, "net")).contains("TS_UNACCEPTABLE");
    }

    @Test
    void thePeerHasGone() {
        peers.load().connect();
        peers.network.passes = _ -> false;
        peers.coast(Duration.ofSeconds(80));
        assertThat(left()).contains("does not answer INFORMATIONAL");
    }

    @Test
    void somebodyHasClosedIt() {
        peers.load().connect();
        peers.left.terminateIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(left()).isEqualTo("closed here");
        assertThat(right()).isEqualTo("closed by the peer");
    }

    /** It is counted, planned anew, and over when the IKE SA is up. */
    @Test
    void itIsTriedAgainUntilItIsOver() {
        Connection left = TestPeers.leftConnection(IkeOptions.DEFAULT,
                TestPeers.leftChild().withStartAction(StartAction.START));
        peers.network.passes = _ -> false;
        peers.load(left, TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild()));
        peers.coast(Duration.ofMinutes(2));

        assertThat(Objects.requireNonNull(peers.left.trouble("peer", "")).times()).isGreaterThan(1);
        peers.network.passes = _ -> true;
        assertThat(peers.runUntil(Duration.ofSeconds(60), peers::trafficFlows)).isTrue();
        assertThat(peers.left.trouble("peer", "")).isNull();
        assertThat(peers.left.triedAgainInNs("peer", peers.network.nowNs)).isEmpty();
    }
}
