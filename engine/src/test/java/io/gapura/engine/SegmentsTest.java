package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What TCP may offer to receive through a tunnel. */
final class SegmentsTest {
    /** The tunnel takes 1446 bytes: less IPv4 and TCP. */
    private static final int FITS = 1406;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    private final TestGateway left = new TestGateway(1);
    private final TestGateway right = new TestGateway(2);
    private final Tap leftLan = new Tap(left.lanPort);
    private final Tap leftWan = new Tap(left.wanPort);
    private final Tap rightLan = new Tap(right.lanPort);
    private final Tap rightWan = new Tap(right.wanPort);
    private int tunnel;

    @BeforeEach
    void protect() {
        tunnel = left.protect(right);
        right.protect(left);
    }

    @AfterEach
    void balance() {
        left.assertBalanced();
        right.assertBalanced();
        left.close();
        right.close();
    }

    private SaSpec plain() {
        return left.spec(right, EspCipher.AES_128_GCM_16, true);
    }

    /** A segment with options, its checksum right. */
    private static TestPacket segment(int flags, String options) {
        byte[] optionBytes = HexFormat.of().parseHex(options);
        ByteBuffer tcp = ByteBuffer.allocate(20 + optionBytes.length);
        tcp.putShort((short) 4000).putShort((short) 443).putInt(7).putInt(0)
                .put((byte) ((tcp.capacity() / 4) << 4)).put((byte) flags).putShort((short) 1024).putInt(0)
                .put(optionBytes);
        TestPacket packet = TestPacket.of(address("10.1.0.1"), address("10.2.0.2"), 6, tcp.array());
        tcp.putShort(16, (short) checksum(packet.bytes()));
        return TestPacket.of(packet.source(), packet.destination(), 6, tcp.array());
    }

    /** Over pseudo header and segment, which end on a 16-bit word: 0 if the segment's own is right. */
    private static int checksum(byte[] ip) {
        ByteBuffer summed = ByteBuffer.allocate(12 + ip.length - 20);
        summed.put(ip, 12, 8).putShort((short) 6).putShort((short) (ip.length - 20)).put(ip, 20, ip.length - 20);
        return TestPacket.checksum(summed.array());
    }

    private byte[] through(TestPacket packet) {
        leftLan.send(packet.frame());
        left.step();
        leftWan.receive().forEach(rightWan::send);
        right.step();
        List<byte[]> delivered = rightLan.receive();
        assertThat(delivered).hasSize(1);
        byte[] ip = datagram(delivered.getFirst());
        assertThat(checksum(ip)).isZero();
        return ip;
    }

    @ParameterizedTest
    @CsvSource({"020405b4, 2", "01020405b4010101, 3", "0402020405b4, 4",
        "0402080a000000010000000001020405b4000000, 15"})
    void lowersWhatASynOffersWhereverItStands(String options, int at) {
        right.receiveFrom(left, tunnel, plain().clampingMss());
        String padded = options + "00".repeat((8 - options.length() % 8) % 8 / 2);
        for (int flags : new int[] {SYN, SYN | ACK}) {
            byte[] ip = through(segment(flags, padded));
            assertThat(ByteBuffer.wrap(ip).getShort(40 + at)).isEqualTo((short) FITS);
        }
    }

    /** IPv6's header is longer by 20 bytes. */
    @ParameterizedTest
    @CsvSource({"false, 1386", "true, 1366"})
    void lowersWhatASynOfIpv6Offers(boolean outer6, int fits) {
        SaSpec spec = outer6 ? left.spec6(right, EspCipher.AES_128_GCM_16, true) : plain();
        right.receiveFrom(left, tunnel, spec.clampingMss());
        for (String extension : List.of("", "0000010400000000")) {
            TestPacket6 syn = segment6("020405b4");
            TestPacket6 sent = extension.isEmpty() ? syn : syn.behind(60, extension);
            leftLan.send(sent.frame());
            left.step();
            leftWan.receive().forEach(rightWan::send);
            right.step();
            byte[] ip = datagram(rightLan.receive().getFirst());
            byte[] tcp = Arrays.copyOfRange(ip, 40 + extension.length() / 2, ip.length);
            assertThat(ByteBuffer.wrap(tcp).getShort(22)).isEqualTo((short) fits);
            assertThat(TestPacket6.upperChecksum(sent.source(), sent.destination(), 6, tcp)).isZero();
        }
    }

