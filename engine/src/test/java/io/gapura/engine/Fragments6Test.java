package io.gapura.engine;

import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ESP that comes in fragments of IPv6, RFC 8200 §4.5, RFC 5722 and RFC 6946; attack case F7. */
final class Fragments6Test {
    private static final IpAddress HERE = IpAddress.of("2001:db8:1::1");
    private static final IpAddress THERE = IpAddress.of("2001:db8:2::2");
    private static final String OPTIONS = "0000010400000000";

    private final TestGateway left = new TestGateway(1);
    private final TestGateway right = new TestGateway(2);
    private final Tap leftLan = new Tap(left.lanPort);
    private final Tap leftWan = new Tap(left.wanPort);
    private final Tap rightLan = new Tap(right.lanPort);
    private final Tap rightWan = new Tap(right.wanPort);
    private int tunnel;
    private int identification;

    @BeforeEach
    void connect() {
        tunnel = left.protect(right);
        right.protect(left);
        connect(false);
    }

    private void connect(boolean udp) {
        SaSpec spec = left.spec6(right, EspCipher.AES_128_GCM_16, true);
        right.receiveFrom(left, tunnel, udp ? spec.inUdp(new UdpPorts(4500, 4500)) : spec);
    }

    @AfterEach
    void balance() {
        left.assertBalanced();
        right.assertBalanced();
        left.close();
        right.close();
    }

    private static TestPacket6 packet(int bytes) {
        return TestPacket6.udp(HERE, THERE, 4000, 53, bytes - 48);
    }

    /** ESP of a packet, from the peer's IPv6 header on. */
    private TestPacket6 espOf(int bytes) {
        leftLan.send(packet(bytes).frame());
        left.step();
        byte[] ip = datagram(leftWan.receive().getFirst());
        return TestPacket6.of(left.outer6, right.outer6, ip[6], Arrays.copyOfRange(ip, 40, ip.length));
    }

    private List<byte[]> decapsulate(List<byte[]> frames) {
        frames.forEach(rightWan::send);
        right.step();
        return rightLan.receive();
    }

    /** Fragments of a datagram with up to {@code step} bytes of data; with {@code front} in front of the fragment header. */
    private List<byte[]> fragment(TestPacket6 whole, int step, String front) {
        byte[] data = HexFormat.of().parseHex(whole.payloadHex());
        identification++;
        List<byte[]> fragments = new ArrayList<>();
        for (int offset = 0; offset < data.length; offset += step) {
            int end = Math.min(data.length, offset + step);
            fragments.add(piece(whole, Arrays.copyOfRange(data, offset, end), offset, end < data.length, front));
        }
        return fragments;
    }

    private byte[] piece(TestPacket6 whole, byte[] data, int offset, boolean more, String front) {
        TestPacket6 fragment = TestPacket6.of(whole.source(), whole.destination(), whole.nextHeader(), data)
                .behind(44, "0000%04x%08x".formatted(offset | (more ? 1 : 0), identification));
        return (front.isEmpty() ? fragment : fragment.behind(60, front)).frame();
    }

