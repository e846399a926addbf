package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two engines back to back: what goes in at one side comes out at the other, two hops older. */
final class TunnelTest {
    private static final int LARGEST_INNER_IN_UDP = 1438;

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

    static Stream<Arguments> kinds() {
        return EspCipher.all().stream().flatMap(cipher -> Stream.of(true, false)
                .flatMap(esn -> Stream.of(true, false).map(udp -> Arguments.of(cipher, esn, udp))));
    }

    private void connect(EspCipher cipher, boolean esn, boolean udp) {
        SaSpec spec = left.spec(right, cipher, esn);
        right.receiveFrom(left, tunnel, udp ? spec.inUdp(new UdpPorts(4500, 4500)) : spec);
    }

    /** What {@code frame} becomes on the wire between the gateways. */
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

    private static TestPacket packet(int bytes) {
        return TestPacket.of(address("10.1.0.1"), address("10.2.0.2"), 99, new byte[bytes - 20]);
    }

    /** RFC 4303 §2: what is between the outer header and its MTU, in whole blocks, without the trailer. */
    private static int largestInner(EspCipher cipher, boolean udp) {
        int room = TestGateway.MTU - 20 - (udp ? 8 : 0) - 8 - cipher.ivBytes() - cipher.icvBytes();
        return room / cipher.blockBytes() * cipher.blockBytes() - 2;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void carriesPacketsOfAllSizesThatFit(EspCipher cipher, boolean esn, boolean udp) {
        connect(cipher, esn, udp);
        int largest = largestInner(cipher, udp);
        IntStream.concat(IntStream.range(20, 100), IntStream.rangeClosed(largest - 40, largest)).forEach(bytes -> {
            List<byte[]> wire = encapsulate(packet(bytes).frame());
            assertThat(wire).hasSize(1);
            assertThat(wire.getFirst().length - 14).isLessThanOrEqualTo(TestGateway.MTU);
            List<byte[]> delivered = decapsulate(wire);
            assertThat(delivered).hasSize(1);
            assertThat(datagram(delivered.getFirst())).isEqualTo(packet(bytes).withTtl(62).bytes());
        });
        assertThat(encapsulate(packet(largest + 1).withFlags(TestPacket.DONT_FRAGMENT).frame())).isEmpty();
    }

    /** Attack case F2 at the whole engine: nothing of a packet can be changed, cut or lengthened. */
    @ParameterizedTest
    @MethodSource("ciphers")
    void deliversNothingOfWhatWasTamperedWith(EspCipher cipher) {
        connect(cipher, true, false);
        byte[] wire = encapsulate(packet(60).frame()).getFirst();
        int sent = 0;
        for (int at = 14 + 20; at < wire.length; at++) {
            byte[] changed = wire.clone();
            changed[at] ^= 0x40;
            assertThat(decapsulate(List.of(changed))).as("byte %d", at).isEmpty();
            sent++;
        }
        for (int bytes = 1; bytes < wire.length - 34; bytes++) {
            byte[] cut = datagram(Arrays.copyOf(wire, wire.length - bytes));
            byte[] esp = Arrays.copyOfRange(cut, 20, cut.length);
            assertThat(decapsulate(List.of(TestPacket.of(left.outer, right.outer, 50, esp).frame()))).isEmpty();
            sent++;
        }
        assertThat(right.ledger().dropped()).isEqualTo(sent);
        assertThat(right.ledger().drops().keySet()).contains(DropReason.NOT_AUTHENTIC).isSubsetOf(
                DropReason.NOT_AUTHENTIC, DropReason.UNKNOWN_SPI, DropReason.RUNT, DropReason.MISALIGNED);
        assertThat(decapsulate(List.of(wire))).hasSize(1);
    }

    static List<EspCipher> ciphers() {
        return EspCipher.all();
    }

    @Test
    void leavesTheLargestPacketExactlyAsLargeAsTheMtuAllows() {
        connect(EspCipher.AES_128_GCM_16, true, true);
        assertThat(encapsulate(packet(LARGEST_INNER_IN_UDP).frame()).getFirst().length - 14)
                .isEqualTo(1500);
        assertThat(encapsulate(packet(LARGEST_INNER_IN_UDP + 1).withFlags(TestPacket.DONT_FRAGMENT).frame())).isEmpty();
    }

    @Test
    void ignoresWhatFollowsTheDatagramInItsFrame() {
        connect(EspCipher.AES_128_GCM_16, false, false);
        byte[] padded = Arrays.copyOf(packet(30).frame(), 60);
        List<byte[]> delivered = decapsulate(encapsulate(padded));
        assertThat(datagram(delivered.getFirst())).isEqualTo(packet(30).withTtl(62).bytes());
    }

    @Test
    void neverRepeatsAnIvAndNumbersPacketsFromOne() {
        connect(EspCipher.AES_256_GCM_16, false, false);
        for (int sequence = 1; sequence <= 200; sequence++) {
            byte[] esp = datagram(encapsulate(packet(60).frame()).getFirst());
            assertThat(intAt(esp, 24)).isEqualTo(sequence);
            assertThat(intAt(esp, 28)).isZero();
            assertThat(intAt(esp, 32)).isEqualTo(sequence);
        }
    }

    @Test
    void hidesThePacket() {
        connect(EspCipher.AES_128_GCM_16, false, false);
        byte[] wire = encapsulate(TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 1, 2, 64).frame())
                .getFirst();
        byte[] inner = TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 1, 2, 64).withTtl(63).bytes();
        assertThat(containsAnyWindow(wire, inner)).isFalse();
    }

    @Test
    void carriesABatchLargerThanOneReceive() {
        connect(EspCipher.AES_128_GCM_16, true, false);
        for (int packet = 0; packet < 100; packet++) {
            leftLan.send(packet(100).frame());
        }
        left.step();
        List<byte[]> delivered = decapsulate(leftWan.receive());
        assertThat(delivered).hasSize(100);
        assertThat(right.ledger().sent()).isEqualTo(100);
    }

    @Test
    void switchesToTheNextSaWithoutLosingWhatIsOnTheWay() {
        connect(EspCipher.AES_128_GCM_16, true, false);
        List<byte[]> underWay = encapsulate(packet(100).frame());
        SaSpec next = SaSpec.of(EspCipher.AES_256_GCM_16, TestGateway.keys(EspCipher.AES_256_GCM_16, 77), true,
                left.outer, right.outer).withReplayWindow(64);
        right.receiveFrom(left, tunnel, next);
        List<byte[]> after = encapsulate(packet(101).frame());
        assertThat(decapsulate(after)).hasSize(1);
        assertThat(decapsulate(underWay)).hasSize(1);
    }

    private static int intAt(byte[] bytes, int offset) {
        return ByteBuffer.wrap(bytes).getInt(offset);
    }

    /** Whether eight consecutive bytes of {@code secret} appear in {@code bytes}. */
    private static boolean containsAnyWindow(byte[] bytes, byte[] secret) {
        String haystack = HexFormat.of().formatHex(bytes);
        for (int from = 0; from + 8 <= secret.length; from++) {
            if (haystack.contains(HexFormat.of().formatHex(secret, from, from + 8))) {
                return true;
            }
        }
        return false;
    }
}