    private static TestPacket6 segment6(String options) {
        IpAddress here = IpAddress.of("2001:db8:1::1");
        IpAddress there = IpAddress.of("2001:db8:2::2");
        ByteBuffer tcp = ByteBuffer.allocate(24);
        tcp.putShort((short) 4000).putShort((short) 443).putInt(7).putInt(0).put((byte) 0x60).put((byte) SYN)
                .putShort((short) 1024).putInt(0).put(HexFormat.of().parseHex(options));
        tcp.putShort(16, (short) TestPacket6.upperChecksum(here, there, 6, tcp.array()));
        return TestPacket6.of(here, there, 6, tcp.array());
    }

    /** The peer may not clamp: what its hosts offer is what ours will send through the tunnel. */
    @Test
    void lowersWhatComesThroughTheTunnelToo() {
        int spi = right.engine.allocateSpi();
        right.engine.installInbound(spi, plain().reversed().clampingMss(),
                SelectorSet.of(right.selector(left)));
        left.engine.installOutbound(tunnel, spi, plain());
        assertThat(ByteBuffer.wrap(through(segment(SYN, "020405b4"))).getShort(42)).isEqualTo((short) FITS);
    }

    /** The way back is narrower than its first link, or becomes it, and wider again. */
    @Test
    void followsThePathAndTheRoutes() {
        int spi = right.engine.allocateSpi();
        right.engine.installInbound(spi, plain().reversed().clampingMss(), SelectorSet.of(right.selector(left)));
        left.engine.installOutbound(tunnel, spi, plain());
        int back = right.protect(left);
        left.receiveFrom(right, back, right.spec(left, EspCipher.AES_128_GCM_16, true).clampingMss());
        assertThat(offered()).isEqualTo(FITS);

        rightLan.send(TestPacket.udp(address("10.2.0.2"), address("10.1.0.1"), 1, 2, 1300).frame());
        right.step();
        tooBig(rightWan.receive().getFirst(), 1300);
        assertThat(offered()).isEqualTo(FITS - 200);
        right.engine.publish(right.routes(1).add(address("192.0.2.0"), 24,
                Adjacency.resolved(TestGateway.WAN, 1280, 1, 2)).build());
        assertThat(offered()).isEqualTo(FITS - 220);
        right.engine.publish(right.routes(1).build());
        right.pass(Duration.ofMinutes(10));
        right.step();
        assertThat(offered()).isEqualTo(FITS);
    }

    private int offered() {
        return ByteBuffer.wrap(through(segment(SYN, "020405b4"))).getShort(42);
    }

    /** What a router says of the right gateway's ESP. */
    private void tooBig(byte[] esp, int mtu) {
        ByteBuffer icmp = ByteBuffer.allocate(8 + 64);
        icmp.put((byte) 3).put((byte) 4).putShort(6, (short) mtu).put(8, datagram(esp), 0, 64);
        icmp.putShort(2, (short) TestPacket.checksum(icmp.array()));
        rightWan.send(TestPacket.of(address("192.0.2.99"), right.outer, 1, icmp.array()).frame());
        right.step();
    }

    @ParameterizedTest
    @CsvSource({"2, 0204057e", "16, 020405b4", "2, 0200ffff", "2, 02ffffff", "2, 00020405", "2, 01010102",
        "2, 030402ff"})
    void leavesEverythingElse(int flags, String options) {
        right.receiveFrom(left, tunnel, plain().clampingMss());
        TestPacket packet = segment(flags, options);
        assertThat(through(packet)).isEqualTo(packet.withTtl(62).bytes());
    }

    @Test
    void lowersNothingUnlessTold() {
        right.receiveFrom(left, tunnel, plain());
        TestPacket packet = segment(SYN, "020405b4");
        assertThat(through(packet)).isEqualTo(packet.withTtl(62).bytes());
    }

    @Test
    void copesWithSegmentsThatLieAboutTheirLength() {
        right.receiveFrom(left, tunnel, plain().clampingMss());
        byte[] tcp = HexFormat.of().parseHex("0fa001bb0000000700000000f002040000000000");
        assertThat(tcp).hasSize(20);
        leftLan.send(TestPacket.of(address("10.1.0.1"), address("10.2.0.2"), 6, tcp).frame());
        left.step();
        assertThat(leftWan.receive()).hasSize(1);
    }
}
