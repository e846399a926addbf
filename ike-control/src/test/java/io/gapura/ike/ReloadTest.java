package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.ChildLimits;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.StartAction;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Left's configuration is read again while its tunnels are up; and children that wait for packets. */
class ReloadTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private static Connection left(Child... children) {
        return TestPeers.leftConnection(IkeOptions.DEFAULT, children);
    }

    private static Child starting() {
        return TestPeers.leftChild().withStartAction(StartAction.START);
    }

    /** One that nobody answers. */
    private static Connection elsewhere(String name) {
        return new Connection(name, TestPeers.LEFT, TestPeers.ELSEWHERE, Connection.DEFAULT_PORT,
                Authentication.byKey(TestPeers.LEFT_ID, Identity.parse("elsewhere.example.org"), Secret.ofUtf8("key")),
                Proposals.ike(List.of()), List.of(TestPeers.otherLeftChild()), IkeOptions.DEFAULT);
    }

    private void connect(Connection ofLeft) {
        peers.load(ofLeft, TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild()));
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.trafficFlows()).isTrue();
    }

    private Reloaded reload(Connection... connections) {
        Reloaded reloaded = peers.left.load(List.of(connections), peers.network.nowNs);
        peers.run(Duration.ofSeconds(2));
        return reloaded;
    }

    @Test
    void whatIsReadAgainAsItWasIsNotTouched() {
        connect(left(starting()));
        List<Integer> spis = new ArrayList<>(peers.leftPlane.inbound.keySet());
        int sent = peers.network.log.size();

        Reloaded reloaded = reload(left(starting()));

        assertThat(reloaded).isEqualTo(new Reloaded(List.of(), List.of(), List.of(), List.of("peer")));
        assertThat(peers.leftPlane.inbound.keySet()).containsExactlyElementsOf(spis);
        assertThat(peers.network.log).hasSize(sent);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void whatIsAddedComesToWhatIsThere() {
        connect(left(starting()));
        int spi = peers.leftStatus().children().getFirst().spiIn();

        assertThat(reload(left(starting()), elsewhere("new")).added()).containsExactly("new");

        assertThat(peers.leftStatus().children().getFirst().spiIn()).isEqualTo(spi);
        assertThat(peers.left.initiate("new", null, peers.network.nowNs)).isEqualTo(1);
    }

    @Test
    void whatIsRemovedIsDeletedAtThePeerToo() {
        connect(left(starting()));

        assertThat(reload(elsewhere("new")).removed()).containsExactly("peer");

        assertThat(peers.left.isIdle()).isTrue();
        assertThat(peers.right.isIdle()).isTrue();
        assertThat(peers.leftPlane.tunnels).isEmpty();
    }

    @Test
    void whatIsChangedIsSetUpAnew() {
        connect(left(starting()));
        int spi = peers.leftStatus().children().getFirst().spiIn();

        Reloaded reloaded = reload(left(starting().withLimits(ChildLimits.ofTime(Duration.ofMinutes(20)))));

        assertThat(reloaded.changed()).containsExactly("peer");
        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.leftStatus().children()).singleElement()
                .satisfies(child -> assertThat(child.spiIn()).isNotEqualTo(spi));
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void anotherSecretIsAChange() {
        connect(left(starting()));
        Connection other = TestPeers.leftConnection(
                Authentication.byKey(TestPeers.LEFT_ID, TestPeers.RIGHT_ID, Secret.ofUtf8("another key")),
                IkeOptions.DEFAULT, starting());

        assertThat(reload(other).changed()).containsExactly("peer");
        assertThat(peers.trafficFlows()).isFalse();
        assertThat(peers.failures).isNotEmpty();
    }

    @Test
    void whatIsRemovedWhileItConnectsIsNotTriedAgain() {
        peers.load(elsewhere("gone"), TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild()));
        peers.left.initiate("gone", null, peers.network.nowNs);
        peers.run(Duration.ofMillis(100));

        reload(left(TestPeers.leftChild()));

        assertThat(peers.left.isIdle()).isTrue();
        int sent = peers.network.log.size();
        peers.coast(Duration.ofMinutes(2));
        assertThat(peers.network.log).hasSize(sent);
    }

    // ---- start_action: trap

    private void acquire(int times) {
        for (int packet = 0; packet < times; packet++) {
            peers.left.onAcquire("peer", "net", peers.network.nowNs);
            peers.run(Duration.ofMillis(100));
        }
    }

    @Test
    void aPacketSetsAChildUpOnce() {
        peers.load(left(TestPeers.leftChild().withStartAction(StartAction.TRAP)),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild()));
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.network.log).isEmpty();

        acquire(20);

        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.leftStatus().children()).hasSize(1);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void aFurtherChildComesIntoTheIkeSaThatIsThere() {
        peers.load(left(TestPeers.otherLeftChild(), TestPeers.leftChild().withStartAction(StartAction.TRAP)),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.otherRightChild(), TestPeers.rightChild()));
        peers.left.initiate("peer", "other", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));

        acquire(3);

        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.leftStatus().children()).hasSize(2);
    }

    @Test
    void packetsForAPeerThatIsNotThereDoNotMakeManyIkeSas() {
        peers.network.passes = _ -> false;
        peers.load(left(TestPeers.leftChild().withStartAction(StartAction.TRAP)),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild()));

        acquire(50);

        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
    }
}
