package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.AeadCipher;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two engines back to back, with IPv4 and IPv6 inside and outside. */
final class FamiliesTest {
    private static final EspCipher CIPHER = AeadCipher.AES_256_GCM_16;
    private static final IpAddress HERE = IpAddress.of("2001:db8:1::1");
    private static final IpAddress THERE = IpAddress.of("2001:db8:2::2");
    private static final int IPV6_BYTES = 40;
    private static final String HOP_BY_HOP = "0000010400000000";
    private static final String ROUTING_SPENT = "0002000000000000" + "20010db8000200000000000000000099";
    private static final String FIRST_FRAGMENT = "0000000100001234";
    private static final String LATER_FRAGMENT = "0000000900001234";

    private final TestGateway left = new TestGateway(1);
    private final TestGateway right = new TestGateway(2);
    private final Tap leftLan = new Tap(left.lanPort);
    private final Tap leftWan = new Tap(left.wanPort);
    private final Tap rightLan = new Tap(right.lanPort);
    private final Tap rightWan = new Tap(right.wanPort);
    private int tunnel;

    @BeforeEach
    void openTunnels() {
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

    static Stream<Arguments> pairs() {
        return Stream.of(true, false).flatMap(inner -> Stream.of(true, false)
                .flatMap(outer -> Stream.of(true, false).map(udp -> Arguments.of(inner, outer, udp))));
    }

    private void connect(boolean outer6, boolean udp) {
        SaSpec spec = outer6 ? left.spec6(right, CIPHER, true) : left.spec(right, CIPHER, true);
        right.receiveFrom(left, tunnel, udp ? spec.inUdp(new UdpPorts(4501, 4500)) : spec);
    }

    private List<byte[]> encapsulate(byte[] frame) {
        leftLan.send(frame);
        left.step();
        return leftWan.receive();
    }

    private List<byte[]> decapsulate(List<byte[]> frames) {
        frames.forEach(rightWan::send);
        right.step();
        return rightLan.receive();
    }

    private static byte[] packet(boolean inner6, int bytes, int hops) {
        return inner6
                ? TestPacket6.of(HERE, THERE, 99, new byte[bytes - IPV6_BYTES]).withHopLimit(hops).bytes()
                : TestPacket.of(address("10.1.0.1"), address("10.2.0.2"), 99, new byte[bytes - 20]).withTtl(hops)
                        .bytes();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void carriesPacketsOfEverySizeThatFits(boolean inner6, boolean outer6, boolean udp) {
        connect(outer6, udp);
        int largest = ((1500 - (outer6 ? 40 : 20) - (udp ? 8 : 0) - 8 - 8 - 16) & -4) - 2;
        for (int bytes = 40; bytes <= largest; bytes++) {
            List<byte[]> wire = encapsulate(TestPacket.frame(packet(inner6, bytes, 64)));
            assertThat(wire).hasSize(1);
            assertThat(wire.getFirst().length - 14).isLessThanOrEqualTo(TestGateway.MTU);
            List<byte[]> delivered = decapsulate(wire);
            assertThat(delivered).hasSize(1);
            assertThat(datagram(delivered.getFirst())).isEqualTo(packet(inner6, bytes, 62));
            assertThat(etherType(delivered.getFirst())).isEqualTo(inner6 ? 0x86dd : 0x0800);
        }
        assertThat(encapsulate(TestPacket.frame(packet(inner6, largest + 1, 64)))).hasSize(inner6 ? 0 : 2);
    }

    private static int etherType(byte[] frame) {
        return ByteBuffer.wrap(frame).getShort(12) & 0xffff;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void writesTheOuterHeaderThatTheFamilyWants(boolean inner6, boolean outer6, boolean udp) {
        connect(outer6, udp);
        byte[] inner = packet(inner6, 100, 64);
        byte[] frame = encapsulate(TestPacket.frame(inner)).getFirst();
        assertThat(etherType(frame)).isEqualTo(outer6 ? 0x86dd : 0x0800);
        ByteBuffer ip = ByteBuffer.wrap(datagram(frame));
        if (!outer6) {
            assertThat(ip.get(0)).isEqualTo((byte) 0x45);
            assertThat(ip.get(9)).isEqualTo((byte) (udp ? 17 : 50));
            assertThat(ip.getShort(6)).as("DF, of IPv6 inside always").isEqualTo((short) (inner6 ? 0x4000 : 0));
            return;
        }
        assertThat(ip.get(0) >>> 4).isEqualTo(6);
        assertThat(ip.getShort(4)).isEqualTo((short) (ip.limit() - IPV6_BYTES));
        assertThat(ip.get(6)).isEqualTo((byte) (udp ? 17 : 50));
        assertThat(ip.get(7)).isEqualTo((byte) 64);
        assertThat(addressIn(ip, 8)).isEqualTo(left.outer6);
        assertThat(addressIn(ip, 24)).isEqualTo(right.outer6);
        if (udp) {
            byte[] upper = Arrays.copyOfRange(frame, 14 + IPV6_BYTES, frame.length);
            assertThat(ip.getShort(40)).isEqualTo((short) 4501);
            assertThat(ip.getShort(42)).isEqualTo((short) 4500);
            assertThat(ip.getShort(44)).isEqualTo((short) upper.length);
            assertThat(TestPacket6.upperChecksum(left.outer6, right.outer6, 17, upper)).as("checksum").isZero();
        }
    }

    private static IpAddress addressIn(ByteBuffer datagram, int at) {
        byte[] bytes = new byte[16];
        datagram.get(at, bytes);
        return IpAddress.of(bytes);
    }

    @Test
    void givesAllPacketsOfAnSaOneFlowLabel() {
        connect(true, false);
        int first = ByteBuffer.wrap(datagram(encapsulate(TestPacket.frame(packet(true, 100, 64))).getFirst()))
                .getInt(0);
        int second = ByteBuffer.wrap(datagram(encapsulate(TestPacket.frame(packet(false, 99, 64))).getFirst()))
                .getInt(0);
        assertThat(first & 0xf_ffff).isNotZero().isEqualTo(second & 0xf_ffff);
    }

    /** RFC 6040, in every pair of families; the DSCP is copied outside and stays inside. */
    @ParameterizedTest
    @MethodSource("pairs")
    void carriesCongestionMarksThroughTheTunnel(boolean inner6, boolean outer6, boolean udp) {
        connect(outer6, udp);
        int tos = 0x2e << 2 | 2;
        byte[] frame = inner6
                ? TestPacket6.of(HERE, THERE, 99, new byte[20]).withTrafficClass(tos).frame()
                : TestPacket.of(address("10.1.0.1"), address("10.2.0.2"), 99, new byte[20]).withTypeOfService(tos)
                        .frame();
        byte[] wire = encapsulate(frame).getFirst();
        assertThat(trafficClass(datagram(wire))).isEqualTo(tos);
        byte[] congested = outer6 ? TestPacket.flip(wire, 15, 0x10) : mark(wire);
        byte[] delivered = datagram(decapsulate(List.of(congested)).getFirst());
        assertThat(trafficClass(delivered)).isEqualTo(0x2e << 2 | 3);
    }

    /** Sets CE where ECT(0) was, and mends the IPv4 header's checksum. */
    private static byte[] mark(byte[] frame) {
        byte[] marked = TestPacket.flip(frame, 15, 1);
        ByteBuffer ip = ByteBuffer.wrap(marked);
        ip.putShort(24, (short) 0);
        ip.putShort(24, (short) TestPacket.checksum(Arrays.copyOfRange(marked, 14, 34)));
        return marked;
    }

    private static int trafficClass(byte[] datagram) {
        return datagram[0] >>> 4 == 6
                ? (ByteBuffer.wrap(datagram).getShort(0) >>> 4) & 0xff
                : datagram[1] & 0xff;
    }

    @Test
    void looksBehindExtensionHeadersForThePolicyAndLeavesThemAlone() {
        connect(true, false);
        TestPacket6 packet = TestPacket6.udp(HERE, THERE, 1, 2, 30).behind(44, FIRST_FRAGMENT).behind(43, ROUTING_SPENT)
                .behind(0, HOP_BY_HOP);
        List<byte[]> delivered = decapsulate(encapsulate(packet.frame()));
        assertThat(datagram(delivered.getFirst())).isEqualTo(packet.withHopLimit(62).bytes());
        TestPacket6 later = TestPacket6.of(HERE, THERE, 17, new byte[3]).behind(44, LATER_FRAGMENT);
        assertThat(decapsulate(encapsulate(later.frame()))).hasSize(1);
    }

    @Test
    void acceptsEspBehindExtensionHeadersOutside() {
        connect(true, false);
        byte[] esp = datagram(encapsulate(TestPacket.frame(packet(true, 100, 64))).getFirst());
        TestPacket6 behind = TestPacket6.of(left.outer6, right.outer6, 50, Arrays.copyOfRange(esp, 40, esp.length))
                .behind(60, HOP_BY_HOP).behind(0, HOP_BY_HOP);
        assertThat(datagram(decapsulate(List.of(behind.frame())).getFirst())).isEqualTo(packet(true, 100, 62));
    }

    @Test
    void doesNotTakeTheSpiOfAnotherAddress() {
        connect(true, false);
        byte[] esp = encapsulate(TestPacket.frame(packet(true, 100, 64))).getFirst();
        assertThat(decapsulate(List.of(TestPacket.flip(esp, 14 + 24 + 7, 1)))).isEmpty();
        assertThat(right.ledger().drops().keySet()).containsExactly(DropReason.NO_POLICY);
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:1::1, ::1", "::1, 2001:db8:2::2", "::, 2001:db8:2::2", "2001:db8:1::1, ff02::1",
        "2001:db8:1::1, fe80::1", "fe80::1, 2001:db8:2::2", "::10.0.0.1, 2001:db8:2::2"})
    void forwardsNoMartians(String source, String destination) {
        connect(true, false);
        TestPacket6 packet = TestPacket6.udp(IpAddress.of(source), IpAddress.of(destination), 1, 2, 3);
        assertThat(encapsulate(packet.frame())).isEmpty();
        left.assertDropped(DropReason.MARTIAN, 1);
    }

    @Test
    void dropsWhatContradictsItself() {
        connect(true, false);
        TestPacket6 packet = TestPacket6.udp(HERE, THERE, 1, 2, 30);
        leftLan.send(TestPacket.flip(packet.frame(), 14, 0x10)); // version 7
        leftLan.send(packet.behind(60, HOP_BY_HOP).behind(0, HOP_BY_HOP).behind(60, HOP_BY_HOP).frame()); // hop-by-hop late
        leftLan.send(packet.behind(60, "00ff010400000000").frame()); // longer than the packet
        TestPacket6 chain = packet;
        for (int count = 0; count < 7; count++) {
            chain = chain.behind(60, HOP_BY_HOP);
        }
        leftLan.send(chain.frame());
        left.step();
        left.assertDropped(DropReason.BAD_HEADER, 4);
        assertThat(leftWan.receive()).isEmpty();
    }

    @Test
    void dropsWhatEndsBeforeItsHeadersSay() {
        connect(true, false);
        byte[] frame = TestPacket6.udp(HERE, THERE, 1, 2, 30).frame();
        leftLan.send(Arrays.copyOf(frame, frame.length - 1));
        leftLan.send(Arrays.copyOf(frame, 14 + 39));
        left.step();
        left.assertDropped(DropReason.RUNT, 2);
    }

    @Test
    void refusesClearTextThatShouldBeProtected() {
        rightWan.send(TestPacket6.udp(HERE, THERE, 1, 2, 30).frame());
        right.step();
        right.assertDropped(DropReason.CLEAR_TEXT, 1);
    }

    /** RFC 4301 §6: a router on the left, in no selector, tells a host on the right of the host's own packet. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void icmpErrorsPassAsWhatTheyAreAbout(boolean inner6) {
        connect(true, false);
        byte[] quoted = inner6
                ? TestPacket6.udp(THERE, HERE, 7, 8, 20).bytes()
                : TestPacket.udp(address("10.2.0.2"), address("10.1.0.1"), 7, 8, 20).bytes();
        byte[] icmp = new byte[8 + quoted.length];
        icmp[0] = (byte) (inner6 ? 1 : 3);
        System.arraycopy(quoted, 0, icmp, 8, quoted.length);
        byte[] error = inner6
                ? TestPacket6.of(IpAddress.of("2001:db8:77::1"), THERE, 58, icmp).bytes()
                : TestPacket.of(address("172.16.0.1"), address("10.2.0.2"), 1, icmp).bytes();
        assertThat(decapsulate(encapsulate(TestPacket.frame(error)))).hasSize(1);
        icmp[0] = (byte) (inner6 ? 128 : 8);
        byte[] echo = inner6
                ? TestPacket6.of(IpAddress.of("2001:db8:77::1"), THERE, 58, icmp).bytes()
                : TestPacket.of(address("172.16.0.1"), address("10.2.0.2"), 1, icmp).bytes();
        assertThat(encapsulate(TestPacket.frame(echo))).as("no error").isEmpty();
    }
}
