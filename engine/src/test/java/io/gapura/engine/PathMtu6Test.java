package io.gapura.engine;

import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed of ICMPv6 from the way to a peer, RFC 4301 §8.2 and RFC 8201; attack case F8. */
final class PathMtu6Test {
    private static final IpAddress HERE = IpAddress.of("2001:db8:1::1");
    private static final IpAddress THERE = IpAddress.of("2001:db8:2::2");
    private static final IpAddress ROUTER = IpAddress.of("2001:db8:ff::99");

    private final TestGateway gateway = new TestGateway(1);
    private final TestGateway peer = new TestGateway(2);
    private final Tap lan = new Tap(gateway.lanPort);
    private final Tap wan = new Tap(gateway.wanPort);
    private final Tap peerLan = new Tap(peer.lanPort);
    private final Tap peerWan = new Tap(peer.wanPort);
    private int tunnel;

    @BeforeEach
    void connect() {
        tunnel = gateway.protect(peer);
        peer.protect(gateway);
        connect(false);
    }

    private void connect(boolean udp) {
        SaSpec spec = gateway.spec6(peer, EspCipher.AES_128_GCM_16, true);
        peer.receiveFrom(gateway, tunnel, udp ? spec.inUdp(new UdpPorts(4500, 4500)) : spec);
    }

    @AfterEach
    void balance() {
        gateway.assertBalanced();
        peer.assertBalanced();
        gateway.close();
        peer.close();
    }

    private List<byte[]> send(int bytes) {
        lan.send(TestPacket6.udp(HERE, THERE, 1, 2, bytes - 48).frame());
        gateway.step();
        return wan.receive();
    }

    /** "Packet too big" about {@code frame}, of which the router quotes 100 bytes. */
    private void routerSays(byte[] frame, int mtu) {
        ByteBuffer icmp = ByteBuffer.allocate(8 + 100);
        icmp.put((byte) 2).putInt(4, mtu).put(8, datagram(frame), 0, 100);
        icmp.putShort(2, (short) TestPacket6.upperChecksum(ROUTER, gateway.outer6, 58, icmp.array()));
        hears(icmp.array());
    }

    private void hears(byte[] icmp) {
        wan.send(TestPacket6.of(ROUTER, gateway.outer6, 58, icmp).frame());
        gateway.step();
        gateway.pass(Duration.ofMillis(10)); // or the next would be one too many
    }

    private SaMtu mtu() {
        return gateway.engine.mtus().getLast();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void narrowsTheTunnelAndTellsItsSenders(boolean udp) {
        connect(udp);
        routerSays(send(1400).getFirst(), 1400);

        int inner = ((1400 - 40 - (udp ? 8 : 0) - 8 - 8 - 16) & -4) - 2;
        assertThat(gateway.engine.mtus()).anyMatch(mtu -> mtu.pathMtu() == 1400 && mtu.innerMtu() == inner);
        assertThat(send(inner)).singleElement().matches(frame -> frame.length <= 14 + 1400);
        assertThat(send(inner + 1)).isEmpty();
        assertThat(lan.receive()).singleElement().satisfies(told -> {
            ByteBuffer icmp = ByteBuffer.wrap(datagram(told), 40, 8).slice();
            assertThat(icmp.get(0)).isEqualTo((byte) 2);
            assertThat(icmp.getInt(4)).isEqualTo(inner);
        });
    }

    @ParameterizedTest
    @CsvSource({"68, 1280", "1279, 1280", "1281, 1281", "1600, 1600"})
    void believesNoLessThanEveryLinkTakes(int said, int believed) {
        routerSays(send(1400).getFirst(), said);
        assertThat(mtu().pathMtu()).isEqualTo(believed);
    }

    @Test
    void believesNothingThatQuotesNoSaOfOurs() {
        byte[] esp = send(1400).getFirst();
        routerSays(TestPacket.flip(esp, 14 + 40, 1), 1300); // SPI
        routerSays(TestPacket.flip(esp, 14 + 39, 1), 1300); // destination
        routerSays(TestPacket.flip(esp, 14 + 46, 1), 1300); // sequence number: not sent yet
        routerSays(TestPacket.flip(esp, 14 + 6, 1), 1300); // next header
        routerSays(TestPacket.flip(esp, 14 + 23, 1), 1300); // not from us
        routerSays(esp, 0);
        assertThat(mtu().isPathMtuKnown()).isFalse();
    }

    @Test
    void believesNothingWithAWrongChecksumOrCutShort() {
        byte[] esp = datagram(send(1400).getFirst());
        byte[] icmp = ByteBuffer.allocate(108).put((byte) 2).putInt(4, 1300).put(8, esp, 0, 100).array();
        hears(icmp);
        for (int bytes = 0; bytes < 8 + 40 + 8; bytes++) {
            byte[] cut = Arrays.copyOf(icmp, bytes);
            if (bytes >= 4) {
                ByteBuffer.wrap(cut).putShort(2, (short) TestPacket6.upperChecksum(ROUTER, gateway.outer6, 58, cut));
            }
            hears(cut);
        }
        assertThat(mtu().isPathMtuKnown()).isFalse();
    }

    /** A host sends 1280 bytes whatever it is told, RFC 8200 §5: the tunnel has to carry them, RFC 2473 §7.1. */
    @Test
    void carriesWhatEveryLinkMustInFragmentsOfEspIfNeedBe() {
        routerSays(send(1400).getFirst(), 1280);
        assertThat(send(1281)).isEmpty();
        assertThat(ByteBuffer.wrap(datagram(lan.receive().getFirst())).getInt(44)).isEqualTo(1280);

        List<byte[]> wire = send(1280);
        assertThat(wire).hasSize(2).allMatch(frame -> frame.length <= 14 + 1280)
                .allMatch(frame -> frame[14 + 6] == 44);
        wire.reversed().forEach(peerWan::send);
        peer.step();
        assertThat(peerLan.receive()).singleElement().satisfies(frame -> assertThat(datagram(frame))
                .isEqualTo(TestPacket6.udp(HERE, THERE, 1, 2, 1280 - 48).withHopLimit(62).bytes()));
    }
}
