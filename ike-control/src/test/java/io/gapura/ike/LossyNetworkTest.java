package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Fragmentation;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.sa.IkeState;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A network that loses, doubles and overtakes: whatever the seed, what both sides agree on works, and nothing is
 * left behind. FakeDataPlane complains of every misuse.
 */
class LossyNetworkTest {
    private static final double LOSS = 0.15;
    private static final double DUPLICATION = 0.1;
    private static final long JITTER_NS = Duration.ofMillis(50).toNanos();

    /** Children with key exchanges of their own, one or several; the IKE SA always has two. */
    private static final List<String> ESP_PROPOSALS = List.of("aes256gcm16-esn", "aes256gcm16-x25519",
            "aes256gcm16-x25519-ke1_mlkem512", "aes256gcm16-x25519-ke1_mlkem768-ke2_ecp256");

    static IntStream seeds() {
        return IntStream.range(0, 150);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everythingComesThroughInTheEnd(int seed) {
        Random random = new Random(seed);
        Fragmentation fragmentation = Fragmentation.values()[seed % 3];
        IkeOptions options = IkeOptions.DEFAULT.withFragmentation(fragmentation, 1280);
        TestPeers peers = new TestPeers(new TestNetwork(seed, LOSS, DUPLICATION, JITTER_NS));
        List<Proposal> esp = Proposals.esp(List.of(ESP_PROPOSALS.get(seed % ESP_PROPOSALS.size())));
        peers.load(TestPeers.leftConnection(options, TestPeers.leftChild().withEspProposals(esp)),
                TestPeers.rightConnection(options, TestPeers.rightChild().withEspProposals(esp)));

        peers.left.initiate("peer", null, peers.network.nowNs);
        peers.run(Duration.ofSeconds(30));
        for (int step = 0; step < 6; step++) {
            command(random.nextInt(4), peers);
            peers.run(Duration.ofMillis(random.nextInt(3000)));
        }
        peers.run(Duration.ofMinutes(1));

        boolean bothUp = !peers.left.isIdle() && !peers.right.isIdle();
        if (bothUp && peers.leftStatus().state() == IkeState.ESTABLISHED && !peers.leftPlane.sending.isEmpty()
                && !peers.rightPlane.sending.isEmpty()) {
            assertThat(peers.trafficFlows()).as("seed %d", seed).isTrue();
        }
        assertThat(peers.left.status(peers.network.nowNs)).as("seed %d", seed).hasSizeLessThanOrEqualTo(1);

        peers.left.shutdown(peers.network.nowNs);
        peers.right.shutdown(peers.network.nowNs);
        peers.run(Duration.ofMinutes(1));
        assertThat(peers.left.isIdle()).as("seed %d", seed).isTrue();
        assertThat(peers.right.isIdle()).as("seed %d", seed).isTrue();
        assertThat(peers.leftPlane.inbound).as("seed %d", seed).isEmpty();
        assertThat(peers.leftPlane.tunnels).as("seed %d", seed).isEmpty();
        assertThat(peers.rightPlane.outbound).as("seed %d", seed).isEmpty();
        assertThat(peers.leftPlane.reserved).as("seed %d", seed).isEmpty();
    }

    private static void command(int which, TestPeers peers) {
        long nowNs = peers.network.nowNs;
        switch (which) {
            case 0 -> peers.left.rekeyChild("net", nowNs);
            case 1 -> peers.right.rekeyChild("net", nowNs);
            case 2 -> peers.left.rekeyIke("peer", nowNs);
            default -> peers.right.rekeyIke("peer", nowNs);
        }
    }
}
