package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Mode;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transport mode, RFC 7296 §1.3.1, and what NATs make of its selectors, §2.23.1. */
class TransportModeTest {
    private static final InetAddress OUTSIDE_LEFT = InetAddress.ofLiteral("198.51.100.9");
    private static final InetAddress OUTSIDE_RIGHT = InetAddress.ofLiteral("198.51.100.10");

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private static TrafficSelector host(InetAddress address) {
        Bytes raw = Bytes.copyOf(address.getAddress());
        return TrafficSelector.ofAddresses(raw, raw);
    }

    private static Child child(Mode mode, InetAddress local, InetAddress remote) {
        return Child.of("net", host(local), host(remote)).withMode(mode);
    }

    private void connect(Child ofLeft, Child ofRight) {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, ofLeft),
                TestPeers.rightConnection(IkeOptions.DEFAULT, ofRight)).connect();
    }

    private boolean isTransport() {
        boolean atLeft = peers.leftStatus().children().getFirst().transport();
        assertThat(peers.rightStatus().children().getFirst().transport()).isEqualTo(atLeft);
        assertThat(peers.leftPlane.inbound.values()).allMatch(installed -> installed.sa().transport() == atLeft);
        assertThat(peers.rightPlane.outbound.values()).allMatch(installed -> installed.sa().transport() == atLeft);
        assertThat(peers.trafficFlows()).isTrue();
        return atLeft;
    }

    /**
     * <pre>
     *   HDR, SK {…, N(USE_TRANSPORT_MODE), SA, TSi, TSr}  -->
     *                            <--  HDR, SK {…, N(USE_TRANSPORT_MODE), SA, TSi, TSr}
     * </pre>
     */
    @ParameterizedTest
    @CsvSource({"TRANSPORT, TRANSPORT, true", "TRANSPORT, TUNNEL, false", "TUNNEL, TRANSPORT, false"})
    void isAgreedOnIfBothWantIt(Mode ofLeft, Mode ofRight, boolean transport) {
        connect(child(ofLeft, TestPeers.LEFT, TestPeers.RIGHT), child(ofRight, TestPeers.RIGHT, TestPeers.LEFT));

        assertThat(isTransport()).isEqualTo(transport);
    }

    @Test
    void staysWhatItIsInARekeyFromEitherSide() {
        connect(child(Mode.TRANSPORT, TestPeers.LEFT, TestPeers.RIGHT),
                child(Mode.TRANSPORT, TestPeers.RIGHT, TestPeers.LEFT));
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(10));
        assertThat(isTransport()).isTrue();
        peers.right.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(10));
        assertThat(isTransport()).isTrue();
    }

    @Test
    void isNotForNetworks() {
        connect(TestPeers.leftChild().withMode(Mode.TRANSPORT), TestPeers.rightChild().withMode(Mode.TRANSPORT));

        assertThat(isTransport()).isFalse();
    }

    @Test
    void aChildInTransportModeIsPreferredToATunnel() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, child(Mode.TRANSPORT, TestPeers.LEFT, TestPeers.RIGHT)),
                TestPeers.rightConnection(IkeOptions.DEFAULT,
                        Child.of("all", TestPeers.selector("0.0.0.0", "255.255.255.255"),
                                TestPeers.selector("0.0.0.0", "255.255.255.255")),
                        child(Mode.TRANSPORT, TestPeers.RIGHT, TestPeers.LEFT)))
                .connect();

        assertThat(isTransport()).isTrue();
        assertThat(peers.rightStatus().children().getFirst().name()).isEqualTo("net");
    }

    /** Each knows the other by the address of its NAT, if it has one, and itself by its own. */
    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void goesThroughNats(boolean beforeLeft, boolean beforeRight) {
        InetAddress leftSeen = beforeLeft ? OUTSIDE_LEFT : TestPeers.LEFT;
        InetAddress rightSeen = beforeRight ? OUTSIDE_RIGHT : TestPeers.RIGHT;
        peers.network.nat = datagram -> {
            boolean fromLeft = datagram.local().getAddress().equals(TestPeers.LEFT);
            return new Transport.Datagram(end(fromLeft ? leftSeen : rightSeen, datagram.local().getPort()),
                    end(fromLeft ? TestPeers.RIGHT : TestPeers.LEFT, datagram.remote().getPort()),
                    datagram.natPort(), datagram.content());
        };
        Connection left = TestPeers.leftConnection(IkeOptions.DEFAULT,
                child(Mode.TRANSPORT, TestPeers.LEFT, rightSeen));
        Connection right = TestPeers.rightConnection(IkeOptions.DEFAULT,
                child(Mode.TRANSPORT, TestPeers.RIGHT, leftSeen));
        peers.load(left.between(TestPeers.LEFT, rightSeen), right.between(TestPeers.RIGHT, leftSeen)).connect();

        assertThat(isTransport()).isTrue();
        assertThat(peers.leftStatus().children().getFirst().inUdp()).isTrue();
        assertThat(selectors(peers.leftPlane)).containsExactly(host(TestPeers.LEFT), host(rightSeen));
        assertThat(selectors(peers.rightPlane)).containsExactly(host(TestPeers.RIGHT), host(leftSeen));

        peers.right.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(10));
        assertThat(isTransport()).isTrue();
        assertThat(selectors(peers.leftPlane)).containsExactly(host(TestPeers.LEFT), host(rightSeen));
    }

    private static InetSocketAddress end(InetAddress address, int port) {
        return new InetSocketAddress(address, port);
    }

    private static List<TrafficSelector> selectors(FakeDataPlane plane) {
        DataPlane.Selectors selectors = plane.tunnels.values().iterator().next();
        return List.of(selectors.local().getFirst(), selectors.remote().getFirst());
    }
}
