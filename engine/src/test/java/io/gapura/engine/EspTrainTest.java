package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.sad.Lifetime;
import io.gapura.ffi.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packets that follow each other in a batch fare as each would alone, whatever stands among them: two pairs of gateways, one of
 * which gets by batches what the other gets one by one.
 */
final class EspTrainTest {
    private static final int FRAMES = 60;
    private static final int FIRST = address("10.1.0.1");
    private static final int SECOND = address("10.2.0.2");

    private final Pair together = new Pair();
    private final Pair alone = new Pair();

    /** A sender and a receiver, the test between them. */
    private static final class Pair {
        /** Native where it is there: the JDK's suite leaves what is not authentic encrypted, so that less would do to drop it. */
        final TestGateway sender = new TestGateway(1, SuiteChoice.preferred());
        final TestGateway receiver = new TestGateway(2, SuiteChoice.preferred());
        final Tap in = new Tap(sender.lanPort);
        final Tap esp = new Tap(sender.wanPort);
        final Tap wan = new Tap(receiver.wanPort);
        final Tap out = new Tap(receiver.lanPort);

        void connect(EspCipher cipher, boolean esn, boolean udp, Lifetime lifetime) {
            int tunnel = sender.protect(receiver);
            SaSpec spec = sender.spec(receiver, cipher, esn).withLifetime(lifetime);
            receiver.receiveFrom(sender, tunnel, udp ? spec.inUdp(new UdpPorts(4500, 4500)) : spec);
        }

        List<byte[]> encapsulate(List<byte[]> frames, int batch) {
            return pass(frames, batch, in, sender, esp);
        }

        List<byte[]> decapsulate(List<byte[]> frames, int batch) {
            return pass(frames, batch, wan, receiver, out);
        }

        private static List<byte[]> pass(List<byte[]> frames, int batch, Tap near, TestGateway gateway, Tap far) {
            List<byte[]> passed = new ArrayList<>();
            for (int from = 0; from < frames.size(); from += batch) {
                frames.subList(from, Math.min(from + batch, frames.size())).forEach(near::send);
                gateway.step();
                passed.addAll(far.receive());
            }
            return passed;
        }

        void close() {
            sender.assertBalanced();
            receiver.assertBalanced();
            sender.close();
            receiver.close();
        }
    }

