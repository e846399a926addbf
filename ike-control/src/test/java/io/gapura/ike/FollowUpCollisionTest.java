package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Proposal;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both sides at once, where key exchanges follow CREATE_CHILD_SA: RFC 9370 §2.2.4. The network takes 5 ms: the
 * offsets let the other side begin at every point of a rekey that takes 30 ms.
 *
 * <pre>
 *   left                                   right
 *   CREATE_CHILD_SA {N(REKEY_SA) …}  --\ /--  CREATE_CHILD_SA {N(REKEY_SA) …}
 *                                       X
 *   the lower nonce's beginner       &lt;-/ \-&gt;  gives up, the other goes on
 *   IKE_FOLLOWUP_KE {…}              --&gt;
 * </pre>
 */
class FollowUpCollisionTest {
    private final TestPeers peers = connected();

    private static TestPeers connected() {
        List<Proposal> esp = Proposals.esp(List.of("aes256gcm16-x25519-ke1_mlkem512-ke2_mlkem768"));
        TestPeers peers = new TestPeers(TestNetwork.perfect());
        return peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild().withEspProposals(esp)),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild().withEspProposals(esp))).connect();
    }

    static IntStream offsetsMs() {
        return IntStream.concat(IntStream.rangeClosed(0, 12), IntStream.of(14, 16, 18, 20, 22, 25, 28, 30, 33, 36, 40));
    }

    @ParameterizedTest
    @MethodSource("offsetsMs")
    void rekeyingAChildFromBothSidesLeavesOneChild(int offsetMs) {
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofMillis(offsetMs));
        peers.right.rekeyChild("net", peers.network.nowNs);

        assertOneOfEachIsLeft();
    }

    @ParameterizedTest
    @MethodSource("offsetsMs")
    void rekeyingTheIkeSaFromBothSidesLeavesOneIkeSaWithTheChild(int offsetMs) {
        long before = peers.leftStatus().initiatorSpi();
        peers.right.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofMillis(offsetMs));
        peers.left.rekeyIke("peer", peers.network.nowNs);

        assertOneOfEachIsLeft();
        assertThat(peers.leftStatus().initiatorSpi()).isNotEqualTo(before)
                .isEqualTo(peers.rightStatus().initiatorSpi());
    }

    @ParameterizedTest
    @MethodSource("offsetsMs")
    void aChildAndItsIkeSaAreRekeyedAcrossEachOther(int offsetMs) {
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofMillis(offsetMs));
        peers.right.rekeyIke("peer", peers.network.nowNs);

        assertOneOfEachIsLeft();
    }

    @ParameterizedTest
    @MethodSource("offsetsMs")
    void theIkeSaAndItsChildAreRekeyedAcrossEachOther(int offsetMs) {
        peers.left.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofMillis(offsetMs));
        peers.right.rekeyChild("net", peers.network.nowNs);

        assertOneOfEachIsLeft();
    }

    @ParameterizedTest
    @MethodSource("offsetsMs")
    void deletingTheIkeSaInTheMiddleOfARekeyLeavesNothing(int offsetMs) {
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofMillis(offsetMs));
        peers.right.terminateIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(40));

        assertThat(peers.left.isIdle()).isTrue();
        assertThat(peers.right.isIdle()).isTrue();
        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.leftPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.tunnels).isEmpty();
    }

    /** At every millisecond what either side sends can be opened by the other. */
    private void assertOneOfEachIsLeft() {
        peers.runUntil(Duration.ofSeconds(20), () -> {
            assertThat(peers.trafficFlows()).isTrue();
            return false;
        });
        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.right.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.leftStatus().children()).hasSize(1);
        assertThat(peers.rightStatus().children()).hasSize(1);
        assertThat(peers.leftPlane.inbound).hasSize(1);
        assertThat(peers.rightPlane.inbound).hasSize(1);
        assertThat(peers.leftPlane.tunnels).hasSize(1);
        assertThat(peers.leftPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.reserved).isEmpty();
    }
}
