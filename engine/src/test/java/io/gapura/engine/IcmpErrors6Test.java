package io.gapura.engine;

import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.AeadCipher;
import io.gapura.engine.packet.DropReason;
import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ICMPv6 errors towards the clear side, RFC 4443. */
final class IcmpErrors6Test {
    private static final IpAddress HERE = IpAddress.of("2001:db8:1::1");
    private static final IpAddress THERE = IpAddress.of("2001:db8:2::2");
    private static final IpAddress GATEWAY = IpAddress.of("2001:db8:1::fe");

    private final TestGateway gateway = new TestGateway(1);
    private final TestGateway peer = new TestGateway(2);
    private final Tap lan = new Tap(gateway.lanPort);

    @BeforeEach
    void connect() {
        int tunnel = gateway.protect(peer);
        peer.receiveFrom(gateway, tunnel, gateway.spec6(peer, AeadCipher.AES_128_GCM_16, true));
    }

    @AfterEach
    void close() {
        gateway.assertBalanced();
        gateway.close();
        peer.close();
    }

    private List<byte[]> answers(TestPacket6 packet) {
        lan.send(packet.frame());
        gateway.step();
        return lan.receive();
    }

    private static void assertError(byte[] frame, TestPacket6 about, int type, int rest, int quoted) {
        byte[] error = datagram(frame);
        ByteBuffer ip = ByteBuffer.wrap(error);
        assertThat(ip.get(0) >>> 4).isEqualTo(6);
        assertThat(ip.getShort(4)).isEqualTo((short) (error.length - 40));
        assertThat(error[6]).isEqualTo((byte) 58);
        assertThat(IpAddress.of(Arrays.copyOfRange(error, 8, 24))).isEqualTo(GATEWAY);
        assertThat(IpAddress.of(Arrays.copyOfRange(error, 24, 40))).isEqualTo(about.source());
        assertThat(error[40]).isEqualTo((byte) type);
        assertThat(error[41]).isZero();
        assertThat(ip.getInt(44)).isEqualTo(rest);
        assertThat(TestPacket6.upperChecksum(GATEWAY, about.source(), 58, Arrays.copyOfRange(error, 40, error.length)))
                .as("checksum").isZero();
        assertThat(Arrays.copyOfRange(error, 48, error.length)).isEqualTo(Arrays.copyOf(about.bytes(), quoted));
    }

    @Test
    void tellsTheSenderHowMuchFits() {
        TestPacket6 packet = TestPacket6.udp(HERE, THERE, 1, 2, 1400);
        int largest = ((1500 - 40 - 8 - 8 - 16) & -4) - 2;
        assertError(answers(packet).getFirst(), packet, 2, largest, 1232);
        gateway.assertDropped(DropReason.TOO_BIG, 1);
    }

    @Test
    void tellsThatTheHopLimitRanOut() {
        TestPacket6 packet = TestPacket6.udp(HERE, THERE, 1, 2, 100).withHopLimit(1);
        assertError(answers(packet).getFirst(), packet, 3, 0, packet.bytes().length);
        gateway.assertDropped(DropReason.TTL_EXPIRED, 1);
    }

    /** RFC 4443 §2.4 (e): not about errors and redirects; about questions it is. */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "100, 0", "137, 0", "128, 1", "129, 1"})
    void sayNothingAboutErrors(int type, int answers) {
        byte[] icmp = new byte[60];
        icmp[0] = (byte) type;
        TestPacket6 packet = TestPacket6.of(HERE, THERE, 58, icmp).withHopLimit(1);
        assertThat(answers(packet)).hasSize(answers);
        assertThat(answers(packet.behind(60, "0000010400000000"))).hasSize(answers);
    }

    @Test
    void sayNothingAboutLaterFragments() {
        TestPacket6 packet = TestPacket6.of(HERE, THERE, 17, new byte[60]).behind(44, "0000000900001234")
                .withHopLimit(0);
        assertThat(answers(packet)).isEmpty();
    }

    /** RFC 4301 §6: an error passes where a packet like the one that it quotes may, whoever sent it. */
    @Test
    void fromARouterPassAsWhatTheyAreAbout() {
        byte[] quoted = TestPacket6.udp(THERE, HERE, 7, 8, 20).bytes();
        byte[] icmp = new byte[8 + quoted.length];
        icmp[0] = 1;
        System.arraycopy(quoted, 0, icmp, 8, quoted.length);
        IpAddress router = IpAddress.of("2001:db8:77::1");
        Tap wan = new Tap(gateway.wanPort);
        lan.send(TestPacket6.of(router, THERE, 58, icmp).frame());
        gateway.step();
        assertThat(wan.receive()).hasSize(1);
        lan.send(TestPacket6.of(router, IpAddress.of("2001:db8:2::3"), 58, icmp).frame());
        lan.send(TestPacket6.of(router, THERE, 58, HexFormat.of().parseHex("0100000000000000")).frame());
        gateway.step();
        assertThat(wan.receive()).as("to somebody else; without quotation").isEmpty();
        gateway.assertDropped(DropReason.NO_POLICY, 2);
    }
}
