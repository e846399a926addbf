package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sender on the protected side learns, RFC 792, RFC 1191, RFC 1812 §4.3.2. */
final class IcmpErrorsTest {
    private static final int RATE = 1000;

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

    private List<byte[]> answersTo(TestPacket packet) {
        lan.send(packet.frame());
        gateway.step();
        assertThat(wan.receive()).isEmpty();
        return lan.receive();
    }

    private static TestPacket unfragmentable(int bytes) {
        return TestPacket.udp(address("10.1.0.7"), address("10.2.0.2"), 1, 2, bytes - 28)
                .withFlags(TestPacket.DONT_FRAGMENT);
    }

    private static void assertIsError(byte[] frame, int type, int code, int mtu, TestPacket about) {
        assertThat(Arrays.copyOf(frame, 6)).as("to the next hop towards the sender").containsExactly(2, 0, 0, 0, 0,
                0xaa);
        byte[] ip = datagram(frame);
        byte[] icmp = Arrays.copyOfRange(ip, 20, ip.length);
        ByteBuffer fields = ByteBuffer.wrap(ip);
        assertThat(TestPacket.checksum(Arrays.copyOf(ip, 20))).isZero();
        assertThat(TestPacket.checksum(icmp)).isZero();
        assertThat(fields.getInt(12)).isEqualTo(address("10.1.0.254"));
        assertThat(fields.getInt(16)).isEqualTo(about.source());
        assertThat(fields.getShort(2)).isEqualTo((short) ip.length);
        assertThat(icmp[0]).isEqualTo((byte) type);
        assertThat(icmp[1]).isEqualTo((byte) code);
        assertThat(fields.getInt(24)).isEqualTo(mtu);
        byte[] original = about.bytes();
        assertThat(Arrays.copyOfRange(icmp, 8, icmp.length))
                .isEqualTo(Arrays.copyOf(original, Math.min(original.length, 548)));
    }

    @Test
    void namesTheLargestPacketThatFitsTheTunnel() {
        TestPacket tooBig = unfragmentable(1447);
        List<byte[]> answers = answersTo(tooBig);
        assertThat(answers).hasSize(1);
        assertIsError(answers.getFirst(), 3, 4, 1446, tooBig);
        assertThat(gateway.ledger().generated()).isEqualTo(1);
        gateway.assertDropped(DropReason.TOO_BIG, 1);
    }

    @Test
    void allowsForUdpInTheOuterHeader() {
        peer.receiveFrom(gateway, tunnel,
                gateway.spec(peer, EspCipher.AES_256_GCM_16, true).inUdp(new UdpPorts(4500, 4500)));
        TestPacket tooBig = unfragmentable(1439);
        assertIsError(answersTo(tooBig).getFirst(), 3, 4, 1438, tooBig);
    }

    @Test
    void tellsThatTheTimeToLiveRanOut() {
        TestPacket dying = unfragmentable(100).withTtl(1);
        assertIsError(answersTo(dying).getFirst(), 11, 0, 0, dying);
        gateway.assertDropped(DropReason.TTL_EXPIRED, 1);
    }

    @Test
    void isSilentAboutIcmpErrors() {
        byte[] unreachable = {3, 1, 0, 0, 0, 0, 0, 0};
        assertThat(answersTo(TestPacket.of(address("10.1.0.7"), address("10.2.0.2"), 1, unreachable).withTtl(1)))
                .isEmpty();
        byte[] echo = {8, 0, 0, 0, 0, 0, 0, 0};
        assertThat(answersTo(TestPacket.of(address("10.1.0.7"), address("10.2.0.2"), 1, echo).withTtl(1))).hasSize(1);
    }

    @Test
    void isSilentAboutLaterFragments() {
        assertThat(answersTo(unfragmentable(100).withTtl(1).withFlags(8))).isEmpty();
    }

    @Test
    void stopsAtItsRate() {
        int answers = 0;
        for (int packet = 0; packet < RATE + 200; packet++) {
            answers += answersTo(unfragmentable(100).withTtl(1)).size();
        }
        assertThat(answers).isBetween(RATE, 2 * RATE).isLessThan(RATE + 200);
        gateway.assertDropped(DropReason.TTL_EXPIRED, RATE + 200);
    }
}
