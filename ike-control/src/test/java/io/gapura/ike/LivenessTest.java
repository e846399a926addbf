package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.ChildLimits;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.DpdAction;
import io.gapura.ike.config.Fragmentation;
import io.gapura.ike.config.StartAction;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What happens by itself: looking for dead peers, starting again, replacing in time; and NATs and fragments. */
class LivenessTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    @Test
    void aSilentPeerIsGivenUp() {
        peers.load().connect();
        peers.network.passes = _ -> false;

        boolean gone = peers.runUntil(Duration.ofMinutes(2), peers.left::isIdle);

        assertThat(gone).isTrue();
        assertThat(peers.leftPlane.tunnels).isEmpty();
    }

    @Test
    void aPeerThatComesBackIsConnectedToAgain() {
        IkeOptions options = IkeOptions.DEFAULT.withDpdDelay(Duration.ofSeconds(5));
        peers.load(TestPeers.leftConnection(options, TestPeers.leftChild().withDpdAction(DpdAction.RESTART)),
                TestPeers.rightConnection(options, TestPeers.rightChild())).connect();
        peers.network.passes = _ -> false;
        peers.run(Duration.ofMinutes(1));
        peers.network.passes = _ -> true;

        boolean back = peers.runUntil(Duration.ofMinutes(2), peers::trafficFlows);

        assertThat(back).isTrue();
    }

    @Test
    void aChildThatShallBeUpIsTriedAgainUntilItIs() {
        peers.network.passes = _ -> false;
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT,
                TestPeers.leftChild().withStartAction(StartAction.START)),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild()));
        peers.run(Duration.ofSeconds(70));
        peers.network.passes = _ -> true;

        assertThat(peers.runUntil(Duration.ofMinutes(2), peers::trafficFlows)).isTrue();
    }

    @Test
    void aChildIsReplacedWhenItsTimeHasCome() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT,
                TestPeers.leftChild().withLimits(ChildLimits.ofTime(Duration.ofSeconds(20)))),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild())).connect();
        int before = peers.leftStatus().children().getFirst().spiIn();

        peers.runUntil(Duration.ofSeconds(30), () -> {
            assertThat(peers.trafficFlows()).isTrue();
            return false;
        });

        assertThat(peers.leftStatus().children().getFirst().spiIn()).isNotEqualTo(before);
    }

    /** swanctl's zero. */
    @Test
    void whatIsNeverToBeReplacedStays() {
        IkeOptions options = IkeOptions.DEFAULT.withRekeyTime(Duration.ZERO);
        peers.load(TestPeers.leftConnection(options,
                TestPeers.leftChild().withLimits(ChildLimits.ofTime(Duration.ZERO))),
                TestPeers.rightConnection(options,
                        TestPeers.rightChild().withLimits(ChildLimits.ofTime(Duration.ZERO))))
                .connect();
        int before = peers.leftStatus().children().getFirst().spiIn();
        long spi = peers.leftStatus().initiatorSpi();

        peers.network.nowNs += Duration.ofDays(400).toNanos();
        peers.run(Duration.ofSeconds(5));

        assertThat(peers.leftStatus().children().getFirst().spiIn()).isEqualTo(before);
        assertThat(peers.leftStatus().initiatorSpi()).isEqualTo(spi);
        assertThat(peers.leftStatus().rekeyInNs()).isZero();
    }

    @Test
    void aSoftLimitRekeysAndAHardLimitDeletes() {
        peers.load().connect();
        int before = peers.leftStatus().children().getFirst().spiIn();
        int tunnel = peers.leftPlane.tunnels.keySet().iterator().next();

        peers.left.onSoftLimit(tunnel, sendingSpi(), peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.leftStatus().children().getFirst().spiIn()).isNotEqualTo(before);

        peers.left.onHardLimit(tunnel, sendingSpi(), peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.leftStatus().children()).isEmpty();
        assertThat(peers.rightStatus().children()).isEmpty();
    }

    private int sendingSpi() {
        return peers.leftStatus().children().getFirst().spiOut();
    }

    /** The NAT shows left's datagrams as coming from another address and port, and knows the way back. */
    @Test
    void aNatMovesBothToPort4500AndEspIntoUdp() {
        InetSocketAddress[] outside = {new InetSocketAddress("198.51.100.9", 40500),
            new InetSocketAddress("198.51.100.9", 44500)};
        peers.network.nat = datagram -> {
            boolean fromLeft = datagram.local().getAddress().equals(TestPeers.LEFT);
            InetSocketAddress shown = outside[datagram.natPort() ? 1 : 0];
            InetSocketAddress inside = new InetSocketAddress(TestPeers.LEFT, datagram.natPort() ? 4500 : 500);
            return fromLeft
                    ? new Transport.Datagram(shown, datagram.remote(), datagram.natPort(), datagram.content())
                    : new Transport.Datagram(datagram.local(), inside, datagram.natPort(), datagram.content());
        };
        Connection right = TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild());
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild()),
                new Connection(right.name(), right.localAddress(), null, 500, right.auth(),
                        right.proposals(), right.children(), right.options()))
                .connect();

        assertThat(peers.leftStatus().behindNat()).isTrue();
        assertThat(peers.rightStatus().peerBehindNat()).isTrue();
        assertThat(peers.rightStatus().remote()).isEqualTo(outside[1]);
        assertThat(peers.leftStatus().children().getFirst().inUdp()).isTrue();
        assertThat(peers.rightStatus().children().getFirst().inUdp()).isTrue();
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void forcedFragmentsCarryEveryExchange() {
        IkeOptions options = IkeOptions.DEFAULT.withFragmentation(Fragmentation.FORCE, 1280);
        peers.load(TestPeers.leftConnection(options, TestPeers.leftChild()),
                TestPeers.rightConnection(options, TestPeers.rightChild())).connect();

        assertThat(peers.network.log).hasSizeGreaterThan(4);
        assertThat(peers.trafficFlows()).isTrue();
    }
}
