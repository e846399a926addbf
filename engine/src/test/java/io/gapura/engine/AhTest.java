package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static io.gapura.engine.TestPacket.flip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.SuiteChoice;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AH between two engines back to back, RFC 4302. */
final class AhTest {
    private static final IpAddress HERE = IpAddress.of("2001:db8:1::1");
    private static final IpAddress THERE = IpAddress.of("2001:db8:2::2");
    private static final AhMac SHA256 = AhMac.of("sha256");
    private static final int AH = 51;
    private static final String OPTIONS = "0000010400000000";

    private final TestGateway left = new TestGateway(1, SuiteChoice.preferred());
    private final TestGateway right = new TestGateway(2, SuiteChoice.preferred());
    private final Tap leftLan = new Tap(left.lanPort);
    private final Tap leftWan = new Tap(left.wanPort);
    private final Tap rightLan = new Tap(right.lanPort);
    private final Tap rightWan = new Tap(right.wanPort);
    private int tunnel;
    private int spi;

    @AfterEach
    void balance() {
        left.assertBalanced();
        right.assertBalanced();
        left.close();
        right.close();
    }

    private SaSpec spec(EspCipher mac, boolean outer6, boolean esn) {
        return outer6 ? left.spec6(right, mac, esn) : left.spec(right, mac, esn);
    }

    private void connectTunnel(SaSpec spec) {
        tunnel = left.protect(right);
        right.protect(left);
        spi = right.receiveFrom(left, tunnel, spec);
    }

    private void connectHosts(EspCipher mac, boolean ipv6, boolean esn) {
        SaSpec spec = spec(mac, ipv6, esn).inMode(SaMode.TRANSPORT);
        AddressRange local = AddressRange.single(spec.localAddress());
        AddressRange remote = AddressRange.single(spec.remoteAddress());
        tunnel = left.engine.openTunnel();
        left.engine.publish(Spd.compile(List.of(Policy.protect("hosts", Selector.between(local, remote), tunnel))));
        spi = right.engine.allocateSpi();
        right.engine.installInbound(spi, spec.reversed(), SelectorSet.of(Selector.between(remote, local)));
        left.engine.installOutbound(tunnel, spi, spec);
    }

    private List<byte[]> encapsulate(byte[] datagram) {
        leftLan.send(TestPacket.frame(datagram));
        left.step();
        return leftWan.receive();
    }

    private List<byte[]> decapsulate(List<byte[]> frames) {
        frames.forEach(rightWan::send);
        right.step();
        return rightLan.receive();
    }

    /** What the other host's kernel gets. */
    private List<byte[]> deliver(List<byte[]> frames) {
        right.punted.clear();
        frames.forEach(rightWan::send);
        right.step();
        right.step();
        return List.copyOf(right.punted);
    }

    private static byte[] packet(boolean ipv6, int bytes, int hops) {
        return ipv6
                ? TestPacket6.of(HERE, THERE, 99, new byte[bytes - 40]).withHopLimit(hops).bytes()
                : TestPacket.of(address("10.1.0.1"), address("10.2.0.2"), 99, new byte[bytes - 20]).withTtl(hops)
                        .bytes();
    }

    private byte[] hostPacket(boolean ipv6, byte[] payload, int hops) {
        return ipv6
                ? TestPacket6.of(left.outer6, right.outer6, 99, payload).withHopLimit(hops).bytes()
                : TestPacket.of(left.outer, right.outer, 99, payload).withTtl(hops).bytes();
    }

