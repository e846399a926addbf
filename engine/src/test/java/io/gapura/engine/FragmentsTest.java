package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.PortRange;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.OuterDf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that are too big for a tunnel, and ESP that was too big for the way here. */
final class FragmentsTest {
    private static final int LARGEST_INNER = 1446;

    private final TestGateway left = new TestGateway(1);
    private final TestGateway right = new TestGateway(2);
    private final Tap leftLan = new Tap(left.lanPort);
    private final Tap leftWan = new Tap(left.wanPort);
    private final Tap rightLan = new Tap(right.lanPort);
    private final Tap rightWan = new Tap(right.wanPort);
    private int tunnel;

    @BeforeEach
    void connect() {
        tunnel = left.protect(right);
        right.protect(left);
        right.receiveFrom(left, tunnel, left.spec(right, EspCipher.AES_128_GCM_16, true));
    }

    @AfterEach
    void balance() {
        left.assertBalanced();
        right.assertBalanced();
        left.close();
        right.close();
    }

    private static TestPacket packet(int bytes) {
        return TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 4000, 53, bytes - 28);
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

    /** What a host makes of these fragments, which are in order and without gaps. */
    private static byte[] payload(List<byte[]> fragments) {
        ByteBuffer whole = ByteBuffer.allocate(4000);
        for (int fragment = 0; fragment < fragments.size(); fragment++) {
            byte[] ip = datagram(fragments.get(fragment));
            ByteBuffer header = ByteBuffer.wrap(ip);
            int headerBytes = (ip[0] & 0xf) * 4;
            assertThat(TestPacket.checksum(Arrays.copyOf(ip, headerBytes))).isZero();
            assertThat(header.getShort(2)).isEqualTo((short) ip.length);
            assertThat((header.getShort(6) & 0x1fff) * 8).isEqualTo(whole.position());
            boolean last = fragment == fragments.size() - 1;
            assertThat((header.getShort(6) & TestPacket.MORE_FRAGMENTS) == 0).isEqualTo(last);
            assertThat(header.getShort(4)).isEqualTo((short) 0x4242);
            whole.put(ip, headerBytes, ip.length - headerBytes);
        }
        return Arrays.copyOf(whole.array(), whole.position());
    }

    @ParameterizedTest
    @ValueSource(ints = {LARGEST_INNER, LARGEST_INNER + 1, 1500, 1700})
    void cutsWhatIsTooBigBeforeEncryption(int bytes) {
        List<byte[]> esp = encapsulate(packet(bytes).frame());

        assertThat(esp).hasSize(bytes == LARGEST_INNER ? 1 : 2).allMatch(frame -> frame.length <= 14 + 1500)
                .allMatch(frame -> (ByteBuffer.wrap(datagram(frame)).getShort(6) & 0x3fff) == 0);
        assertThat(payload(decapsulate(esp))).isEqualTo(Arrays.copyOfRange(packet(bytes).bytes(), 20, bytes));
        assertThat(left.ledger().generated()).isEqualTo(esp.size() - 1);
    }

    @Test
    void cutsIntoManyPieces() {
        left.engine.publish(left.routes(2)
                .add(address("192.0.2.0"), 24, Adjacency.resolved(TestGateway.WAN, 200, 1, 2)).build());
        List<byte[]> esp = encapsulate(packet(1500).frame());

        assertThat(esp).hasSizeGreaterThan(10).allMatch(frame -> frame.length <= 14 + 200);
        assertThat(payload(decapsulate(esp))).isEqualTo(Arrays.copyOfRange(packet(1500).bytes(), 20, 1500));
    }

    @Test
    void cutsWholeBatches() {
        int packets = 60;
        for (int packet = 0; packet < packets; packet++) {
            leftLan.send(packet(1500).frame());
        }
        left.step();
        assertThat(leftWan.receive()).hasSize(2 * packets);
        assertThat(left.ledger().generated()).isEqualTo(packets);
    }

