package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.DpdAction;
import io.gapura.ike.sa.ChildSa;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several SAs of one child side by side, RFC 9611. */
final class LanesTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private LanesTest connect(int left, int right) {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild().withPerCpuSas(left)),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild().withPerCpuSas(right))).connect();
        peers.run(Duration.ofSeconds(1));
        return this;
    }

    private static List<Integer> lanes(IkeSaStatus ikeSa) {
        return ikeSa.children().stream().filter(child -> child.state() == ChildSa.State.INSTALLED)
                .map(IkeSaStatus.ChildStatus::lane).sorted().toList();
    }

    @Test
    void eachWorkerGetsAnSaInTheTunnelOfTheFirst() {
        peers.leftPlane.lanes = 4;
        connect(Child.ONE_PER_WORKER, Child.ONE_PER_WORKER);
        assertThat(lanes(peers.leftStatus())).containsExactly(0, 1, 2, 3);
        assertThat(lanes(peers.rightStatus())).containsExactly(0, 1, 2, 3);
        assertThat(peers.leftPlane.tunnels).hasSize(1);
        assertThat(peers.rightPlane.tunnels).hasSize(1);
        assertThat(peers.leftPlane.sending).hasSize(4);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void oneIsEnoughForAPeerThatDoesNotKnowOfThem() {
        peers.leftPlane.lanes = 4;
        connect(Child.ONE_PER_WORKER, 0);
        assertThat(lanes(peers.leftStatus())).containsExactly(0);
        assertThat(peers.rightStatus().children()).hasSize(1);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void thePeerMaySayThatItIsEnough() {
        connect(5, 2);
        assertThat(lanes(peers.leftStatus())).containsExactly(0, 1);
        assertThat(lanes(peers.rightStatus())).containsExactly(0, 1);
        assertThat(peers.leftPlane.reserved).isEmpty();
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void whoHasMoreWorkersThanThePeerAddsSomeLater() {
        peers.leftPlane.lanes = 2;
        peers.rightPlane.lanes = 4;
        connect(Child.ONE_PER_WORKER, Child.ONE_PER_WORKER);
        assertThat(lanes(peers.rightStatus())).containsExactly(0, 1);
        peers.run(Duration.ofSeconds(15));
        assertThat(lanes(peers.rightStatus())).containsExactly(0, 1, 2, 3);
        assertThat(lanes(peers.leftStatus())).containsExactly(0, 1, 2, 3);
        assertThat(peers.leftPlane.tunnels).hasSize(1);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void trafficGoesOnWhenTheFirstIsDeletedAndTheFirstComesBackIntoTheSameTunnel() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT,
                TestPeers.leftChild().withPerCpuSas(2).withCloseAction(DpdAction.RESTART)),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild().withPerCpuSas(2))).connect();
        peers.run(Duration.ofSeconds(1));
        int tunnel = peers.leftPlane.tunnels.keySet().iterator().next();
        int first = peers.rightStatus().children().getFirst().spiOut();
        peers.right.onHardLimit(peers.rightPlane.tunnels.keySet().iterator().next(), first, peers.network.nowNs);
        peers.run(Duration.ofSeconds(5));
        assertThat(lanes(peers.leftStatus())).containsExactly(0, 1);
        assertThat(peers.leftPlane.tunnels).containsOnlyKeys(tunnel);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void bothMayRekeyOneOfThemAtOnce() {
        connect(2, 2);
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.right.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(30));
        assertThat(lanes(peers.leftStatus())).containsExactly(0, 1);
        assertThat(lanes(peers.rightStatus())).containsExactly(0, 1);
        assertThat(peers.leftPlane.inbound).hasSize(2);
        assertThat(peers.leftPlane.sending).hasSize(2);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void aRekeyReplacesEachInItsLane() {
        connect(3, 3);
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        peers.right.rekeyChild("net", peers.network.nowNs);
        peers.left.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(30));
        assertThat(lanes(peers.leftStatus())).containsExactly(0, 1, 2);
        assertThat(lanes(peers.rightStatus())).containsExactly(0, 1, 2);
        assertThat(peers.leftPlane.tunnels).hasSize(1);
        assertThat(peers.leftPlane.inbound).hasSize(3);
        assertThat(peers.leftPlane.outbound).hasSize(3);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void allOfThemGoWithTheChild() {
        connect(3, 3);
        peers.left.terminateChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(30));
        assertThat(peers.leftStatus().children()).isEmpty();
        assertThat(peers.rightStatus().children()).isEmpty();
        assertThat(peers.leftPlane.tunnels).isEmpty();
        assertThat(peers.rightPlane.tunnels).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
    }

    @Test
    void theyComeBackWhenThePeerWasSilent() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT,
                TestPeers.leftChild().withPerCpuSas(3).withDpdAction(DpdAction.RESTART)),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild().withPerCpuSas(3))).connect();
        peers.left.terminateIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(30));
        peers.connect();
        assertThat(lanes(peers.leftStatus())).containsExactly(0, 1, 2);
    }
}
