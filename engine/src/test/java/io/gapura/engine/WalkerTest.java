package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.explain.PacketWalk;
import io.gapura.engine.explain.PacketWalk.Verdict;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an explanation says is what the engine then does. */
final class WalkerTest {
    private static final TestPacket PACKET = TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 4000, 53, 100);

    private final TestGateway gateway = new TestGateway(1);
    private final TestGateway peer = new TestGateway(2);
    private final Tap lan = new Tap(gateway.lanPort);
    private final Tap wan = new Tap(gateway.wanPort);
    private int tunnel;
    private int spi;

    @BeforeEach
    void connect() {
        tunnel = gateway.engine.openTunnel();
        gateway.engine.publish(Spd.compile(List.of(
                Policy.discard("policies[0]", to("10.2.9.0", 24)), Policy.bypass("policies[1]", to("10.3.0.0", 16)),
                Policy.protect("peer/net", gateway.selector(peer), tunnel))));
        gateway.engine.publish(gateway.routes(2).add(address("10.3.0.0"), 16, TestGateway.wan())
                .add(address("10.3.1.0"), 24, Adjacency.unresolved(TestGateway.WAN, TestGateway.MTU)).build());
        spi = peer.receiveFrom(gateway, tunnel, gateway.spec(peer, EspCipher.AES_128_GCM_16, true));
    }

    @AfterEach
    void balance() {
        gateway.assertBalanced();
        gateway.close();
        peer.close();
    }

    private static Selector to(String network, int bits) {
        return Selector.between(AddressRange.ANY, AddressRange.prefix(address(network), bits));
    }

    private PacketWalk walk(byte[] datagram, PortRole from) {
        try (Arena arena = Arena.ofConfined()) {
            long ip = arena.allocate(Math.max(64, datagram.length)).address();
            Memory.copy(datagram, 0, ip, datagram.length);
            return gateway.engine.walk(ip, datagram.length, from);
        }
    }

    /** The explanation, held against what the engine does with the same packet. */
    private PacketWalk explained(TestPacket packet, PortRole from) {
        return explained(packet.bytes(), from);
    }

    private PacketWalk explained(byte[] datagram, PortRole from) {
        PacketWalk walk = walk(datagram, from);
        (from == PortRole.PROTECTED ? lan : wan).send(TestPacket.frame(datagram));
        gateway.step();
        List<byte[]> sent = wan.receive();
        DropReason reason = walk.reason();
        if (reason != null) {
            gateway.assertDropped(reason, 1);
            assertThat(sent).isEmpty();
        } else if (walk.verdict() == Verdict.HELD) {
            assertThat(gateway.ledger().held()).isEqualTo(1);
        } else if (walk.verdict() == Verdict.KERNEL) {
            assertThat(gateway.punted).hasSize(1);
        } else if (walk.verdict() != Verdict.DECRYPTED) {
            assertThat(sent).hasSizeGreaterThanOrEqualTo(walk.verdict() == Verdict.FRAGMENTED ? 2 : 1);
            assertThat(walk.egress()).isEqualTo(TestGateway.WAN);
            if (walk.verdict() == Verdict.PROTECTED) {
                assertThat(sent.getFirst()).hasSize(14 + walk.sentBytes());
            }
        }
        return walk;
    }

    @Test
    void protectedPackets() {
        PacketWalk walk = explained(PACKET, PortRole.PROTECTED);
        assertThat(walk.verdict()).isEqualTo(Verdict.PROTECTED);
        assertThat(walk.policy()).extracting(Policy::name).isEqualTo("peer/net");
        assertThat(walk.spi()).isEqualTo(spi);
        assertThat(walk.worker()).isZero();
        assertThat(walk.mtu()).isEqualTo(1446);
        assertThat(walk.packetBytes()).isEqualTo(128);
    }

    @Test
    void packetsThatAreTooBig() {
        TestPacket large = TestPacket.udp(PACKET.source(), PACKET.destination(), 1, 2, 1419);
        assertThat(explained(large.withFlags(TestPacket.DONT_FRAGMENT), PortRole.PROTECTED).mtu()).isEqualTo(1446);
        lan.receive();
    }

    @Test
    void packetsOfTunnelsThatAreDown() {
        gateway.engine.clearTunnel(tunnel);
        assertThat(explained(PACKET, PortRole.PROTECTED).verdict()).isEqualTo(Verdict.HELD);
        gateway.pass(Duration.ofSeconds(5));
        gateway.step();
        gateway.assertDropped(DropReason.ACQUIRE_TIMEOUT, 1);
    }

    @Test
    void discardedPackets() {
        PacketWalk walk = explained(PACKET.withDestination(address("10.2.9.1")), PortRole.PROTECTED);
        assertThat(walk.policy()).extracting(Policy::name).isEqualTo("policies[0]");
    }

    @Test
    void bypassedPackets() {
        assertThat(explained(PACKET.withDestination(address("10.3.0.1")), PortRole.PROTECTED).verdict())
                .isEqualTo(Verdict.FORWARDED);
    }

    @Test
    void packetsWhoseNextHopTheKernelMustFind() {
        assertThat(explained(PACKET.withDestination(address("10.3.1.1")), PortRole.PROTECTED).verdict())
                .isEqualTo(Verdict.KERNEL);
    }

    @Test
    void packetsThatNoPolicySpeaksOf() {
        assertThat(explained(PACKET.withDestination(address("10.4.0.1")), PortRole.PROTECTED).reason())
                .isEqualTo(DropReason.NO_POLICY);
    }

    @Test
    void martiansAndBadHeaders() {
        assertThat(explained(PACKET.withSource(address("127.0.0.1")), PortRole.PROTECTED).reason())
                .isEqualTo(DropReason.MARTIAN);
        assertThat(walk(TestPacket.flip(PACKET.bytes(), 10, 1), PortRole.PROTECTED).reason())
                .isEqualTo(DropReason.BAD_HEADER);
        assertThat(walk(Arrays.copyOf(PACKET.bytes(), 19), PortRole.PROTECTED).reason()).isEqualTo(DropReason.RUNT);
        assertThat(walk(Arrays.copyOf(PACKET.bytes(), 50), PortRole.PROTECTED).reason()).isEqualTo(DropReason.RUNT);
    }

    @Test
    void clearTextThatShouldBeProtected() {
        TestPacket inbound = PACKET.withSource(PACKET.destination()).withDestination(PACKET.source());
        PacketWalk walk = explained(inbound, PortRole.UNPROTECTED);
        assertThat(walk.reason()).isEqualTo(DropReason.CLEAR_TEXT);
        assertThat(walk.policy()).extracting(Policy::name).isEqualTo("peer/net");
    }

    @Test
    void whatIsTheKernels() {
        assertThat(explained(PACKET.withDestination(gateway.outer), PortRole.UNPROTECTED).verdict())
                .isEqualTo(Verdict.KERNEL);
    }

    @Test
    void espOfOursAndOfNobody() {
        int ours = gateway.receiveFrom(peer, peer.protect(gateway), peer.spec(gateway, EspCipher.AES_128_GCM_16, true));
        byte[] esp = new byte[100];
        Arrays.fill(esp, (byte) 1);
        TestPacket unknown = TestPacket.of(peer.outer, gateway.outer, 50, esp);
        assertThat(explained(unknown, PortRole.UNPROTECTED).reason()).isEqualTo(DropReason.UNKNOWN_SPI);
        for (int at = 0; at < 4; at++) {
            esp[at] = (byte) (ours >>> (24 - 8 * at));
        }
        PacketWalk walk = walk(TestPacket.of(peer.outer, gateway.outer, 50, esp).bytes(), PortRole.UNPROTECTED);
        assertThat(walk.verdict()).isEqualTo(Verdict.DECRYPTED);
        assertThat(walk.spi()).isEqualTo(ours);
        assertThat(gateway.engine.inboundCounters(ours).notAuthentic()).isZero();
    }

    @Test
    void packetsThatLeaveByAh() {
        spi = peer.receiveFrom(gateway, tunnel, gateway.spec(peer, AhMac.of("sha256"), true));
        PacketWalk walk = explained(PACKET, PortRole.PROTECTED);
        assertThat(walk.verdict()).isEqualTo(Verdict.PROTECTED);
        assertThat(walk.mtu()).isEqualTo(TestGateway.MTU - 20 - 28);
        assertThat(walk.sentBytes()).isEqualTo(PACKET.bytes().length + 20 + 28);
    }

    @Test
    void ahOfOursAndOfNobody() {
        int ours = gateway.receiveFrom(peer, peer.protect(gateway), peer.spec(gateway, AhMac.of("sha256"), true));
        assertThat(explained(ah(ours + 1, 5), PortRole.UNPROTECTED).reason()).isEqualTo(DropReason.UNKNOWN_SPI);
        assertThat(walk(ah(ours, 4).bytes(), PortRole.UNPROTECTED).reason()).isEqualTo(DropReason.BAD_AH_LENGTH);
        assertThat(walk(esp(ours).bytes(), PortRole.UNPROTECTED).reason()).isEqualTo(DropReason.WRONG_PROTOCOL);
        PacketWalk walk = walk(ah(ours, 5).bytes(), PortRole.UNPROTECTED);
        assertThat(walk.verdict()).isEqualTo(Verdict.DECRYPTED);
        assertThat(walk.way()).isEqualTo(PacketWalk.Way.INBOUND_AH);
        assertThat(walk.spi()).isEqualTo(ours);
    }

    private TestPacket ah(int named, int length) {
        byte[] ah = ByteBuffer.allocate(100).put(1, (byte) length).putInt(4, named).putInt(8, 1).array();
        return TestPacket.of(peer.outer, gateway.outer, 51, ah);
    }

    private TestPacket esp(int named) {
        return TestPacket.of(peer.outer, gateway.outer, 50, ByteBuffer.allocate(100).putInt(named).array());
    }
}
