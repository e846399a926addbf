package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.Lifetime;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a gateway does not deliver, and why. */
final class InboundDropsTest {
    private static final TestPacket PACKET = TestPacket.udp(address("10.2.0.2"), address("10.1.0.1"), 4000, 53, 100);
    private static final int ESP_AT = 14 + 20;

    private final TestGateway gateway = new TestGateway(1);
    private final TestGateway peer = new TestGateway(2);
    private final Tap lan = new Tap(gateway.lanPort);
    private final Tap wan = new Tap(gateway.wanPort);
    private final Tap peerLan = new Tap(peer.lanPort);
    private final Tap peerWan = new Tap(peer.wanPort);
    private int tunnel;
    private int spi;

    @BeforeEach
    void connect() {
        gateway.protect(peer);
        tunnel = peer.protect(gateway);
        spi = gateway.receiveFrom(peer, tunnel, peer.spec(gateway, EspCipher.AES_128_GCM_16, true));
    }

    @AfterEach
    void balance() {
        gateway.assertBalanced();
        gateway.close();
        peer.close();
    }

    /** What the peer makes of {@code packet}, whatever its policies say of it. */
    private byte[] esp(TestPacket packet) {
        peer.engine.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, tunnel))));
        peerLan.send(packet.frame());
        peer.step();
        return peerWan.receive().getFirst();
    }

    private void receive(byte[] frame) {
        wan.send(frame);
        gateway.step();
    }

    private void assertDropped(byte[] frame, DropReason reason) {
        receive(frame);
        gateway.assertDropped(reason, 1);
        assertThat(lan.receive()).isEmpty();
    }

    @Test
    void nothingThatIsInOrder() {
        receive(esp(PACKET));
        assertThat(lan.receive()).singleElement()
                .satisfies(frame -> assertThat(datagram(frame)).isEqualTo(PACKET.withTtl(62).bytes()));
    }

    @Test
    void espThatEndsBeforeItsIcv() {
        byte[] whole = Arrays.copyOfRange(esp(PACKET), ESP_AT, ESP_AT + 35);
        for (int bytes = 0; bytes <= 35; bytes++) {
            receive(TestPacket.of(peer.outer, gateway.outer, 50, Arrays.copyOf(whole, bytes)).frame());
        }
        gateway.assertDropped(DropReason.RUNT, 36);
    }

    @Test
    void fragmentsOfEspThatEndInTheMiddleOfAUnitOrLieTooFarOut() {
        TestPacket fragment = TestPacket.of(peer.outer, gateway.outer, 50, new byte[68]);
        receive(fragment.withFlags(TestPacket.MORE_FRAGMENTS).frame());
        gateway.assertDropped(DropReason.FRAGMENT, 1);
        receive(fragment.withFlags(0x1fff).frame());
        assertThat(gateway.ledger().dropped(DropReason.FRAGMENT_LIMIT)).isEqualTo(1);
    }

    @Test
    void fragmentsOfEspWhoseOthersDoNotCome() {
        receive(TestPacket.of(peer.outer, gateway.outer, 50, new byte[64]).withFlags(TestPacket.MORE_FRAGMENTS)
                .frame());
        assertThat(gateway.ledger().held()).isEqualTo(1);
        gateway.outwaitFragments();
        gateway.assertDropped(DropReason.FRAGMENT_TIMEOUT, 1);
    }

    @Test
    void unknownSpis() {
        byte[] frame = esp(PACKET);
        receive(TestPacket.flip(frame, ESP_AT, 0x10)); // another generation
        gateway.pass(Duration.ofMillis(10));
        receive(TestPacket.flip(frame, ESP_AT + 3, 0x01)); // another slot
        gateway.assertDropped(DropReason.UNKNOWN_SPI, 2);
        assertThat(gateway.events).containsExactly("unknown SPI %08x from 192.0.2.2".formatted(spi ^ 0x1000_0000),
                "unknown SPI %08x from 192.0.2.2".formatted(spi ^ 1));
    }

    @Test
    void unknownSpisOverIpv6AndOfAh() {
        byte[] header = ByteBuffer.allocate(64).putInt(4, 0x0102_0304).putInt(0, 0x0901_0000).array();
        receive(TestPacket6.of(peer.outer6, gateway.outer6, 51, header).frame());
        gateway.assertDropped(DropReason.UNKNOWN_SPI, 1);
        assertThat(gateway.events).containsExactly("unknown SPI 01020304 from 2001:db8:ff::2");
    }

    /** A flood of them, 5,000 in half a second, costs the control thread a hundred events a second, spread over it. */
    @Test
    void unknownSpisByTheThousand() {
        byte[] frame = esp(PACKET);
        for (int packet = 0; packet < 5_000; packet++) {
            receive(TestPacket.flip(frame, ESP_AT + 1, 1 + packet % 251));
            gateway.pass(Duration.ofNanos(100_000));
        }
        gateway.assertDropped(DropReason.UNKNOWN_SPI, 5_000);
        assertThat(gateway.events).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void espToNobodyHereIsNoUnknownSpi() {
        receive(TestPacket.of(peer.outer, address("10.1.0.5"), 50, new byte[64]).frame());
        gateway.assertDropped(DropReason.NO_POLICY, 1);
        assertThat(gateway.events).isEmpty();
    }

    @Test
    void packetsOfARetiredSa() {
        byte[] frame = esp(PACKET);
        gateway.engine.retireInbound(spi);
        assertDropped(frame, DropReason.UNKNOWN_SPI);
    }

    @Test
    void whatHasBeenSeenBefore() {
        byte[] frame = esp(PACKET);
        receive(frame);
        receive(frame);
        wan.send(frame);
        wan.send(frame);
        gateway.step();
        gateway.assertDropped(DropReason.REPLAYED, 3);
        assertThat(gateway.engine.inboundCounters(spi).replayed()).isEqualTo(3);
    }

    @Test
    void theSecondOfTwoEqualPacketsInOneBatch() {
        byte[] frame = esp(PACKET);
        wan.send(frame);
        wan.send(frame);
        gateway.step();
        gateway.assertDropped(DropReason.REPLAYED, 1);
        assertThat(lan.receive()).hasSize(1);
    }

    @Test
    void whateverBitWasFlippedBehindTheSequenceNumberWithoutMovingTheWindow() {
        byte[] frame = esp(PACKET);
        int flips = 0;
        for (int offset = ESP_AT + 8; offset < frame.length; offset++) {
            receive(TestPacket.flip(frame, offset, 1 << offset % 8));
            flips++;
        }
        gateway.assertDropped(DropReason.NOT_AUTHENTIC, flips);
        assertThat(gateway.engine.inboundCounters(spi).notAuthentic()).isEqualTo(flips);
        receive(frame);
        assertThat(lan.receive()).hasSize(1);
    }

    @Test
    void aForgedSequenceNumberWithoutMovingTheWindow() {
        byte[] frame = esp(PACKET);
        receive(TestPacket.flip(frame, ESP_AT + 5, 0x40));
        gateway.assertDropped(DropReason.NOT_AUTHENTIC, 1);
        receive(frame);
        assertThat(lan.receive()).hasSize(1);
    }

    @Test
    void packetsThatTheirSaMayNotCarry() {
        receive(esp(PACKET.withSource(address("10.9.0.1"))));
        receive(esp(PACKET.withDestination(address("10.3.0.1"))));
        gateway.assertDropped(DropReason.SELECTOR_MISMATCH, 2);
        assertThat(gateway.engine.inboundCounters(spi).mismatched()).isEqualTo(2);
    }

    @Test
    void whatThePeerSendsAfterTheHardLimit() {
        SaSpec sent = peer.spec(gateway, EspCipher.AES_128_GCM_16, true);
        int limited = gateway.engine.allocateSpi();
        gateway.engine.installInbound(limited,
                SaSpec.of(sent.cipher(), sent.keys(), true, gateway.outer, peer.outer)
                        .withLifetime(new Lifetime(1, 2, Lifetime.UNLIMITED, Lifetime.UNLIMITED)),
                SelectorSet.of(Selector.ANY));
        peer.engine.installOutbound(tunnel, limited, sent);
        for (int packet = 0; packet < 3; packet++) {
            receive(esp(PACKET));
        }
        gateway.assertDropped(DropReason.LIFETIME_EXPIRED, 1);
        assertThat(lan.receive()).hasSize(2);
    }

    @Test
    void whatMetCongestionButDoesNotTakePartInEcn() {
        byte[] datagram = datagram(esp(PACKET));
        datagram[1] |= 3;
        assertDropped(TestPacket.frame(withChecksum(datagram)), DropReason.BAD_CONGESTION_MARK);
    }

    @Test
    void nothingThatMetCongestionAndCanSaySo() {
        TestPacket capable = PACKET.withTypeOfService(0xb8 | 2);
        byte[] datagram = datagram(esp(capable));
        datagram[1] |= 3;
        receive(TestPacket.frame(withChecksum(datagram)));
        assertThat(datagram(lan.receive().getFirst()))
                .isEqualTo(capable.withTypeOfService(0xb8 | 3).withTtl(62).bytes());
    }

    @Test
    void whatWouldLeaveInClearTextWhereItCameFrom() {
        gateway.engine.publish(gateway.routes(2).add(gateway.network, 16, TestGateway.wan()).build());
        assertDropped(esp(PACKET), DropReason.HAIRPIN);
        gateway.engine.publish(gateway.routes(2)
                .add(gateway.network, 16, Adjacency.unresolved(TestGateway.WAN, 1500)).build());
        receive(esp(PACKET));
        gateway.assertDropped(DropReason.HAIRPIN, 2);
    }

    @Test
    void whatHasNoRouteInside() {
        gateway.engine.publish(new Fib.Builder().add(gateway.outer, 32, Adjacency.LOCAL).build());
        assertDropped(esp(PACKET), DropReason.NO_ROUTE);
    }

    @Test
    void whatHasNoHopsLeft() {
        assertDropped(esp(PACKET.withTtl(2)), DropReason.TTL_EXPIRED);
    }

    @Test
    void clearTextThatMustBeProtected() {
        assertDropped(PACKET.frame(), DropReason.CLEAR_TEXT);
    }

    @Test
    void clearTextByPolicy() {
        AddressRange any = AddressRange.ANY;
        gateway.engine.publish(Spd.compile(List.of(Policy.discard("no", Selector.between(any,
                AddressRange.single(address("10.2.0.2")))))));
        receive(PACKET.frame());
        receive(PACKET.withSource(address("10.2.0.3")).frame());
        assertThat(gateway.ledger().dropped(DropReason.POLICY_DISCARD)).isEqualTo(1);
        assertThat(gateway.ledger().dropped(DropReason.NO_POLICY)).isEqualTo(1);
    }

    @Test
    void noClearTextThatAPolicyBypasses() {
        gateway.engine.publish(Spd.compile(List.of(Policy.bypass("all", Selector.ANY))));
        receive(PACKET.frame());
        assertThat(lan.receive()).hasSize(1);
    }

    @Test
    void natKeepAlives() {
        byte[] one = {(byte) 0xff};
        assertDropped(inUdp(one), DropReason.NAT_KEEPALIVE);
    }

    @Test
    void noIkeNorAnythingElseForThisHost() {
        receive(inUdp(HexFormat.of().parseHex("00000000" + "11".repeat(28))));
        receive(inUdp(new byte[3]));
        receive(TestPacket.udp(peer.outer, gateway.outer, 500, 500, 40).frame());
        assertThat(gateway.ledger().punted()).isEqualTo(3);
        assertThat(gateway.punted).hasSize(3);
        assertThat(gateway.ledger().drops()).isEmpty();
    }

    @Test
    void noDecryptedPacketForThisHost() {
        receive(esp(PACKET.withDestination(address("10.1.0.254"))));
        assertThat(gateway.punted).hasSize(1);
    }

    @Test
    void espOfOthersIsClearText() {
        byte[] foreign = esp(PACKET);
        byte[] datagram = datagram(foreign);
        datagram[19] = 77; // to 192.0.2.77
        assertDropped(TestPacket.frame(withChecksum(datagram)), DropReason.NO_POLICY);
    }

    private byte[] inUdp(byte[] payload) {
        byte[] datagram = new byte[8 + payload.length];
        ByteBuffer.wrap(datagram).putShort((short) 4500).putShort((short) 4500)
                .putShort((short) datagram.length).putShort((short) 0).put(payload);
        return TestPacket.of(peer.outer, gateway.outer, 17, datagram).frame();
    }

    private static byte[] withChecksum(byte[] datagram) {
        datagram[10] = 0;
        datagram[11] = 0;
        int checksum = TestPacket.checksum(Arrays.copyOf(datagram, 20));
        datagram[10] = (byte) (checksum >>> 8);
        datagram[11] = (byte) checksum;
        return datagram;
    }
}
