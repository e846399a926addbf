package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.sad.Extras;
import io.gapura.engine.wire.DscpMap;
import io.gapura.ffi.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the unprotected network sees of a tunnel's packets: how long they are, and of which class. */
final class WrappingTest {
    private static final IpAddress HERE6 = IpAddress.of("2001:db8:1::1");
    private static final IpAddress THERE6 = IpAddress.of("2001:db8:2::2");
    private static final int BATCH = 20;

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

    private SaSpec spec(boolean outer6) {
        return outer6
                ? left.spec6(right, EspCipher.AES_128_GCM_16, true)
                : left.spec(right, EspCipher.AES_128_GCM_16, true);
    }

    private static byte[] packet(boolean inner6, int bytes, int typeOfService, int hops) {
        return inner6
                ? TestPacket6.udp(HERE6, THERE6, 1, 2, bytes - 48).withTrafficClass(typeOfService).withHopLimit(hops)
                        .bytes()
                : TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 1, 2, bytes - 28)
                        .withTypeOfService(typeOfService).withTtl(hops).bytes();
    }

    /** Sends a batch of the same packet; what is on the wire, once it has been seen that all of it is delivered. */
    private List<byte[]> wire(boolean inner6, int bytes, int typeOfService) {
        for (int packet = 0; packet < BATCH; packet++) {
            leftLan.send(TestPacket.frame(packet(inner6, bytes, typeOfService, 64)));
        }
        left.step();
        List<byte[]> wire = leftWan.receive();
        wire.forEach(rightWan::send);
        right.step();
        assertThat(rightLan.receive()).hasSize(BATCH).allSatisfy(
                frame -> assertThat(datagram(frame)).isEqualTo(packet(inner6, bytes, typeOfService, 62)));
        return wire;
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void hidesHowLongPacketsAre(boolean inner6, boolean outer6) {
        right.receiveFrom(left, tunnel, spec(outer6).paddingTo(Extras.WHAT_FITS));
        int longest = left.engine.mtus().getLast().innerMtu();
        assertThat(IntStream.of(60, 61, 500, longest).boxed().flatMap(bytes -> wire(inner6, bytes, 0).stream())
                .map(frame -> frame.length).distinct()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hidesHowLongShortPacketsAre(boolean inner6) {
        right.receiveFrom(left, tunnel, spec(false).paddingTo(576));
        assertThat(IntStream.of(60, 575, 576).boxed().flatMap(bytes -> wire(inner6, bytes, 0).stream())
                .map(frame -> frame.length).distinct()).hasSize(1);
        assertThat(wire(inner6, 700, 0).getFirst().length).isGreaterThan(wire(inner6, 600, 0).getFirst().length);
    }

    /** Padding is not cut: what is too big without it is all that is too big. */
    @Test
    void cutsBeforeItPads() {
        right.receiveFrom(left, tunnel, spec(false).paddingTo(Extras.WHAT_FITS));
        leftLan.send(TestPacket.frame(packet(false, 1500, 0, 64)));
        left.step();
        assertThat(leftWan.receive()).hasSize(2).map(frame -> frame.length).containsOnly(14 + 1500);
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void mapsTheClass(boolean inner6, boolean outer6) {
        List<Integer> map = new ArrayList<>(IntStream.range(0, 64).boxed().toList());
        map.set(46, 34);
        map.set(0, 8);
        right.receiveFrom(left, tunnel, spec(outer6).withDscp(new DscpMap(map)));
        for (int ecn = 0; ecn < 3; ecn++) {
            assertThat(outerClass(wire(inner6, 100, 46 << 2 | ecn))).isEqualTo(34 << 2 | ecn);
            assertThat(outerClass(wire(inner6, 100, ecn))).isEqualTo(8 << 2 | ecn);
            assertThat(outerClass(wire(inner6, 100, 10 << 2 | ecn))).isEqualTo(10 << 2 | ecn);
        }
    }

    /** Of all, which are alike and have a right checksum. */
    private static int outerClass(List<byte[]> wire) {
        assertThat(wire.stream().map(frame -> (frame[14] & 0xff) << 8 | (frame[15] & 0xff)).distinct()).hasSize(1);
        byte[] ip = datagram(wire.getFirst());
        if (ip[0] >>> 4 == 6) {
            return (ip[0] & 0xf) << 4 | (ip[1] & 0xff) >>> 4;
        }
        assertThat(TestPacket.checksum(Arrays.copyOf(ip, 20))).isZero();
        return ip[1] & 0xff;
    }

    @Test
    void doesAllOfItAtOnce() {
        right.receiveFrom(left, tunnel, spec(false).clampingMss().paddingTo(300)
                .withDscp(new DscpMap(Collections.nCopies(64, 5))));
        List<byte[]> wire = wire(false, 100, 1);
        assertThat(outerClass(wire)).isEqualTo(5 << 2 | 1);
        assertThat(wire.getFirst()).hasSizeGreaterThan(14 + 300);
    }

    @Test
    void refusesMapsOfOtherSizes() {
        assertThatThrownBy(() -> new DscpMap(List.of(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DscpMap(Collections.nCopies(64, 64)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
