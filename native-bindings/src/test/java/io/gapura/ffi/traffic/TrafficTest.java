package io.gapura.ffi.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresRoot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The generator's frames as the sink and as the kernel see them.
 *
 * <pre>
 *   left 10.1.0.1 ── 10.1.0.2 right, to which 10.2.0.0/24 belongs too
 * </pre>
 */
@RequiresRoot
final class TrafficTest {
    private static final int LEFT = 0x0a01_0001;
    private static final int RIGHT_HOSTS = 0x0a02_0000;
    private static final List<Integer> SIZES = List.of(64, 1420, 576);

    private final NetworkNamespace left = NetworkNamespace.create("from");
    private final NetworkNamespace right = NetworkNamespace.create("to");

    @BeforeEach
    void connect() {
        NetworkNamespace.join(left, "eth", right, "eth");
        right.run("ip link set eth address 02:00:00:00:00:02");
        left.run("ip address add 10.1.0.1/24 dev eth");
        right.run("ip address add 10.1.0.2/24 dev eth");
        right.run("ip route add local 10.2.0.0/24 dev lo");
    }

    @AfterEach
    void remove() {
        left.close();
        right.close();
    }

    private static TrafficPattern pattern(int destinations, List<Integer> sizes) {
        return new TrafficPattern(0x0200_0000_0002L, 0x0200_0000_0001L, LEFT, RIGHT_HOSTS, destinations, sizes);
    }

    /** Sends {@code frames} frames; for how many seconds. */
    private double send(TrafficPattern pattern, double perSecond, int frames) {
        return left.call(() -> {
            try (FrameGenerator generator = FrameGenerator.open("eth", pattern)) {
                long beganNs = System.nanoTime();
                generator.begin(perSecond, frames);
                while (generator.run()) {
                    // until all is sent
                }
                assertThat(generator.sent()).isEqualTo(frames);
                return (System.nanoTime() - beganNs) / 1e9;
            }
        });
    }

    @Test
    void theKernelTakesTheFramesForValidDatagrams() throws Exception {
        int frames = 300;
        right.run("ethtool -K eth gro on"); // lets it receive frames that are no packets of the kernel's yet
        try (DatagramChannel socket = right.call(() -> DatagramChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20)
                .bind(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), TestFrame.PORT)))) {
            socket.configureBlocking(false);
            send(pattern(250, SIZES), 20_000, frames);
            TimeUnit.MILLISECONDS.sleep(50);

            ByteBuffer buffer = ByteBuffer.allocate(2048);
            Map<Long, Integer> received = new TreeMap<>();
            while (socket.receive(buffer.clear()) instanceof InetSocketAddress from) {
                assertThat(from).isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("10.1.0.1"), TestFrame.PORT));
                buffer.flip();
                received.put(buffer.getLong(), buffer.limit() + TestFrame.IPV4_BYTES + 8);
                assertThat(System.nanoTime() - buffer.getLong()).isBetween(0L, TimeUnit.SECONDS.toNanos(5));
            }
            assertThat(received.keySet()).containsExactlyElementsOf(LongStream.range(0, frames).boxed().toList());
            received.forEach((number, bytes) -> assertThat(bytes).isEqualTo(SIZES.get((int) (number % 3))));
        }
        assertThat(right.run("nstat -asz IpInHdrErrors IpInAddrErrors UdpInErrors"))
                .containsPattern("IpInHdrErrors +0 ").containsPattern("IpInAddrErrors +0 ")
                .containsPattern("UdpInErrors +0 ");
    }

    @Test
    void theSinkReceivesTheFramesInOrderAndTellsHowLongTheyTook() throws Exception {
        int frames = 50_000;
        try (FrameSink sink = right.call(() -> FrameSink.open("eth", 16384))) {
            Arrivals arrivals = new Arrivals();
            AtomicBoolean sent = new AtomicBoolean();
            Thread receiver = Thread.ofPlatform().start(() -> {
                while (sink.poll(arrivals) > 0 || !sent.get()) {
                    LockSupport.parkNanos(20_000);
                }
            });
            double seconds = send(pattern(1, List.of(64)), 100_000, frames);
            TimeUnit.MILLISECONDS.sleep(50);
            sent.set(true);
            receiver.join();

            assertThat(arrivals.count + sink.lost()).isEqualTo(frames); // lost only if the machine is very busy
            assertThat(arrivals.outOfOrder).isZero();
            assertThat(arrivals.ofOtherSize).isZero();
            assertThat(arrivals.shortest).isBetween(0L, 1_000_000L);
            assertThat(seconds).isGreaterThan(0.49);
        }
    }

    private static final class Arrivals implements FrameSink.Observer {
        private long count;
        private long outOfOrder;
        private long ofOtherSize;
        private long shortest = Long.MAX_VALUE;
        private long last = -1;

        @Override
        public void onFrame(long number, long travelled, int bytes) {
            count++;
            outOfOrder += number > last ? 0 : 1;
            last = number;
            ofOtherSize += bytes == 64 ? 0 : 1;
            shortest = Math.min(shortest, travelled);
        }
    }

    @Test
    void whatIsNotOursIsLeftToTheKernelAtBothEnds() {
        try (FrameSink sink = right.call(() -> FrameSink.open("eth", 64));
                FrameGenerator generator = left.call(() -> FrameGenerator.open("eth", pattern(1, SIZES)))) {
            assertThat(left.run("ping -c 3 -i 0.02 -W 2 10.1.0.2")).contains(" 0% packet loss");
            assertThat(sink.poll((number, travelled, bytes) -> {})).isZero();
            assertThat(generator.sent()).isZero();
        }
    }
}
