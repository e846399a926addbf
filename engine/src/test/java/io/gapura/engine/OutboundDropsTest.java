package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.Lifetime;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a gateway does not send on, and why. */
final class OutboundDropsTest {
    private static final TestPacket PACKET = TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 4000, 53, 100);

    private final TestGateway gateway = new TestGateway(1);
    private final TestGateway peer = new TestGateway(2);
    private final Tap lan = new Tap(gateway.lanPort);
    private final Tap wan = new Tap(gateway.wanPort);
    private int tunnel;

    @BeforeEach
    void connect() {
        tunnel = gateway.protect(peer);
        peer.receiveFrom(gateway, tunnel, gateway.spec(peer, EspCipher.AES_128_GCM_16, false));
    }

    @AfterEach
    void balance() {
        gateway.assertBalanced();
        gateway.close();
        peer.close();
    }

    private void send(byte[] frame) {
        lan.send(frame);
        gateway.step();
    }

    private void assertDropped(byte[] frame, DropReason reason) {
        send(frame);
        gateway.assertDropped(reason, 1);
        assertThat(wan.receive()).isEmpty();
    }

    private void limit(Lifetime lifetime) {
        peer.receiveFrom(gateway, tunnel, gateway.spec(peer, EspCipher.AES_128_GCM_16, false).withLifetime(lifetime));
    }

    @Test
    void whatIsNotIpv4() {
        assertDropped(HexFormat.of().parseHex("ffffffffffff0200000000bb0806" + "00".repeat(46)), DropReason.NOT_IP);
    }

    @Test
    void framesThatEndBeforeTheirHeaders() {
        for (int bytes = 0; bytes < 34; bytes++) {
            send(Arrays.copyOf(PACKET.frame(), bytes));
        }
        gateway.assertDropped(DropReason.RUNT, 34);
    }

    @Test
    void datagramsThatEndBeforeTheirLength() {
        assertDropped(Arrays.copyOf(PACKET.frame(), PACKET.frame().length - 1), DropReason.RUNT);
    }

    @Test
    void headersThatContradictThemselves() {
        send(TestPacket.flip(PACKET.frame(), 14, 0x20)); // version 6
        send(TestPacket.flip(PACKET.frame(), 14, 0x01)); // header length 16
        send(TestPacket.flip(PACKET.frame(), 24, 0x01)); // checksum
        gateway.assertDropped(DropReason.BAD_HEADER, 3);
    }

    @Test
    void martians() {
        send(PACKET.withSource(address("127.0.0.1")).frame());
        send(PACKET.withDestination(address("127.0.0.1")).frame());
        send(PACKET.withDestination(address("255.255.255.255")).frame());
        send(PACKET.withSource(address("224.0.0.1")).frame());
        send(PACKET.withSource(0).frame());
        gateway.assertDropped(DropReason.MARTIAN, 5);
    }

    @Test
    void whatNoPolicySpeaksOf() {
        assertDropped(PACKET.withDestination(address("10.3.0.1")).frame(), DropReason.NO_POLICY);
    }

    @Test
    void whatAPolicyDiscards() {
        gateway.engine.publish(Spd.compile(List.of(Policy.discard("none", Selector.ANY))));
        assertDropped(PACKET.frame(), DropReason.POLICY_DISCARD);
    }

    @Test
    void whatHasNoRouteToThePeer() {
        gateway.engine.publish(Fib.empty());
        assertDropped(PACKET.frame(), DropReason.NO_ROUTE);
    }

    @Test
    void whatIsTooBigAndMustNotBeFragmented() {
        assertDropped(unfragmentable(1447).frame(), DropReason.TOO_BIG);
    }

    private static TestPacket unfragmentable(int bytes) {
        return TestPacket.udp(PACKET.source(), PACKET.destination(), 1, 2, bytes - 28)
                .withFlags(TestPacket.DONT_FRAGMENT);
    }

    @Test
    void whatCannotBeFragmentedForWantOfBuffers() {
        List<Long> taken = new ArrayList<>();
        while (gateway.pool.available() > 1) {
            taken.add(gateway.pool.take());
        }
        lan.send(TestPacket.udp(PACKET.source(), PACKET.destination(), 1, 2, 1419).frame());
        gateway.step();
        taken.forEach(gateway.pool::give);
        gateway.assertDropped(DropReason.NO_BUFFER, 1);
        assertThat(wan.receive()).isEmpty();
    }

    @Test
    void whatWouldGrowOutOfItsBufferHoweverLargeTheMtu() {
        gateway.engine.publish(gateway.routes(2)
                .add(address("192.0.2.0"), 24, Adjacency.resolved(TestGateway.WAN, 9000, 1, 2)).build());
        send(TestPacket.udp(PACKET.source(), PACKET.destination(), 1, 2, 1714 - 28).frame());
        assertThat(wan.receive()).hasSize(1);
        assertDropped(unfragmentable(1715).frame(), DropReason.TOO_BIG);
    }

    @Test
    void bypassedPacketsThatAreTooBig() {
        gateway.engine.publish(Spd.compile(List.of(Policy.bypass("all", Selector.ANY))));
        assertDropped(unfragmentable(1501).frame(), DropReason.TOO_BIG);
    }

    @Test
    void allAfterTheHardLimitHavingToldOfBothLimits() {
        limit(new Lifetime(2, 4, Lifetime.UNLIMITED, Lifetime.UNLIMITED));
        for (int packet = 0; packet < 6; packet++) {
            send(PACKET.frame());
        }
        gateway.assertDropped(DropReason.LIFETIME_EXPIRED, 2);
        assertThat(wan.receive()).hasSize(4);
        assertThat(gateway.events).containsExactly("soft limit of tunnel " + tunnel, "hard limit of tunnel " + tunnel);
    }

    @Test
    void allAfterTheHardLimitOfBytes() {
        limit(new Lifetime(Lifetime.UNLIMITED, Lifetime.UNLIMITED, 200, 300));
        for (int packet = 0; packet < 4; packet++) {
            send(PACKET.frame());
        }
        gateway.assertDropped(DropReason.LIFETIME_EXPIRED, 2);
    }

    @Test
    void whatFindsTheTransmitRingFull() {
        for (int packet = 0; packet < 130; packet++) {
            send(PACKET.frame());
        }
        assertThat(gateway.ledger().dropped(DropReason.TX_FULL)).isEqualTo(2);
        assertThat(wan.receive()).hasSize(128);
    }

    @Test
    void whatFindsTheRingToTheKernelFull() {
        gateway.engine.publish(gateway.routes(2).add(address("192.0.2.0"), 24, Adjacency.unresolved(TestGateway.WAN,
                1500)).build());
        byte[] large = TestPacket.udp(PACKET.source(), PACKET.destination(), 1, 2, 1400).frame();
        for (int packet = 0; packet < 800; packet++) {
            lan.send(large);
            gateway.engine.doWork();
        }
        assertThat(gateway.ledger().dropped(DropReason.PUNT_FULL)).isPositive();
        gateway.step();
        assertThat(gateway.punted).hasSize((int) gateway.ledger().punted());
    }

    @Test
    void handsTheEspPacketToTheKernelWhenTheNextHopIsNotResolved() {
        gateway.engine.publish(gateway.routes(2).add(address("192.0.2.0"), 24, Adjacency.unresolved(TestGateway.WAN,
                1500)).build());
        send(PACKET.frame());
        assertThat(gateway.ledger().punted()).isEqualTo(1);
        byte[] esp = gateway.punted.getFirst();
        assertThat(esp[9]).isEqualTo((byte) 50);
        assertThat(TestPacket.checksum(Arrays.copyOf(esp, 20))).isZero();
    }

    @Test
    void forwardsWhatAPolicyBypasses() {
        gateway.engine.publish(Spd.compile(List.of(Policy.bypass("all", Selector.ANY))));
        send(PACKET.frame());
        assertThat(wan.receive()).singleElement()
                .satisfies(frame -> assertThat(TestPacket.datagram(frame)).isEqualTo(PACKET.withTtl(63).bytes()));
    }

    @Test
    void carriesFragmentsUnderAPolicyForAllPorts() {
        send(PACKET.withFlags(TestPacket.MORE_FRAGMENTS).frame());
        send(PACKET.withFlags(185).frame());
        assertThat(wan.receive()).hasSize(2);
    }
}