    private List<byte[]> fragment(TestPacket6 whole, int step) {
        return fragment(whole, step, "");
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 64, 536, 1000, 1424})
    void areReassembled(int step) {
        for (String front : List.of("", OPTIONS)) {
            List<byte[]> fragments = fragment(espOf(1400), step, front);
            assertThat(decapsulate(fragments)).singleElement()
                    .satisfies(frame -> assertThat(datagram(frame)).isEqualTo(packet(1400).withHopLimit(62).bytes()));
        }
        assertThat(right.ledger().reassembled()).isEqualTo(2L * ((1438 + step - 1) / step - 1));
        assertThat(right.ledger().held()).isZero();
    }

    @Test
    void areReassembledInUdpToo() {
        connect(true);
        assertThat(decapsulate(fragment(espOf(1300), 512))).hasSize(1);
    }

    @Test
    void areReassembledInAnyOrderAndSideBySide() {
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

    /** RFC 6946: the whole of a datagram, whatever fragments there are with the same identification. */
    @Test
    void thatAreAtomicAreNotHeldUp() {
        decapsulate(fragment(espOf(1000), 512).subList(0, 1));
        byte[] atomic = piece(espOf(500), HexFormat.of().parseHex(espOf(500).payloadHex()), 0, false, "");
        assertThat(decapsulate(List.of(atomic))).hasSize(1);
        assertThat(right.ledger().held()).isEqualTo(1);
        right.outwaitFragments();
    }

    @Test
    void thatComeTwiceCountOnce() {
        List<byte[]> fragments = fragment(espOf(1400), 512);
        fragments.add(1, fragments.getFirst());
        assertThat(decapsulate(fragments)).hasSize(1);
        right.assertDropped(DropReason.FRAGMENT, 1);
    }

    /** RFC 5722: neither the datagram nor what comes later of it. */
    @Test
    void thatOverlapSpoilTheirDatagram() {
        TestPacket6 esp = espOf(1400);
        List<byte[]> fragments = fragment(esp, 512);
        identification--;
        List<byte[]> others = fragment(esp, 520);
        assertThat(decapsulate(List.of(fragments.getFirst(), others.get(1), fragments.get(1), fragments.get(2))))
                .isEmpty();
        assertThat(right.ledger().dropped(DropReason.FRAGMENT)).isEqualTo(4);
        right.outwaitFragments();
    }

    @Test
    void thatAreTinyOrTooLongAreDropped() {
        TestPacket6 esp = espOf(1000);
        identification++;
        decapsulate(List.of(piece(esp, new byte[7], 0, true, ""), piece(esp, new byte[0], 8, false, "")));
        assertThat(right.ledger().dropped(DropReason.FRAGMENT)).isEqualTo(2);
        decapsulate(List.of(piece(esp, new byte[8], 0xfff8, false, ""), piece(esp, new byte[8], 4000, true, ""),
                piece(esp, new byte[8], 0, true, "0024" + "00".repeat(294))));
        assertThat(right.ledger().dropped(DropReason.FRAGMENT_LIMIT)).isEqualTo(3);
        assertThat(right.ledger().held()).isZero();
    }

    @Test
    void thatAreUnfinishedGiveWayToNewOnes() {
        for (int packet = 0; packet < 200; packet++) {
            rightWan.send(fragment(espOf(1400), 512).getFirst());
            right.step();
        }
        assertThat(decapsulate(fragment(espOf(1400), 512))).hasSize(1);
        assertThat(right.ledger().dropped(DropReason.FRAGMENT_LIMIT)).isEqualTo(200 - 63);
        right.outwaitFragments();
        assertThat(right.ledger().dropped(DropReason.FRAGMENT_TIMEOUT)).isEqualTo(63);
    }

    @Test
    void ofOtherProtocolsAreTheKernels() {
        TestPacket6 dns = TestPacket6.udp(left.outer6, right.outer6, 53, 3000, 1000);
        assertThat(decapsulate(fragment(dns, 512))).isEmpty();
        assertThat(right.punted).hasSize(2);
    }

    /** The mark of one is the mark of all, RFC 3168 §5.3. */
    @Test
    void passOnThatTheyMetCongestion() {
        leftLan.send(packet(1400).withTrafficClass(2).frame());
        left.step();
        byte[] ip = datagram(leftWan.receive().getFirst());
        TestPacket6 esp = TestPacket6.of(left.outer6, right.outer6, ip[6], Arrays.copyOfRange(ip, 40, ip.length));
        List<byte[]> fragments = fragment(esp.withTrafficClass(2), 512);
        fragments.forEach(frame -> frame[15] = (byte) 0x20);
        fragments.get(1)[15] = (byte) 0x30;
        assertThat(decapsulate(fragments)).singleElement()
                .satisfies(frame -> assertThat(ByteBuffer.wrap(frame).getInt(14) >>> 20 & 3).isEqualTo(3));
    }
}
