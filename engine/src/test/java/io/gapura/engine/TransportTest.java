package io.gapura.engine;

import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.AeadCipher;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ESP in transport mode between two gateways' own addresses, RFC 4303 §3.1.1 and RFC 3948 §2.1. */
final class TransportTest {
    private static final EspCipher CIPHER = AeadCipher.AES_128_GCM_16;
    private static final int TCP = 6;
    private static final int UDP = 17;
    /** A destination option that routers do not read, as one that they do. */
    private static final String OPTIONS = "0000010400000000";

    private final TestGateway left = new TestGateway(1);
    private final TestGateway right = new TestGateway(2);
    private final Tap leftLan = new Tap(left.lanPort);
    private final Tap leftWan = new Tap(left.wanPort);
    private final Tap rightWan = new Tap(right.wanPort);

    @AfterEach
    void balance() {
        left.assertBalanced();
        right.assertBalanced();
        left.close();
        right.close();
    }

    static Stream<Arguments> kinds() {
        return Stream.of(true, false).flatMap(ipv6 -> Stream.of(true, false).map(udp -> Arguments.of(ipv6, udp)));
    }

    private void connect(boolean ipv6, boolean udp) {
        SaSpec spec = (ipv6 ? left.spec6(right, CIPHER, true) : left.spec(right, CIPHER, true))
                .inMode(SaMode.TRANSPORT);
        connect(udp ? spec.inUdp(new UdpPorts(4500, 4500)) : spec, spec.localAddress());
    }

    /** @param seen how the receiver sees the sender: through a NAT by another address */
    private void connect(SaSpec spec, IpAddress seen) {
        AddressRange local = AddressRange.single(spec.localAddress());
        AddressRange remote = AddressRange.single(spec.remoteAddress());
        int tunnel = left.engine.openTunnel();
        left.engine.publish(Spd.compile(List.of(Policy.protect("hosts", Selector.between(local, remote), tunnel))));
        int spi = right.engine.allocateSpi();
        right.engine.installInbound(spi, spec.reversed(),
                SelectorSet.of(Selector.between(remote, AddressRange.single(seen))));
        left.engine.installOutbound(tunnel, spi, spec);
    }

    private List<byte[]> encapsulate(byte[] datagram) {
        leftLan.send(TestPacket.frame(datagram));
        left.step();
        return leftWan.receive();
    }

    /** What the other host's kernel gets. */
    private List<byte[]> decapsulate(List<byte[]> frames) {
        right.punted.clear();
        frames.forEach(rightWan::send);
        right.step();
        right.step(); // a punt behind the end of its ring is drained the next time
        return List.copyOf(right.punted);
    }