    @Test
    void cutsFragmentsFurther() {
        TestPacket first = packet(1500).withFlags(TestPacket.MORE_FRAGMENTS);
        List<byte[]> delivered = decapsulate(encapsulate(first.frame()));
        assertThat(delivered).hasSize(2).allMatch(
                frame -> (ByteBuffer.wrap(datagram(frame)).getShort(6) & TestPacket.MORE_FRAGMENTS) != 0);
        TestPacket later = packet(1500).withFlags(185);
        assertThat(decapsulate(encapsulate(later.frame()))).extracting(
                frame -> ByteBuffer.wrap(datagram(frame)).getShort(6)).containsExactly(
                        (short) (TestPacket.MORE_FRAGMENTS | 185), (short) (185 + (LARGEST_INNER - 20) / 8));
    }

    /** What policy says of the whole holds for its pieces, though the later ones show no ports. */
    @Test
    void cutsWhatGoesByItsPorts() {
        Selector dns = new Selector(AddressRange.prefix(left.network, 16), AddressRange.prefix(right.network, 16), 17,
                PortRange.ANY, PortRange.single(53));
        left.engine.publish(Spd.compile(List.of(Policy.protect("dns", dns, tunnel))));
        assertThat(encapsulate(packet(1500).frame())).hasSize(2);
    }

    /** RFC 4301 §7: ports that are not visible match only selectors for all ports, or for opaque ones. */
    @Test
    void looksUpLaterFragmentsWithOpaquePorts() {
        Selector opaque = new Selector(AddressRange.prefix(left.network, 16), AddressRange.prefix(right.network, 16),
                17, PortRange.OPAQUE, PortRange.OPAQUE);
        left.engine.publish(Spd.compile(List.of(Policy.protect("fragments", opaque, tunnel))));
        assertThat(encapsulate(packet(100).withFlags(185).frame())).hasSize(1);
        assertThat(encapsulate(packet(100).withFlags(TestPacket.MORE_FRAGMENTS).frame())).isEmpty();
        assertThat(encapsulate(packet(100).frame())).isEmpty();
    }

    @Test
    void cutsWhatIsBypassed() {
        left.engine.publish(Spd.compile(List.of(Policy.bypass("all", Selector.ANY))));
        List<byte[]> frames = encapsulate(packet(1600).frame());
        assertThat(payload(frames)).isEqualTo(Arrays.copyOfRange(packet(1600).bytes(), 20, 1600));
        assertThat(frames).hasSize(2).allMatch(frame -> frame[14 + 8] == 63);
    }

    @Test
    void leavesOptionsThatAreNotForFragmentsToTheFirst() {
        byte[] bytes = packet(1600).bytes();
        // record route (7, not copied), no operation, then stream identifier (136, copied)
        byte[] options = {7, 3, 4, 1, (byte) 136, 4, 9, 9};
        ByteBuffer longer = ByteBuffer.allocate(bytes.length + options.length);
        longer.put(bytes, 0, 20).put(options).put(bytes, 20, bytes.length - 20);
        longer.put(0, (byte) 0x47).putShort(2, (short) longer.capacity()).putShort(10, (short) 0);
        longer.putShort(10, (short) TestPacket.checksum(Arrays.copyOf(longer.array(), 28)));
        List<byte[]> delivered = decapsulate(encapsulate(TestPacket.frame(longer.array())));

        assertThat(payload(delivered)).isEqualTo(Arrays.copyOfRange(bytes, 20, 1600));
        assertThat(Arrays.copyOfRange(delivered.getFirst(), 34, 42)).isEqualTo(options);
        assertThat(Arrays.copyOfRange(delivered.get(1), 34, 38)).containsExactly(136, 4, 9, 9);
        assertThat(delivered.get(1)[14]).isEqualTo((byte) 0x46);
    }

    // ---- ESP that comes in fragments

    /** As a router on the way does: fragments of a frame's datagram with up to {@code step} bytes of data. */
    private static List<byte[]> fragment(byte[] frame, int step) {
        byte[] ip = datagram(frame);
        List<byte[]> fragments = new ArrayList<>();
        for (int offset = 0; offset < ip.length - 20; offset += step) {
            int bytes = Math.min(step, ip.length - 20 - offset);
            ByteBuffer fragment = ByteBuffer.allocate(20 + bytes).put(ip, 0, 20).put(ip, 20 + offset, bytes);
            boolean last = offset + bytes == ip.length - 20;
            fragment.putShort(2, (short) (20 + bytes)).putShort(6, (short) ((offset / 8) | (last ? 0 : 0x2000)));
            fragment.putShort(10, (short) 0);
            fragment.putShort(10, (short) TestPacket.checksum(Arrays.copyOf(fragment.array(), 20)));
            fragments.add(TestPacket.frame(fragment.array()));
        }
        return fragments;
    }

