package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.message.Bytes;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Truncated, mangled and random datagrams at both ports of an agent with a live IKE SA. */
class GarbageAtIkeTest {
    private static final int DATAGRAMS = 100_000;
    private static final int BATCH = 50;

    private final TestPeers peers = new TestPeers(TestNetwork.perfect()).load().connect();
    private final Random random = new Random(7);

    @Test
    void eachEndsInACountedDropOrTheRfcsAnswerAndTheIkeSaLives() {
        List<Transport.Datagram> seeds = List.copyOf(peers.network.log);
        long spi = peers.rightStatus().initiatorSpi();
        InetSocketAddress stranger = new InetSocketAddress("203.0.113.66", 500);
        int answersBefore = peers.network.log.size();

        for (int sent = 0; sent < DATAGRAMS; sent += BATCH) {
            for (int each = 0; each < BATCH; each++) {
                boolean natPort = random.nextBoolean();
                InetSocketAddress from = random.nextBoolean() ? stranger : new InetSocketAddress(TestPeers.LEFT, 500);
                peers.network.inject(from, new InetSocketAddress(TestPeers.RIGHT, natPort ? 4500 : 500), natPort,
                        garbage(seeds.get(random.nextInt(seeds.size())).content()));
            }
            peers.network.advance(1_000_000);
            peers.right.doWork(peers.network.nowNs);
        }
        peers.run(Duration.ofMinutes(1));

        long counted = Stream.of(IkeDrop.values()).mapToLong(peers.right::dropped).sum();
        int answers = peers.network.log.size() - answersBefore;
        assertThat(counted + answers).isGreaterThan(DATAGRAMS * 9 / 10);
        assertThat(peers.right.halfOpenCount()).isZero();
        assertThat(peers.right.status(peers.network.nowNs)).anyMatch(sa -> sa.initiatorSpi() == spi);
        assertThat(peers.trafficFlows()).isTrue();

        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(10));
        assertThat(peers.trafficFlows()).isTrue();
    }

    private Bytes garbage(Bytes genuine) {
        byte[] bytes = genuine.toArray();
        return switch (random.nextInt(4)) {
            case 0 -> genuine.slice(0, random.nextInt(genuine.length()));
            case 1 -> random(random.nextInt(200));
            case 2 -> {
                for (int flip = 0; flip <= random.nextInt(8); flip++) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                yield Bytes.copyOf(bytes);
            }
            default -> {
                int from = random.nextInt(bytes.length);
                random(bytes.length - from).copyTo(bytes, from);
                yield Bytes.copyOf(bytes);
            }
        };
    }

    private Bytes random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }
}