    private byte[] packet(boolean ipv6, int protocol, byte[] payload, int hops) {
        return ipv6
                ? TestPacket6.of(left.outer6, right.outer6, protocol, payload).withHopLimit(hops).bytes()
                : TestPacket.of(left.outer, right.outer, protocol, payload).withTtl(hops).bytes();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void carriesPacketsOfEverySizeThatFits(boolean ipv6, boolean udp) {
        connect(ipv6, udp);
        int header = ipv6 ? 40 : 20;
        int largest = ((1500 - header - (udp ? 8 : 0) - 8 - 8 - 16) & -4) - 2;
        for (int bytes = 0; bytes <= largest; bytes++) {
            byte[] payload = new byte[bytes];
            Arrays.fill(payload, (byte) bytes);
            List<byte[]> wire = encapsulate(packet(ipv6, 99, payload, 64));
            assertThat(wire).hasSize(1);
            assertThat(wire.getFirst().length - 14).isLessThanOrEqualTo(TestGateway.MTU);
            assertThat(decapsulate(wire)).containsExactly(packet(ipv6, 99, payload, 63));
        }
        assertThat(encapsulate(packet(ipv6, 99, new byte[largest + 1], 64))).hasSize(ipv6 ? 0 : 2);
    }

    /** What may be cut is cut when it is encrypted, RFC 4303 §3.3.4: transport mode protects whole datagrams. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cutsTheEspOfWhatMayBeCut(boolean udp) {
        connect(false, udp);
        for (int bytes : new int[] {1480, 1600}) {
            byte[] payload = new byte[bytes];
            Arrays.fill(payload, (byte) bytes);
            List<byte[]> wire = encapsulate(packet(false, 99, payload, 64));
            assertThat(wire).hasSize(2).allMatch(frame -> frame.length <= 14 + TestGateway.MTU);
            assertThat(decapsulate(wire)).containsExactly(packet(false, 99, payload, 63));
        }
        assertThat(left.ledger().generated()).isEqualTo(2);
        assertThat(right.ledger().reassembled()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void leavesTheIpHeaderInFrontAndAnnouncesEsp(boolean ipv6, boolean udp) {
        connect(ipv6, udp);
        byte[] wire = datagram(encapsulate(packet(ipv6, TCP, new byte[40], 64)).getFirst());
        byte[] sent = packet(ipv6, TCP, new byte[40], 63);
        int addresses = ipv6 ? 8 : 12;
        int header = ipv6 ? 40 : 20;
        assertThat(Arrays.copyOfRange(wire, addresses, header)).isEqualTo(Arrays.copyOfRange(sent, addresses, header));
        assertThat(wire[ipv6 ? 6 : 9]).isEqualTo((byte) (udp ? UDP : 50));
        assertThat((int) ByteBuffer.wrap(wire).getShort(ipv6 ? 4 : 2)).isEqualTo(wire.length - (ipv6 ? 40 : 0));
        if (!ipv6) {
            assertThat(TestPacket.checksum(Arrays.copyOf(wire, 20))).isZero();
        } else if (udp) {
            assertThat(TestPacket6.upperChecksum(left.outer6, right.outer6, UDP,
                    Arrays.copyOfRange(wire, 40, wire.length))).isZero();
        }
    }

    @Test
    void protectsWhatFollowsTheExtensionHeadersThatRoutersRead() {
        connect(true, false);
        TestPacket6 packet = TestPacket6.of(left.outer6, right.outer6, 99, new byte[20]).behind(60, OPTIONS)
                .behind(0, OPTIONS);
        byte[] wire = datagram(encapsulate(packet.bytes()).getFirst());
        assertThat(wire[6]).as("hop-by-hop options first").isZero();
        assertThat(wire[40]).as("then ESP").isEqualTo((byte) 50);
        List<byte[]> delivered = decapsulate(List.of(TestPacket.frame(wire)));
        assertThat(delivered).containsExactly(packet.withHopLimit(63).bytes());
    }

    @Test
    void keepsIpv4Options() {
        connect(false, false);
        byte[] plain = packet(false, 99, HexFormat.of().parseHex("94040000" + "00".repeat(20)), 64);
        ByteBuffer ip = ByteBuffer.wrap(plain).put(0, (byte) 0x46).putShort(10, (short) 0); // router alert
        ip.putShort(10, (short) TestPacket.checksum(Arrays.copyOf(plain, 24)));
        List<byte[]> delivered = decapsulate(encapsulate(plain));
        assertThat(delivered).hasSize(1);
        assertThat(Arrays.copyOfRange(delivered.getFirst(), 12, 44)).isEqualTo(Arrays.copyOfRange(plain, 12, 44));
        assertThat(TestPacket.checksum(Arrays.copyOf(delivered.getFirst(), 24))).isZero();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void refusesFragments(boolean ipv6, boolean udp) {
        connect(ipv6, udp);
        byte[] fragment = ipv6
                ? TestPacket6.of(left.outer6, right.outer6, UDP, new byte[16]).behind(44, "0000000100001234").bytes()
                : TestPacket.of(left.outer, right.outer, UDP, new byte[16]).withFlags(TestPacket.MORE_FRAGMENTS)
                        .bytes();
        assertThat(encapsulate(fragment)).isEmpty();
        left.assertDropped(DropReason.TRANSPORT_FRAGMENT, 1);
    }

    /** RFC 3948 §3.1.2: the sender summed up its own address, the NAT changed it, the receiver mends the checksum. */
    @ParameterizedTest
    @MethodSource("behindNat")
    void mendsTheChecksumBehindANat(boolean ipv6, int protocol) {
        IpAddress seen = IpAddress.of(ipv6 ? "2001:db8:ff::99" : "192.0.2.99");
        SaSpec spec = (ipv6 ? left.spec6(right, CIPHER, true) : left.spec(right, CIPHER, true))
                .inMode(SaMode.TRANSPORT).inUdp(new UdpPorts(4500, 4500));
        connect(spec, seen);
        byte[] upper = new byte[41];
        new Random(protocol).nextBytes(upper);
        int checksumAt = protocol == TCP ? 16 : 6;
        ByteBuffer.wrap(upper).putShort(4, (short) upper.length).putShort(checksumAt, (short) 0);
        ByteBuffer.wrap(upper).putShort(checksumAt, (short) checksum(spec.localAddress(), spec, protocol, upper));
        byte[] wire = encapsulate(packet(ipv6, protocol, upper, 64)).getFirst();
        System.arraycopy(seen.toBytes(), 0, wire, 14 + (ipv6 ? 8 : 12), ipv6 ? 16 : 4);
        if (!ipv6) {
            ByteBuffer.wrap(wire).putShort(24, (short) 0)
                    .putShort(24, (short) TestPacket.checksum(withoutChecksum(wire)));
        }
        List<byte[]> delivered = decapsulate(List.of(wire));
        assertThat(delivered).hasSize(1);
        byte[] arrived = Arrays.copyOfRange(delivered.getFirst(), ipv6 ? 40 : 20, delivered.getFirst().length);
        assertThat(checksum(seen, spec, protocol, arrived)).as("right for the addresses as seen").isZero();
    }

    static Stream<Arguments> behindNat() {
        return Stream.of(true, false).flatMap(ipv6 -> Stream.of(TCP, UDP).map(each -> Arguments.of(ipv6, each)));
    }

    private static byte[] withoutChecksum(byte[] frame) {
        byte[] header = Arrays.copyOfRange(frame, 14, 34);
        header[10] = 0;
        header[11] = 0;
        return header;
    }

    private static int checksum(IpAddress source, SaSpec spec, int protocol, byte[] upper) {
        if (!source.isIpv4()) {
            return TestPacket6.upperChecksum(source, spec.remoteAddress(), protocol, upper);
        }
        ByteBuffer pseudo = ByteBuffer.allocate(12 + upper.length);
        pseudo.put(source.toBytes()).put(spec.remoteAddress().toBytes()).putShort((short) protocol)
                .putShort((short) upper.length).put(upper);
        return TestPacket.checksum(pseudo.array());
    }

    @Test
    void protectsNothingThatIsNotBetweenTheTwoAddresses() {
        SaSpec spec = left.spec(right, CIPHER, true).inMode(SaMode.TRANSPORT);
        int tunnel = left.engine.openTunnel();
        left.engine.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, tunnel))));
        left.engine.installOutbound(tunnel, 0x1000, spec);
        assertThat(encapsulate(TestPacket.udp(left.network + 1, right.network + 1, 1, 2, 10).bytes())).isEmpty();
        left.assertDropped(DropReason.SELECTOR_MISMATCH, 1);
    }
}
