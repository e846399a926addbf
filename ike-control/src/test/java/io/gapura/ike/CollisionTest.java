package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection.IkeOptions;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both sides at once, RFC 7296 §2.8 and §2.25. The network takes 5 ms: the offsets let messages cross at every
 * point.
 *
 * <pre>
 *   left                                   right
 *   CREATE_CHILD_SA {N(REKEY_SA) …}  --\ /--  CREATE_CHILD_SA {N(REKEY_SA) …}
 *                                       X
 *   two new children                 &lt;-/ \-&gt;  the lower nonce's is deleted by who began it
 * </pre>
 */
class CollisionTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect()).load().connect();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 6, 9, 10, 11, 15, 20, 30})
    void rekeyingAChildFromBothSidesLeavesOneChild(int offsetMs) {
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofMillis(offsetMs));
        peers.right.rekeyChild("net", peers.network.nowNs);

        settleWithTraffic();

        assertThat(peers.leftStatus().children()).hasSize(1);
        assertThat(peers.rightStatus().children()).hasSize(1);
        assertThat(peers.leftPlane.inbound).hasSize(1);
        assertThat(peers.rightPlane.inbound).hasSize(1);
        assertThat(peers.leftPlane.tunnels).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 6, 9, 10, 11, 15, 20, 30})
    void rekeyingTheIkeSaFromBothSidesLeavesOneIkeSaWithTheChild(int offsetMs) {
        peers.left.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofMillis(offsetMs));
        peers.right.rekeyIke("peer", peers.network.nowNs);

        settleWithTraffic();

        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.right.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.leftStatus().children()).hasSize(1);
        assertThat(peers.rightStatus().children()).hasSize(1);
        assertThat(peers.leftStatus().initiatorSpi()).isEqualTo(peers.rightStatus().initiatorSpi());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 6, 9, 10, 11, 15, 20, 30})
    void aChildAndItsIkeSaAreRekeyedAcrossEachOther(int offsetMs) {
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofMillis(offsetMs));
        peers.right.rekeyIke("peer", peers.network.nowNs);

        settleWithTraffic();

        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.leftStatus().children()).hasSize(1);
        assertThat(peers.rightStatus().children()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 6, 9, 10, 11, 15, 20})
    void askingForTheSameChildFromBothSidesLeavesOneOfIt(int offsetMs) {
        TestPeers two = new TestPeers(TestNetwork.perfect()).load(
                TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild(), TestPeers.otherLeftChild()),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild(), TestPeers.otherRightChild()));
        two.left.initiate("peer", "net", two.network.nowNs);
        two.run(Duration.ofSeconds(1));
        two.left.initiate("peer", "other", two.network.nowNs);
        two.run(Duration.ofMillis(offsetMs));
        two.right.initiate("peer", "other", two.network.nowNs);
        two.run(Duration.ofSeconds(12));

        assertThat(two.leftStatus().children()).hasSize(2);
        assertThat(two.rightStatus().children()).hasSize(2);
        assertThat(two.leftPlane.inbound).hasSize(2);
        assertThat(two.rightPlane.inbound).hasSize(2);
        assertThat(two.leftPlane.reserved).isEmpty();
        assertThat(two.rightPlane.reserved).isEmpty();
        assertThat(two.trafficFlows()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 6, 9, 10, 11, 15, 20})
    void deletingFromBothSidesLeavesNothing(int offsetMs) {
        peers.left.terminateIke("peer", peers.network.nowNs);
        peers.run(Duration.ofMillis(offsetMs));
        peers.right.terminateIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(40));

        assertThat(peers.left.isIdle()).isTrue();
        assertThat(peers.right.isIdle()).isTrue();
        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.tunnels).isEmpty();
    }

    /** At every millisecond what either side sends can be opened by the other. */
    private void settleWithTraffic() {
        peers.runUntil(Duration.ofSeconds(20), () -> {
            assertThat(peers.trafficFlows()).isTrue();
            return false;
        });
    }
}
