package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Habits;
import io.gapura.ike.config.Unique;
import io.gapura.ike.crypto.PostQuantum;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Proposal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both sides begin an IKE SA at once, at every moment of each other's exchanges, with any one message lost, and on networks
 * that lose, double and reorder. From the first moment at which packets get through in both directions they always do; in
 * the end one IKE SA is left with all the children, the same at both sides, and nothing else. Attack case E5 has the rest.
 */
final class CrossingTest {
    private static final List<Proposal> CLASSICAL = Proposals.ike(List.of(), PostQuantum.OFF);
    private static final List<Proposal> HYBRID = Proposals.ike(List.of());
    private static final int MOST_MESSAGES = 12;
    private static final int SEEDS = Integer.getInteger("gapura.model.seeds", 100);

    /** The policies of both sides. */
    record Policies(Unique left, Unique right) {
        boolean neverBoth() {
            return left == Unique.NEVER || right == Unique.NEVER;
        }
    }

    static Stream<Policies> policies() {
        return Stream.of(Unique.values())
                .flatMap(left -> Stream.of(Unique.values()).map(right -> new Policies(left, right)));
    }

    private static IkeOptions options(Unique unique) {
        return IkeOptions.DEFAULT.with(Habits.DEFAULT.withUnique(unique));
    }

    private static TestPeers peers(TestNetwork network, Policies policies, List<Proposal> proposals, Child... others) {
        List<Child> ofLeft = new ArrayList<>(List.of(TestPeers.leftChild()));
        List<Child> ofRight = new ArrayList<>(List.of(TestPeers.rightChild()));
        if (others.length > 0) {
            ofLeft.add(TestPeers.otherLeftChild());
            ofRight.add(TestPeers.otherRightChild());
        }
        Connection left = TestPeers.leftConnection(options(policies.left), ofLeft.toArray(Child[]::new));
        Connection right = TestPeers.rightConnection(options(policies.right), ofRight.toArray(Child[]::new));
        return new TestPeers(network).load(left.withProposals(proposals), right.withProposals(proposals));
    }

    /** Whether packets have got through since they first did. */
    private static final class Traffic {
        private final TestPeers peers;
        private final PacketsUnderWay packets;
        private boolean flowed;

        Traffic(TestPeers peers) {
            this.peers = peers;
            this.packets = new PacketsUnderWay(peers);
        }

        void look(String name) {
            flowed = flowed || peers.trafficFlows();
            if (flowed) {
                packets.look(name);
            }
        }
    }

    private static void begin(TestPeers peers, String ofLeft, String ofRight, int offsetMs, String name) {
        Traffic traffic = new Traffic(peers);
        peers.left.initiate("peer", ofLeft.equals("all") ? null : ofLeft, peers.network.nowNs);
        watch(peers, traffic, Duration.ofMillis(offsetMs), name);
        peers.right.initiate("peer", ofRight.equals("all") ? null : ofRight, peers.network.nowNs);
        watch(peers, traffic, Duration.ofSeconds(3), name);
        peers.coast(Duration.ofSeconds(13));
        assertThat(traffic.flowed && peers.trafficFlows()).as(name).isTrue();
    }

    private static void watch(TestPeers peers, Traffic traffic, Duration time, String name) {
        peers.runUntil(time, () -> {
            traffic.look(name);
            return false;
        });
    }