    private byte[] espOf(int bytes) {
        return encapsulate(packet(bytes).frame()).getFirst();
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 64, 536, 1000, 1480})
    void putsEspTogether(int step) {
        List<byte[]> fragments = fragment(espOf(1400), step);
        assertThat(decapsulate(fragments)).singleElement()
                .satisfies(frame -> assertThat(datagram(frame)).isEqualTo(packet(1400).withTtl(62).bytes()));
        assertThat(right.ledger().reassembled()).isEqualTo(fragments.size() - 1);
        assertThat(right.ledger().held()).isZero();
    }

    @Test
    void putsEspTogetherInAnyOrderAndSideBySide() {
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            List<byte[]> fragments = new ArrayList<>();
            for (int packet = 0; packet < 5; packet++) {
                fragments.addAll(fragment(espOf(1000 + packet), 8 * (5 + random.nextInt(100))));
            }
            Collections.shuffle(fragments, random);
            assertThat(decapsulate(fragments)).hasSize(5);
        }
        assertThat(right.ledger().held()).isZero();
    }

    @Test
    void putsEspInUdpTogether() {
        right.receiveFrom(left, tunnel,
                left.spec(right, EspCipher.AES_128_GCM_16, true).inUdp(new UdpPorts(4500, 4500)));
        assertThat(decapsulate(fragment(espOf(1400), 512))).hasSize(1);
    }

    @Test
    void takesAFragmentOnce() {
        List<byte[]> fragments = fragment(espOf(1400), 512);
        fragments.add(1, fragments.getFirst());
        assertThat(decapsulate(fragments)).hasSize(1);
        right.assertDropped(DropReason.FRAGMENT, 1);
    }

    /** Teardrop and the like: neither the datagram nor what comes later of it. */
    @Test
    void dropsDatagramsWhoseFragmentsOverlap() {
        byte[] esp = espOf(1400);
        List<byte[]> fragments = fragment(esp, 512);
        List<byte[]> others = fragment(esp, 520);
        assertThat(decapsulate(List.of(fragments.getFirst(), others.get(1), fragments.get(1), fragments.get(2))))
                .isEmpty();
        assertThat(right.ledger().dropped(DropReason.FRAGMENT)).isEqualTo(4);
        right.outwaitFragments();
    }

    @Test
    void leavesOtherFragmentsToTheKernel() {
        TestPacket dns = TestPacket.udp(left.outer, right.outer, 53, 3000, 1000);
        decapsulate(fragment(dns.frame(), 512));
        assertThat(right.punted).hasSize(2);
    }

    @Test
    void hasRoomForNewDatagramsHoweverManyAreUnfinished() {
        for (int packet = 0; packet < 200; packet++) {
            ByteBuffer first = ByteBuffer.wrap(fragment(espOf(1400), 512).getFirst());
            rightWan.send(first.array());
            right.step();
        }
        assertThat(decapsulate(fragment(espOf(1400), 512))).hasSize(1);
        assertThat(right.ledger().dropped(DropReason.FRAGMENT_LIMIT)).isEqualTo(200 - 63);
        right.outwaitFragments();
    }

    /** A router may do so only where the outer header allows it. */
    @Test
    void sendsEspThatMayBeFragmentedIfTheOuterFlagIsClear() {
        SaSpec spec = left.spec(right, EspCipher.AES_128_GCM_16, true).withDf(OuterDf.CLEAR);
        right.receiveFrom(left, tunnel, spec);
        byte[] esp = encapsulate(packet(1000).withFlags(TestPacket.DONT_FRAGMENT).frame()).getFirst();
        assertThat(ByteBuffer.wrap(datagram(esp)).getShort(6)).isZero();
        assertThat(decapsulate(fragment(esp, 400))).hasSize(1);
    }
}
