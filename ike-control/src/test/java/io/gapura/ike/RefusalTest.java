package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Secret;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What does not fit together ends cleanly on both sides, and says why. */
class RefusalTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private static Connection right(String id, String key, String proposal) {
        return new Connection("peer", TestPeers.RIGHT, TestPeers.LEFT, Connection.DEFAULT_PORT,
                Authentication.byKey(Identity.parse(id), TestPeers.LEFT_ID, Secret.ofUtf8(key)),
                Proposals.ike(List.of(proposal)),
                List.of(TestPeers.rightChild()), IkeOptions.DEFAULT);
    }

    private void connect(Connection right) {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild()), right).connect();
        peers.run(Duration.ofSeconds(40));
    }

    private void assertNothingIsLeft() {
        assertThat(peers.left.isIdle()).isTrue();
        assertThat(peers.right.isIdle()).isTrue();
        assertThat(peers.leftPlane.reserved).isEmpty();
        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.tunnels).isEmpty();
        assertThat(peers.right.halfOpenCount()).isZero();
    }

    @Test
    void anotherPreSharedKey() {
        connect(right("right.example.org", "another key", "default"));

        assertNothingIsLeft();
        assertThat(peers.failures).anyMatch(reason -> reason.contains("has another pre-shared key"))
                .anyMatch(reason -> reason.contains("AUTHENTICATION_FAILED"));
    }

    @Test
    void anotherIdentity() {
        connect(right("somebody.else.example.org", "a key that both know", "default"));

        assertNothingIsLeft();
        assertThat(peers.failures).anyMatch(reason -> reason.contains("right.example.org"));
    }

    @Test
    void noCommonProposalNamesWhatDiffers() {
        peers.load(new Connection("peer", TestPeers.LEFT, TestPeers.RIGHT, Connection.DEFAULT_PORT,
                Authentication.byKey(TestPeers.LEFT_ID, TestPeers.RIGHT_ID, Secret.ofUtf8("a key that both know")),
                Proposals.ike(List.of("aes128gcm16-prfsha256-x25519")),
                List.of(TestPeers.leftChild()), IkeOptions.DEFAULT),
                right("right.example.org", "a key that both know", "aes256gcm16-prfsha256-x25519")).connect();
        peers.run(Duration.ofSeconds(40));

        assertNothingIsLeft();
        assertThat(peers.failures).anyMatch(reason -> reason.contains("NO_PROPOSAL_CHOSEN"));
    }

    @Test
    void anotherGroupIsAskedForAndTaken() {
        peers.load(new Connection("peer", TestPeers.LEFT, TestPeers.RIGHT, Connection.DEFAULT_PORT,
                Authentication.byKey(TestPeers.LEFT_ID, TestPeers.RIGHT_ID, Secret.ofUtf8("a key that both know")),
                Proposals.ike(List.of("aes128gcm16-prfsha256-x25519-ecp256")),
                List.of(TestPeers.leftChild()), IkeOptions.DEFAULT),
                right("right.example.org", "a key that both know", "aes128gcm16-prfsha256-ecp256")).connect();

        assertThat(peers.network.log).hasSize(6);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void otherTrafficLeavesTheIkeSaWithoutChild() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, Child.of("net",
                TestPeers.selector("10.1.0.0", "10.1.255.255"), TestPeers.selector("10.9.0.0", "10.9.255.255"))),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild())).connect();

        assertThat(peers.leftStatus().children()).isEmpty();
        assertThat(peers.rightStatus().children()).isEmpty();
        assertThat(peers.failures).anyMatch(reason -> reason.contains("TS_UNACCEPTABLE"));
        assertThat(peers.leftPlane.reserved).isEmpty();
    }

    @Test
    void aWiderOfferIsNarrowed() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, Child.of("net",
                TestPeers.selector("10.1.0.0", "10.1.255.255"), TestPeers.selector("10.0.0.0", "10.255.255.255"))),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild())).connect();

        assertThat(peers.leftStatus().children().getFirst().remoteTs()).isEqualTo("10.2.0.0/16");
        assertThat(peers.trafficFlows()).isTrue();
    }
}
