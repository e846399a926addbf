package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.sa.IkeState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 7296 §1.2 between two agents. */
class EstablishmentTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    @Test
    void fourMessagesMakeAnIkeSaAndAChild() {
        peers.loadClassical().connect();

        assertThat(peers.network.log).hasSize(4);
        assertThat(peers.leftStatus().state()).isEqualTo(IkeState.ESTABLISHED);
        assertThat(peers.rightStatus().state()).isEqualTo(IkeState.ESTABLISHED);
        assertThat(peers.trafficFlows()).isTrue();
        assertThat(peers.leftStatus().children().getFirst().spiOut())
                .isEqualTo(peers.rightStatus().children().getFirst().spiIn());
    }

    @Test
    void aRekeyedChildTakesOverWithoutAGap() {
        peers.load().connect();
        int before = peers.leftStatus().children().getFirst().spiIn();

        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.runUntil(Duration.ofSeconds(10), () -> {
            assertThat(peers.trafficFlows()).isTrue();
            return false;
        });

        assertThat(peers.leftStatus().children()).hasSize(1);
        assertThat(peers.leftStatus().children().getFirst().spiIn()).isNotEqualTo(before);
        assertThat(peers.leftPlane.inbound).hasSize(1);
        assertThat(peers.rightPlane.inbound).hasSize(1);
    }

    @Test
    void aRekeyedIkeSaKeepsItsChildren() {
        peers.load().connect();
        long before = peers.leftStatus().initiatorSpi();

        peers.right.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(2));

        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.leftStatus().initiatorSpi()).isNotEqualTo(before);
        assertThat(peers.leftStatus().initiator()).isFalse();
        assertThat(peers.leftStatus().children()).hasSize(1);
        assertThat(peers.trafficFlows()).isTrue();
    }

    /** Left would like another PRF than right: whoever chose at first, both rekeys keep it. */
    @Test
    void aRekeyOfTheIkeSaKeepsThePrf() {
        peers.load(
                preferring(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild()), "256", "384"),
                preferring(TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild()), "384", "256"))
                .connect();
        assertThat(peers.leftStatus().suite()).contains("prfsha384");

        peers.right.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.leftStatus().suite()).contains("prfsha384");
        peers.left.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.rightStatus().suite()).contains("prfsha384");
    }

    private static Connection preferring(Connection connection, String first, String second) {
        List<Proposal> proposals = Proposals.ike(List.of("aes256gcm16-prfsha%s-x25519".formatted(first),
                "aes256gcm16-prfsha%s-x25519".formatted(second)));
        return new Connection(connection.name(), connection.localAddress(), connection.remoteAddress(),
                connection.remotePort(), connection.auth(), proposals, connection.children(), connection.options());
    }

    @Test
    void deletionEndsBothSides() {
        peers.load().connect();

        peers.left.terminateIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(10));

        assertThat(peers.left.isIdle()).isTrue();
        assertThat(peers.right.isIdle()).isTrue();
        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.leftPlane.tunnels).isEmpty();
        assertThat(peers.rightPlane.outbound).isEmpty();
    }

    @Test
    void cookiesAreDemandedAndShown() {
        TestPeers cautious = new TestPeers(TestNetwork.perfect(), IkeSettings.DEFAULT.withCookieThreshold(0));
        cautious.loadClassical().connect();

        assertThat(cautious.network.log).hasSize(6);
        assertThat(cautious.trafficFlows()).isTrue();
        assertThat(cautious.right.dropped(IkeDrop.BAD_COOKIE)).isEqualTo(1);
    }

    @Test
    void forcedEncapsulationMovesBothToTheNatPort() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT.withForcedEncapsulation(), TestPeers.leftChild()),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild())).connect();

        assertThat(peers.leftStatus().remote().getPort()).isEqualTo(4500);
        assertThat(peers.rightStatus().remote().getPort()).isEqualTo(4500);
        assertThat(peers.rightStatus().children().getFirst().inUdp()).isTrue();
        assertThat(peers.trafficFlows()).isTrue();
    }
}