    static Stream<Arguments> pairs() {
        return Stream.of(true, false).flatMap(inner -> Stream.of(true, false).map(outer -> Arguments.of(inner, outer)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void tunnelsPacketsOfEverySizeThatFits(boolean inner6, boolean outer6) {
        connectTunnel(spec(SHA256, outer6, true));
        int largest = 1500 - (outer6 ? 40 + 32 : 20 + 28);
        for (int bytes = 40; bytes <= largest; bytes++) {
            List<byte[]> wire = encapsulate(packet(inner6, bytes, 64));
            assertThat(wire).hasSize(1);
            assertThat(wire.getFirst().length - 14).isEqualTo(bytes + 1500 - largest);
            List<byte[]> delivered = decapsulate(wire);
            assertThat(delivered).hasSize(1);
            assertThat(datagram(delivered.getFirst())).isEqualTo(packet(inner6, bytes, 62));
        }
        byte[] tooBig = packet(inner6, largest + 1, 64);
        if (!inner6) {
            tooBig = TestPacket.of(address("10.1.0.1"), address("10.2.0.2"), 99, new byte[largest + 1 - 20])
                    .withFlags(TestPacket.DONT_FRAGMENT).bytes();
        }
        assertThat(encapsulate(tooBig)).isEmpty();
    }

    static Stream<Arguments> macs() {
        return AhMac.all().stream().flatMap(mac -> Stream.of(true, false)
                .flatMap(ipv6 -> Stream.of(true, false).map(esn -> Arguments.of(mac, ipv6, esn))));
    }

    @ParameterizedTest
    @MethodSource("macs")
    void tunnelsByEveryMac(AhMac mac, boolean outer6, boolean esn) {
        connectTunnel(spec(mac, outer6, esn));
        for (int packet = 0; packet < 5; packet++) {
            List<byte[]> delivered = decapsulate(encapsulate(packet(packet % 2 == 0, 60 + 7 * packet, 64)));
            assertThat(delivered).hasSize(1);
            assertThat(datagram(delivered.getFirst())).isEqualTo(packet(packet % 2 == 0, 60 + 7 * packet, 62));
        }
    }

    @ParameterizedTest
    @MethodSource("macs")
    void protectsHostsByEveryMac(AhMac mac, boolean ipv6, boolean esn) {
        connectHosts(mac, ipv6, esn);
        byte[] payload = HexFormat.of().parseHex("00112233445566778899aabbccddeeff01");
        List<byte[]> wire = encapsulate(hostPacket(ipv6, payload, 64));
        byte[] sent = datagram(wire.getFirst());
        assertThat(sent[ipv6 ? 6 : 9]).as("AH").isEqualTo((byte) AH);
        assertThat(sent[ipv6 ? 40 : 20]).as("what it carries").isEqualTo((byte) 99);
        assertThat((sent.length - payload.length) % (ipv6 ? 8 : 4)).as("padded").isZero();
        assertThat(deliver(wire)).containsExactly(hostPacket(ipv6, payload, 63));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void protectsHostsPacketsOfEverySizeThatFits(boolean ipv6) {
        connectHosts(SHA256, ipv6, true);
        int largest = 1500 - (ipv6 ? 40 + 32 : 20 + 28);
        for (int bytes = 0; bytes <= largest; bytes++) {
            assertThat(deliver(encapsulate(hostPacket(ipv6, new byte[bytes], 64))))
                    .containsExactly(hostPacket(ipv6, new byte[bytes], 63));
        }
        List<byte[]> cut = encapsulate(hostPacket(ipv6, new byte[largest + 1], 64));
        assertThat(cut).hasSize(ipv6 ? 0 : 2);
        assertThat(deliver(cut)).hasSize(ipv6 ? 0 : 1);
    }

    static Stream<Arguments> tampered() {
        return Stream.of("sha256", "aes128gmac")
                .flatMap(mac -> Stream.of(true, false).map(ipv6 -> Arguments.of(AhMac.of(mac), ipv6)));
    }

    /** Each octet of the packet is changed on the way, in a packet of its own. */
    @ParameterizedTest
    @MethodSource("tampered")
    void letsPassWhatRoutersMayChangeAndNothingElse(AhMac mac, boolean ipv6) {
        connectTunnel(spec(mac, ipv6, true));
        int bytes = encapsulate(packet(false, 60, 64)).getFirst().length - 14;
        Set<Integer> unnoticed = new TreeSet<>();
        for (int at = 0; at < bytes; at++) {
            if (!ipv6 && at == 7) {
                continue; // it would be a fragment, and wait for the others
            }
            int bits = !ipv6 && at == 6 ? 0x40 : 1; // "don't fragment": the other bits would make it a fragment
            byte[] changed = flip(encapsulate(packet(false, 60, 64)).getFirst(), 14 + at, bits);
            if (!decapsulate(List.of(ipv6 ? changed : withChecksum(changed))).isEmpty()) {
                unnoticed.add(at);
            }
        }
        // The checksum is among them: it was mended.
        assertThat(unnoticed).isEqualTo(ipv6 ? Set.of(0, 1, 2, 3, 7) : Set.of(1, 6, 8, 10, 11));
        right.assertBalanced();
    }

    private static byte[] withChecksum(byte[] frame) {
        byte[] mended = frame.clone();
        ByteBuffer ip = ByteBuffer.wrap(mended);
        int headerBytes = (mended[14] & 0xf) * 4;
        if (14 + headerBytes <= mended.length) {
            ip.putShort(24, (short) 0);
            ip.putShort(24, (short) TestPacket.checksum(Arrays.copyOfRange(mended, 14, 14 + headerBytes)));
        }
        return mended;
    }

    private void assertRefused(byte[] frame, DropReason reason) {
        assertThat(decapsulate(List.of(frame))).isEmpty();
        right.assertDropped(reason, 1);
    }

    @Test
    void takesAPacketOnce() {
        connectTunnel(spec(SHA256, false, false));
        List<byte[]> wire = encapsulate(packet(false, 60, 64));
        assertThat(decapsulate(List.of(wire.getFirst(), wire.getFirst()))).hasSize(1);
        right.assertDropped(DropReason.REPLAYED, 1);
        assertThat(right.engine.inboundCounters(spi).replayed()).isEqualTo(1);
    }

    /** Attack case F2: what is forged moves no window. */
    @Test
    void movesTheWindowByWhatIsAuthenticAlone() {
        connectTunnel(spec(SHA256, false, false));
        byte[] wire = encapsulate(packet(false, 60, 64)).getFirst();
        byte[] later = flip(wire, 14 + 20 + 9, 0x10);
        assertThat(decapsulate(List.of(later, wire))).hasSize(1);
        right.assertDropped(DropReason.NOT_AUTHENTIC, 1);
        assertThat(right.engine.inboundCounters(spi).notAuthentic()).isEqualTo(1);
    }

    /** Attack case F1: every length. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dropsWhatWasCutShort(boolean ipv6) {
        connectTunnel(spec(SHA256, ipv6, true));
        int bytes = encapsulate(packet(false, 60, 64)).getFirst().length;
        int header = ipv6 ? 40 : 20;
        for (int length = 14 + header; length < bytes; length++) {
            byte[] cut = Arrays.copyOf(encapsulate(packet(false, 60, 64)).getFirst(), length);
            ByteBuffer.wrap(cut).putShort(14 + (ipv6 ? 4 : 2), (short) (length - 14 - (ipv6 ? 40 : 0)));
            assertThat(decapsulate(List.of(ipv6 ? cut : withChecksum(cut)))).as("%d bytes", length).isEmpty();
        }
        assertThat(right.ledger().drops()).containsOnlyKeys(DropReason.RUNT, DropReason.NOT_AUTHENTIC);
        assertThat(right.ledger().drops()).containsEntry(DropReason.RUNT, ipv6 ? 32L : 28L);
    }

    /** Attack case F13: what the length field may say. */
    @Test
    void dropsHeadersOfAnotherLength() {
        connectTunnel(spec(SHA256, false, true));
        for (int length = 0; length < 256; length++) {
            byte[] wire = encapsulate(packet(false, 600, 64)).getFirst();
            if (wire[14 + 20 + 1] != (byte) length) {
                wire[14 + 20 + 1] = (byte) length;
                assertThat(decapsulate(List.of(wire))).isEmpty();
            }
        }
        assertThat(right.ledger().drops()).containsExactlyInAnyOrderEntriesOf(
                Map.of(DropReason.NOT_AUTHENTIC, 1L, DropReason.BAD_AH_LENGTH, 154L, DropReason.RUNT, 100L));
    }

    @Test
    void knowsEspAndAhApart() {
        connectTunnel(spec(SHA256, false, true));
        byte[] ah = encapsulate(packet(false, 60, 64)).getFirst();
        byte[] esp = TestPacket.of(left.outer, right.outer, 50, ByteBuffer.allocate(60).putInt(spi).array()).frame();
        assertThat(decapsulate(List.of(esp, esp, ah))).hasSize(1);
        right.assertDropped(DropReason.WRONG_PROTOCOL, 2);
    }

    @Test
    void takesNoAhByTheSpiOfEsp() {
        connectTunnel(spec(EspCipher.AES_128_GCM_16, false, true));
        byte[] ah = ByteBuffer.allocate(60).put(1, (byte) 5).putInt(4, spi).array();
        assertRefused(TestPacket.of(left.outer, right.outer, AH, ah).frame(), DropReason.WRONG_PROTOCOL);
    }

    @Test
    void knowsNoOtherSpi() {
        connectTunnel(spec(SHA256, false, true));
        byte[] ah = ByteBuffer.allocate(60).put(1, (byte) 5).putInt(4, spi + 1).array();
        assertRefused(TestPacket.of(left.outer, right.outer, AH, ah).frame(), DropReason.UNKNOWN_SPI);
    }

    @Test
    void passesThroughWhatIsNotForUs() {
        connectTunnel(spec(SHA256, false, true));
        byte[] ah = ByteBuffer.allocate(60).put(1, (byte) 5).putInt(4, spi).array();
        right.engine.publish(Spd.compile(List.of(Policy.bypass("all", Selector.ANY))));
        assertThat(decapsulate(List.of(TestPacket.of(left.outer, address("10.2.0.2"), AH, ah).frame()))).hasSize(1);
    }

    /** Options that routers change, in front of AH, are no reason to drop; a source route with a way to go is. */
    @Test
    void refusesSourceRoutesThatAreNotAtTheirEnd() {
        connectHosts(SHA256, false, true);
        assertThat(encapsulate(withOptions(hostPacket(false, new byte[8], 64), "8307040a000001" + "01"))).isEmpty();
        left.assertDropped(DropReason.BAD_AH_OPTIONS, 1);
        List<byte[]> wire = encapsulate(hostPacket(false, new byte[8], 64));
        byte[] routed = TestPacket.frame(withOptions(datagram(wire.getFirst()), "8307040a000001" + "01"));
        assertThat(deliver(List.of(routed))).isEmpty();
        right.assertDropped(DropReason.BAD_AH_OPTIONS, 1);
        assertThat(deliver(wire)).hasSize(1);
    }

    private static byte[] withOptions(byte[] datagram, String options) {
        byte[] added = HexFormat.of().parseHex(options);
        ByteBuffer longer = ByteBuffer.allocate(datagram.length + added.length);
        longer.put(datagram, 0, 20).put(added).put(datagram, 20, datagram.length - 20);
        longer.put(0, (byte) (0x45 + added.length / 4)).putShort(2, (short) longer.capacity()).putShort(10, (short) 0);
        longer.putShort(10, (short) TestPacket.checksum(Arrays.copyOf(longer.array(), 20 + added.length)));
        return longer.array();
    }

    @Test
    void carriesOptionsAndExtensionHeaders() {
        connectHosts(SHA256, false, true);
        byte[] alert = withOptions(hostPacket(false, new byte[8], 64), "94040000" + "07070401020304" + "01");
        byte[] delivered = deliver(encapsulate(alert)).getFirst();
        assertThat(Arrays.copyOfRange(delivered, 12, alert.length))
                .isEqualTo(Arrays.copyOfRange(alert, 12, alert.length));
        assertThat(TestPacket.checksum(Arrays.copyOf(delivered, 32))).isZero();
    }

    @Test
    void carriesExtensionHeadersOnBothSidesOfAh() {
        connectHosts(SHA256, true, true);
        TestPacket6 packet = TestPacket6.of(left.outer6, right.outer6, 99, new byte[20]).behind(60, OPTIONS)
                .behind(0, OPTIONS);
        List<byte[]> wire = encapsulate(packet.bytes());
        assertThat(datagram(wire.getFirst())[40]).as("AH behind hop-by-hop options").isEqualTo((byte) AH);
        assertThat(deliver(wire)).containsExactly(packet.withHopLimit(63).bytes());
    }

    @Test
    void refusesExtensionHeadersThatAreTooLong() {
        connectHosts(SHA256, true, true);
        String options = "001f01f8" + "00".repeat(252);
        byte[] packet = TestPacket6.of(left.outer6, right.outer6, 99, new byte[20]).behind(0, options).bytes();
        assertThat(encapsulate(packet)).isEmpty();
        left.assertDropped(DropReason.BAD_AH_OPTIONS, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesFragmentsInTransportMode(boolean ipv6) {
        connectHosts(SHA256, ipv6, true);
        byte[] fragment = ipv6
                ? TestPacket6.of(left.outer6, right.outer6, 17, new byte[16]).behind(44, "0000000100001234").bytes()
                : TestPacket.of(left.outer, right.outer, 17, new byte[16]).withFlags(TestPacket.MORE_FRAGMENTS).bytes();
        assertThat(encapsulate(fragment)).isEmpty();
        left.assertDropped(DropReason.TRANSPORT_FRAGMENT, 1);
    }

    static Stream<Arguments> unsound() {
        return Stream.of(Arguments.of(99, DropReason.BAD_NEXT_HEADER), Arguments.of(59, DropReason.BAD_NEXT_HEADER),
                Arguments.of(50, DropReason.BAD_NEXT_HEADER), Arguments.of(4, DropReason.BAD_INNER),
                Arguments.of(41, DropReason.BAD_INNER));
    }

    /** The ICV is of the whole datagram: what fragments change of its header is mutable. */
    @Test
    void takesWhatCameInFragments() {
        connectTunnel(spec(SHA256, false, true));
        byte[] packet = TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 1, 2, 600).bytes();
        byte[] whole = datagram(encapsulate(packet).getFirst());
        byte[] first = fragment(whole, 20, 20 + 320, TestPacket.MORE_FRAGMENTS);
        byte[] last = fragment(whole, 20 + 320, whole.length, 320 / 8);
        List<byte[]> delivered = decapsulate(List.of(TestPacket.frame(last), TestPacket.frame(first)));
        assertThat(delivered).hasSize(1);
        assertThat(Arrays.copyOfRange(datagram(delivered.getFirst()), 12, packet.length))
                .isEqualTo(Arrays.copyOfRange(packet, 12, packet.length));
    }

    private static byte[] fragment(byte[] whole, int from, int to, int flags) {
        ByteBuffer cut = ByteBuffer.allocate(20 + to - from);
        cut.put(whole, 0, 20).put(whole, from, to - from);
        cut.putShort(2, (short) cut.capacity()).putShort(6, (short) flags).putShort(10, (short) 0);
        return cut.putShort(10, (short) TestPacket.checksum(Arrays.copyOf(cut.array(), 20))).array();
    }

    /** By the same keys one end takes for a tunnel what the other made in transport mode. */
    @ParameterizedTest
    @MethodSource("unsound")
    void tunnelsNothingButSoundIp(int protocol, DropReason reason) {
        connectHosts(SHA256, false, true);
        spi = right.engine.allocateSpi();
        right.engine.installInbound(spi, spec(SHA256, false, true).reversed(), SelectorSet.of(Selector.ANY));
        left.engine.installOutbound(tunnel, spi, spec(SHA256, false, true).inMode(SaMode.TRANSPORT));
        byte[] packet = TestPacket.of(left.outer, right.outer, protocol, new byte[44]).bytes();
        assertRefused(encapsulate(packet).getFirst(), reason);
    }

    @Test
    void deliversNothingThatTheSaMayNotCarry() {
        connectTunnel(spec(SHA256, false, true));
        left.engine.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, tunnel))));
        byte[] stranger = TestPacket.udp(address("10.9.0.1"), address("10.2.0.2"), 1, 2, 3).bytes();
        assertRefused(encapsulate(stranger).getFirst(), DropReason.SELECTOR_MISMATCH);
    }

    /** RFC 6040: the mark of the outer header, which is not authenticated, goes on inside. */
    @Test
    void carriesCongestionMarksThroughTheTunnel() {
        connectTunnel(spec(SHA256, false, true));
        byte[] capable = TestPacket.of(address("10.1.0.1"), address("10.2.0.2"), 99, new byte[20]).withTypeOfService(2)
                .bytes();
        byte[] marked = withChecksum(flip(encapsulate(capable).getFirst(), 15, 1));
        assertThat(datagram(decapsulate(List.of(marked)).getFirst())[1]).isEqualTo((byte) 3);
    }

    @Test
    void cannotPassANat() {
        SaSpec spec = spec(SHA256, false, true);
        assertThatThrownBy(() -> spec.inUdp(new UdpPorts(4500, 4500))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot pass a NAT");
    }

    /** Each packet of a mixed batch by its own protocol. */
    @Test
    void goesBesideEspInOneBatch() {
        connectTunnel(spec(SHA256, false, true));
        int other = left.engine.openTunnel();
        left.engine.publish(Spd.compile(List.of(
                Policy.protect("odd", Selector.between(AddressRange.single(IpAddress.of("10.1.0.1")),
                        AddressRange.prefix(right.network, 16)), tunnel),
                Policy.protect("even", Selector.ANY, other))));
        right.receiveFrom(left, other, spec(EspCipher.of("aes128-sha256"), true, true));
        List<byte[]> sent = IntStream.range(0, 40).mapToObj(index -> TestPacket
                .udp(address("10.1.0." + (1 + index % 2)), address("10.2.0.2"), 7, index, index).bytes()).toList();
        sent.forEach(packet -> leftLan.send(TestPacket.frame(packet)));
        left.step();
        List<byte[]> delivered = decapsulate(leftWan.receive());
        assertThat(delivered).hasSize(40);
        for (int index = 0; index < 40; index++) {
            assertThat(Arrays.copyOfRange(datagram(delivered.get(index)), 12, sent.get(index).length))
                    .isEqualTo(Arrays.copyOfRange(sent.get(index), 12, sent.get(index).length));
        }
    }
}