    private static void assertOneIsLeft(TestPeers peers, int children, String name) {
        assertThat(peers.left.status(peers.network.nowNs)).as(name).hasSize(1);
        assertThat(peers.right.status(peers.network.nowNs)).as(name).hasSize(1);
        assertThat(peers.leftStatus().initiatorSpi()).as(name).isEqualTo(peers.rightStatus().initiatorSpi());
        assertThat(peers.leftStatus().children()).as(name).hasSize(children);
        assertThat(peers.rightStatus().children()).as(name).hasSize(children);
        for (FakeDataPlane plane : List.of(peers.leftPlane, peers.rightPlane)) {
            assertThat(plane.inbound).as(name).hasSize(children);
            assertThat(plane.outbound).as(name).hasSize(children);
            assertThat(plane.tunnels).as(name).hasSize(children);
            assertThat(plane.reserved).as(name).isEmpty();
        }
        assertThat(peers.left.halfOpenCount() + peers.right.halfOpenCount()).as(name).isZero();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void oneIsLeftWhateverTheMoment(Policies policies) {
        for (int offsetMs = 0; offsetMs <= 25; offsetMs += 2) {
            String name = "%s, %d ms later".formatted(policies, offsetMs);
            TestPeers peers = peers(TestNetwork.perfect(), policies, CLASSICAL);
            begin(peers, "all", "all", offsetMs, name);
            if (!policies.neverBoth()) {
                assertOneIsLeft(peers, 1, name);
            } else {
                assertWholeOnes(peers, name);
            }
        }
    }

    /** With unique: never there may be two, but no half of one. */
    private static void assertWholeOnes(TestPeers peers, String name) {
        List<IkeSaStatus> left = peers.left.status(peers.network.nowNs);
        assertThat(left).as(name).hasSizeBetween(1, 2);
        assertThat(peers.right.status(peers.network.nowNs)).as(name).extracting(IkeSaStatus::initiatorSpi)
                .containsExactlyInAnyOrderElementsOf(left.stream().map(IkeSaStatus::initiatorSpi).toList());
        assertThat(left).as(name).allMatch(sa -> sa.children().size() == 1);
        assertThat(peers.leftPlane.inbound).as(name).hasSameSizeAs(left);
        assertThat(peers.rightPlane.inbound).as(name).hasSameSizeAs(left);
    }

    /** IKE_INTERMEDIATE makes it longer, and seeds decide who goes. */
    @ParameterizedTest
    @EnumSource(value = Unique.class, names = {"NO", "REPLACE"})
    void theSameWithKeyExchangesInBetween(Unique unique) {
        for (int offsetMs = 0; offsetMs <= 36; offsetMs += 3) {
            String name = "%s, %d ms later".formatted(unique, offsetMs);
            TestPeers peers = peers(new TestNetwork(offsetMs, 0, 0, 0), new Policies(unique, unique), HYBRID);
            begin(peers, "all", "all", offsetMs, name);
            assertOneIsLeft(peers, 1, name);
        }
    }

    /** What only one of them has asked for is there in the end too. */
    @ParameterizedTest
    @CsvSource({"net, other", "other, net", "all, net", "net, all", "all, all"})
    void noChildIsForgotten(String ofLeft, String ofRight) {
        for (int seed = 0; seed < 6; seed++) {
            String name = "%s and %s, seed %d".formatted(ofLeft, ofRight, seed);
            TestPeers peers = peers(new TestNetwork(seed, 0, 0, 0), new Policies(Unique.NO, Unique.NO), CLASSICAL,
                    TestPeers.otherLeftChild());
            begin(peers, ofLeft, ofRight, 4 * seed, name);
            assertOneIsLeft(peers, 2, name);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Unique.class, names = {"NO", "KEEP", "REPLACE"})
    void anyOneMessageLost(Unique unique) {
        for (int offsetMs : new int[] {0, 4, 8, 12, 16}) {
            for (int lost = 0; lost < MOST_MESSAGES; lost++) {
                String name = "%s, %d ms later, message %d lost".formatted(unique, offsetMs, lost);
                TestPeers peers = peers(new TestNetwork(lost, 0, 0, 0), new Policies(unique, unique), CLASSICAL);
                int[] sent = {0};
                int which = lost;
                peers.network.passes = _ -> sent[0]++ != which;
                begin(peers, "all", "all", offsetMs, name);
                assertOneIsLeft(peers, 1, name);
            }
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, SEEDS);
    }

    /** INITIAL_CONTACT comes late on such networks: it must not cost the IKE SA that was made meanwhile. */
    @ParameterizedTest
    @MethodSource("seeds")
    void onABadNetwork(int seed) {
        Unique unique = List.of(Unique.NO, Unique.KEEP, Unique.REPLACE).get(seed % 3);
        String name = "seed %d, %s".formatted(seed, unique);
        TestPeers peers = peers(new TestNetwork(seed, seed % 4 * 0.04, 0.1, Duration.ofMillis(60).toNanos()),
                new Policies(unique, unique), CLASSICAL);
        begin(peers, "all", "all", seed % 25, name);
        peers.coast(Duration.ofSeconds(60));
        assertOneIsLeft(peers, 1, name);
    }
}
