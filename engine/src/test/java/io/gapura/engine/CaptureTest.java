package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.capture.Capture;
import io.gapura.engine.capture.CaptureFilter;
import io.gapura.engine.capture.CaptureFilter.Address;
import io.gapura.engine.capture.CaptureFilter.End;
import io.gapura.engine.capture.CaptureFilter.Port;
import io.gapura.engine.capture.CaptureFilter.Protocol;
import io.gapura.engine.capture.CaptureFilter.Spi;
import io.gapura.engine.capture.CaptureSpec;
import io.gapura.engine.capture.CapturedPacket;
import io.gapura.engine.capture.CapturedPacket.Verdict;
import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import io.gapura.ffi.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a capture records of which packets. */
final class CaptureTest {
    private static final TestPacket PACKET = TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 4000, 53, 100);
    private static final int WHOLE = CaptureSpec.MOST_SNAP_BYTES;

    private final TestGateway left = new TestGateway(1);
    private final TestGateway right = new TestGateway(2);
    private final Tap leftLan = new Tap(left.lanPort);
    private final Tap leftWan = new Tap(left.wanPort);
    private final Tap rightLan = new Tap(right.lanPort);
    private final Tap rightWan = new Tap(right.wanPort);
    private final List<byte[]> frames = new ArrayList<>();
    private int tunnel;
    private int spi;

    @BeforeEach
    void connect() {
        tunnel = left.protect(right);
        right.protect(left);
        spi = right.receiveFrom(left, tunnel, left.spec(right, EspCipher.AES_128_GCM_16, true));
    }

    @AfterEach
    void balance() {
        left.assertBalanced();
        right.assertBalanced();
        left.close();
        right.close();
    }

    private static CaptureSpec all(boolean decrypted) {
        return new CaptureSpec(CaptureFilter.ALL, false, decrypted, WHOLE);
    }

    private static CaptureFilter filter(CaptureFilter.Condition... conditions) {
        return new CaptureFilter(List.of(conditions), EnumSet.noneOf(DropReason.class));
    }

    private byte[] sendLeft(TestPacket packet) {
        leftLan.send(packet.frame());
        left.step();
        List<byte[]> sent = leftWan.receive();
        return sent.isEmpty() ? new byte[0] : sent.getFirst();
    }

    private List<byte[]> sendRight(byte[] esp) {
        rightWan.send(esp);
        right.step();
        return rightLan.receive();
    }

    private List<CapturedPacket> drain(Capture capture) {
        frames.clear();
        List<CapturedPacket> packets = new ArrayList<>();
        while (capture.drain((packet, frame, bytes) -> {
            packets.add(packet);
            frames.add(Memory.bytesAt(frame, bytes));
        }, 16) > 0) {
        }
        return packets;
    }

    @Test
    void recordsTheEspThatLeft() {
        Capture capture = left.engine.startCapture(all(false));
        byte[] esp = sendLeft(PACKET);

        CapturedPacket packet = drain(capture).getFirst();
        assertThat(packet.verdict()).isEqualTo(Verdict.SENT);
        assertThat(packet.outbound()).isTrue();
        assertThat(packet.leaving()).isTrue();
        assertThat(packet.port()).isEqualTo(TestGateway.WAN);
        assertThat(packet.spi()).isEqualTo(spi);
        assertThat(frames).containsExactly(esp);
    }

    @Test
    void recordsWhatWasInsideWhenDecrypted() {
        Capture leftCapture = left.engine.startCapture(all(true));
        Capture rightCapture = right.engine.startCapture(all(true));
        List<byte[]> delivered = sendRight(sendLeft(PACKET));

        assertThat(drain(leftCapture)).singleElement().satisfies(packet -> {
            assertThat(packet.port()).isEqualTo(TestGateway.LAN);
            assertThat(packet.spi()).isEqualTo(spi);
        });
        assertThat(frames).containsExactly(PACKET.frame());
        assertThat(drain(rightCapture)).singleElement().satisfies(packet -> {
            assertThat(packet.outbound()).isFalse();
            assertThat(packet.port()).isEqualTo(TestGateway.LAN);
            assertThat(packet.spi()).isEqualTo(spi);
        });
        assertThat(frames).containsExactlyElementsOf(delivered);
    }

    @Test
    void recordsAhByItsSpi() {
        spi = right.receiveFrom(left, tunnel, left.spec(right, AhMac.of("sha256"), true));
        Capture capture = left.engine.startCapture(all(false));
        byte[] ah = sendLeft(PACKET);

        assertThat(drain(capture)).singleElement().satisfies(packet -> assertThat(packet.spi()).isEqualTo(spi));
        assertThat(frames).containsExactly(ah);
    }

    @Test
    void recordsTheEspThatCame() {
        Capture capture = right.engine.startCapture(all(false));
        byte[] esp = sendLeft(PACKET);
        sendRight(esp);

        assertThat(drain(capture)).singleElement().satisfies(packet -> {
            assertThat(packet.verdict()).isEqualTo(Verdict.SENT);
            assertThat(packet.egress()).isEqualTo(TestGateway.LAN);
            assertThat(packet.port()).isEqualTo(TestGateway.WAN);
        });
        assertThat(frames).containsExactly(esp);
    }

    @Test
    void recordsOnlyHeadersOfWhatNeverBecameEsp() {
        Capture capture = left.engine.startCapture(all(false));
        TestPacket lost = PACKET.withDestination(address("10.3.0.1"));
        sendLeft(lost);

        assertThat(drain(capture)).singleElement().satisfies(packet -> {
            assertThat(packet.reason()).isEqualTo(DropReason.NO_POLICY);
            assertThat(packet.frameBytes()).isEqualTo(lost.frame().length);
        });
        assertThat(frames).containsExactly(Arrays.copyOf(lost.frame(), 14 + 20 + 4));
    }

    @Test
    void recordsDroppedPacketsAloneAndWhatTheirSendersWereTold() {
        Capture capture = left.engine.startCapture(new CaptureSpec(CaptureFilter.ALL, true, true, WHOLE));
        sendLeft(PACKET);
        sendLeft(PACKET.withTtl(1));

        assertThat(drain(capture)).singleElement().satisfies(packet -> {
            assertThat(packet.verdict()).isEqualTo(Verdict.ANSWERED);
            assertThat(packet.reason()).isEqualTo(DropReason.TTL_EXPIRED);
        });
        assertThat(frames).containsExactly(PACKET.withTtl(1).frame());
        assertThat(leftLan.receive()).hasSize(1);
    }

    @Test
    void recordsWhatTheKernelGot() {
        Capture capture = right.engine.startCapture(all(false));
        sendRight(TestPacket.udp(left.outer, right.outer, 500, 500, 10).frame());

        assertThat(drain(capture)).extracting(CapturedPacket::verdict).containsExactly(Verdict.KERNEL);
    }

    @Test
    void recordsOnlyPacketsDroppedForTheReasonsOfTheFilter() {
        CaptureFilter replays = new CaptureFilter(List.of(), EnumSet.of(DropReason.REPLAYED));
        Capture capture = right.engine.startCapture(new CaptureSpec(replays, false, false, WHOLE));
        byte[] esp = sendLeft(PACKET);
        sendRight(esp);
        sendRight(esp);
        sendRight(TestPacket.flip(sendLeft(PACKET), 60, 1));

        assertThat(drain(capture)).extracting(CapturedPacket::reason).containsExactly(DropReason.REPLAYED);
    }

    private int recorded(CaptureFilter filter) {
        Capture capture = left.engine.startCapture(new CaptureSpec(filter, false, false, WHOLE));
        sendLeft(PACKET);
        return drain(capture).size();
    }

    @Test
    void findsPacketsByWhatTheyAreInsideOrOutside() {
        long source = Integer.toUnsignedLong(address("10.1.0.1"));
        long peer = Integer.toUnsignedLong(right.outer);
        assertThat(recorded(filter(new Address(End.SOURCE, 4, 0, source, 128)))).isOne();
        assertThat(recorded(filter(new Address(End.DESTINATION, 4, 0, source, 128)))).isZero();
        assertThat(recorded(filter(new Address(End.EITHER, 4, 0, source & 0xffff_0000L, 112)))).isOne();
        assertThat(recorded(filter(new Address(End.EITHER, 6, 0, source, 0)))).isZero();
        assertThat(recorded(filter(new Address(End.EITHER, 4, 0, peer, 128), new Protocol(50)))).isOne();
        assertThat(recorded(filter(new Address(End.EITHER, 4, 0, source, 128), new Protocol(50)))).isZero();
        assertThat(recorded(filter(new Protocol(17), new Port(End.DESTINATION, 53)))).isOne();
        assertThat(recorded(filter(new Port(End.SOURCE, 53)))).isZero();
        assertThat(recorded(filter(new Port(End.EITHER, 4000)))).isOne();
        assertThat(recorded(filter(new Spi(spi)))).isOne();
        assertThat(recorded(filter(new Spi(spi + 1)))).isZero();
    }

    @Test
    void takesOfEachFrameNoMoreThanItIsTold() {
        Capture capture = left.engine.startCapture(new CaptureSpec(CaptureFilter.ALL, false, false, 64));
        byte[] esp = sendLeft(PACKET);

        assertThat(drain(capture)).extracting(CapturedPacket::frameBytes).containsExactly(esp.length);
        assertThat(frames).containsExactly(Arrays.copyOf(esp, 64));
    }

    @Test
    void losesPacketsRatherThanHoldTheWorkerUp() {
        Capture capture = left.engine.startCapture(all(true));
        TestPacket large = TestPacket.udp(PACKET.source(), address("10.3.0.1"), 1, 2, 1400);
        int sent = 5000;
        for (int packet = 0; packet < sent; packet++) {
            sendLeft(large);
        }

        assertThat(capture.lost()).isPositive();
        assertThat(drain(capture).size() + capture.lost()).isEqualTo(sent);
    }

    @Test
    void endsWhenItIsStopped() {
        Capture capture = left.engine.startCapture(all(false));
        left.engine.stopCapture();
        sendLeft(PACKET);

        assertThat(drain(capture)).isEmpty();
    }
}
