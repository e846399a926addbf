package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Fragmentation;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** IKE between IPv6 addresses: nothing in it but hashes of addresses, sizes and selectors may know the difference. */
class Ipv6Test {
    private static final TrafficSelector LEFT_NET = TestPeers.selector("2001:db8:a::",
            "2001:db8:a:ffff:ffff:ffff:ffff:ffff");
    private static final TrafficSelector RIGHT_NET = TestPeers.selector("2001:db8:b::",
            "2001:db8:b:ffff:ffff:ffff:ffff:ffff");

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private static Connection left(IkeOptions options) {
        return TestPeers.leftConnection(options, Child.of("net", LEFT_NET, RIGHT_NET))
                .between(TestPeers.LEFT6, TestPeers.RIGHT6);
    }

    private static Connection right(IkeOptions options) {
        return TestPeers.rightConnection(options, Child.of("net", RIGHT_NET, LEFT_NET))
                .between(TestPeers.RIGHT6, TestPeers.LEFT6);
    }

    @Test
    void noNatIsSeenAndTrafficFlows() {
        peers.load(left(IkeOptions.DEFAULT), right(IkeOptions.DEFAULT)).connect();

        assertThat(peers.leftStatus().behindNat() || peers.leftStatus().peerBehindNat()).isFalse();
        assertThat(peers.leftStatus().children().getFirst().localTs()).isEqualTo("2001:db8:a:0:0:0:0:0/48");
        assertThat(peers.trafficFlows()).isTrue();
    }

    /** RFC 7296 §2.23: there are such. */
    @Test
    void aNatBetweenIpv6AddressesMovesBothToPort4500() {
        InetAddress outside = InetAddress.ofLiteral("2001:db8:ffff::9");
        peers.network.nat = datagram -> {
            boolean fromLeft = datagram.local().getAddress().equals(TestPeers.LEFT6);
            InetSocketAddress shown = new InetSocketAddress(outside, datagram.natPort() ? 44500 : 40500);
            InetSocketAddress inside = new InetSocketAddress(TestPeers.LEFT6, datagram.natPort() ? 4500 : 500);
            return fromLeft
                    ? new Transport.Datagram(shown, datagram.remote(), datagram.natPort(), datagram.content())
                    : new Transport.Datagram(datagram.local(), inside, datagram.natPort(), datagram.content());
        };
        peers.load(left(IkeOptions.DEFAULT), right(IkeOptions.DEFAULT).between(TestPeers.RIGHT6, null)).connect();

        assertThat(peers.leftStatus().behindNat()).isTrue();
        assertThat(peers.rightStatus().remote()).isEqualTo(new InetSocketAddress(outside, 44500));
        assertThat(peers.leftStatus().children().getFirst().inUdp()).isTrue();
        assertThat(peers.trafficFlows()).isTrue();
    }

    /** RFC 7383 §2.5.1: 1280 bytes of IPv6 hold 1232 of UDP's payload. */
    @Test
    void fragmentsFitIntoTheSmallestMtuOfIpv6() {
        IkeOptions options = IkeOptions.DEFAULT.withFragmentation(Fragmentation.YES, 1280);
        peers.load(left(options), right(options)).connect();

        List<Integer> sizes = peers.network.log.stream().map(datagram -> datagram.content().length()).toList();
        assertThat(peers.trafficFlows()).isTrue();
        assertThat(sizes).anyMatch(size -> size > 1000).allMatch(size -> size <= 1280 - 40 - 8);
    }

    @Test
    void aConnectionIsOfOneFamily() {
        assertThatThrownBy(() -> left(IkeOptions.DEFAULT).between(TestPeers.LEFT, TestPeers.RIGHT6))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("one address is IPv4");
    }
}