    @AfterEach
    void balance() {
        together.close();
        alone.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
    void aBatchFaresAsItsPacketsWouldOneByOne(int seed) {
        Random random = new Random(seed);
        EspCipher cipher = seed % 4 == 3 ? EspCipher.of("aes128-sha256") : EspCipher.AES_128_GCM_16;
        boolean limited = seed % 5 == 0;
        Lifetime lifetime = limited ? new Lifetime(20, 50, Lifetime.UNLIMITED, Lifetime.UNLIMITED) : Lifetime.FOREVER;
        for (Pair pair : List.of(together, alone)) {
            pair.connect(cipher, seed % 2 == 0, seed % 3 == 0, lifetime);
        }
        for (int round = 0; round < 3; round++) {
            List<byte[]> clear = clearFrames(random);
            List<byte[]> sealed = together.encapsulate(clear, FRAMES);
            List<byte[]> sealedAlone = alone.encapsulate(clear, 1);
            assertSame(without(sealed), without(sealedAlone));

            long order = random.nextLong();
            List<byte[]> opened = together.decapsulate(disturbed(sealed, new Random(order)), FRAMES);
            assertSame(opened, alone.decapsulate(disturbed(sealedAlone, new Random(order)), 1));
        }
        assertThat(together.sender.ledger().drops()).isEqualTo(alone.sender.ledger().drops());
        assertThat(together.receiver.ledger().drops()).isEqualTo(alone.receiver.ledger().drops());
        assertThat(together.sender.events).isEqualTo(alone.sender.events);
        assertThat(together.receiver.ledger().drops()).isNotEmpty();
    }

    /** Mostly of one flow, with whatever else a network has among them. */
    private static List<byte[]> clearFrames(Random random) {
        List<byte[]> frames = new ArrayList<>();
        TestPacket flow = TestPacket.udp(FIRST, SECOND, 4000, 53, random.nextInt(1300));
        for (int frame = 0; frame < FRAMES; frame++) {
            frames.add(switch (random.nextInt(24)) {
                case 0 -> flow.withTtl(1).frame();
                case 1 -> TestPacket.udp(FIRST, SECOND, 4000, 53, 1440).withFlags(TestPacket.DONT_FRAGMENT).frame();
                case 2 ->
                    TestPacket6.udp(IpAddress.of("2001:db8:1::1"), IpAddress.of("2001:db8:2::2"), 1, 2, 40).frame();
                case 3 -> TestPacket.flip(flow.frame(), 24, 1); // header checksum
                case 4 -> TestPacket.flip(flow.frame(), 12, 1); // Ethernet type
                case 5 -> flow.withDestination(address("10.9.0.1")).frame();
                case 6 -> flow.withTypeOfService(random.nextInt(256)).frame();
                case 7 -> Arrays.copyOf(flow.frame(), flow.frame().length + 20); // Ethernet padding
                case 8 -> Arrays.copyOf(flow.frame(), random.nextInt(40));
                case 9 -> flow.withFlags(TestPacket.DONT_FRAGMENT).frame();
                case 10 -> flow.withFlags(7).frame(); // a later fragment
                case 11 -> TestPacket.udp(FIRST, SECOND, 4001, 53, 100).frame();
                default -> TestPacket.udp(FIRST, SECOND, 4000, 53, random.nextInt(1300)).frame();
            });
        }
        return frames;
    }

    /** With repetitions, damage, marks and other order, and the same for the same random numbers. */
    private static List<byte[]> disturbed(List<byte[]> sealed, Random random) {
        List<byte[]> frames = new ArrayList<>();
        for (byte[] frame : sealed) {
            switch (random.nextInt(12)) {
                case 0 -> frames.addAll(List.of(frame, frame));
                case 1 -> frames.add(TestPacket.flip(frame, frame.length - 1, 1)); // ICV
                case 2 -> frames.add(TestPacket.flip(frame, 24, 1)); // header checksum
                case 3 -> frames.add(marked(frame));
                case 4 -> frames.add(TestPacket.flip(frame, 12, 1)); // Ethernet type
                case 5 -> frames.add(Arrays.copyOf(frame, frame.length - 1));
                case 6 -> frames.add(Arrays.copyOf(frame, frame.length + 9));
                default -> frames.add(frame);
            }
        }
        for (int swap = 0; swap < 5 && !frames.isEmpty(); swap++) {
            Collections.swap(frames, random.nextInt(frames.size()), random.nextInt(frames.size()));
        }
        return frames;
    }

    /** With the mark of congestion in the outer header, and its checksum right. */
    private static byte[] marked(byte[] frame) {
        byte[] marked = TestPacket.flip(frame, 15, (frame[15] & 3) ^ 3);
        marked[24] = 0;
        marked[25] = 0;
        int sum = TestPacket.checksum(Arrays.copyOfRange(marked, 14, 34));
        marked[24] = (byte) (sum >> 8);
        marked[25] = (byte) sum;
        return marked;
    }

    /** The frames but for the SPI and what depends on it. */
    private static List<byte[]> without(List<byte[]> sealed) {
        return sealed.stream().map(frame -> Arrays.copyOf(frame, 34)).toList();
    }

    private static void assertSame(List<byte[]> some, List<byte[]> others) {
        assertThat(some).hasSameSizeAs(others);
        for (int frame = 0; frame < some.size(); frame++) {
            assertThat(some.get(frame)).as("frame %d", frame).isEqualTo(others.get(frame));
        }
    }
}
