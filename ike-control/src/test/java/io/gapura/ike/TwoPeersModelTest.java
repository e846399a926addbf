package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.IkeSaStatus.ChildStatus;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.IkeTimes;
import io.gapura.ike.crypto.PostQuantum;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Proposal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attack case E5: every two commands of the two sides, begun at every moment of each other's exchanges, RFC 7296 §2.8
 * and §2.25; with any one of their messages lost; and longer rows of commands on a network that loses, doubles and
 * reorders. Whatever happens:
 *
 * <ul>
 * <li>what a side sends at any millisecond can be opened by the other side when it arrives, unless all was deleted to begin anew
 * <li>in the end both have the same IKE SA and the same children, or none: one pair of SAs for each
 * <li>nothing else is left behind
 * </ul>
 *
 * <p>A run is given by its name and, where chance plays a part, its seed: {@code -Dgapura.model.seeds=100000} tries
 * more of these.
 */
final class TwoPeersModelTest {
    /** What an exchange takes: a message is under way for 5 ms. */
    private static final int[] OFFSETS_MS = {0, 1, 3, 4, 5, 6, 8, 9, 10, 11, 12, 15, 16, 20, 21, 26};
    private static final int[] FEW_OFFSETS_MS = {0, 4, 6, 11};
    private static final int MOST_MESSAGES = 10;
    private static final int SEEDS = Integer.getInteger("gapura.model.seeds", 200);

    private static final List<Proposal> CLASSICAL = Proposals.ike(List.of(), PostQuantum.OFF);

    /** What is done. */
    enum Command {
        REKEY_CHILD,
        REKEY_IKE,
        DELETE_CHILD,
        DELETE_IKE,
        /** Only left's to begin, which has begun the IKE SA. */
        REAUTHENTICATE;

        boolean deletes() {
            return this == DELETE_CHILD || this == DELETE_IKE;
        }
    }

    private static final List<Command> RENEW_AND_DELETE = List.of(Command.REKEY_CHILD, Command.REKEY_IKE,
            Command.DELETE_CHILD, Command.DELETE_IKE);

    /** By whom. */
    record Act(boolean byLeft, Command command) {
        void begin(TestPeers peers) {
            IkeAgent agent = byLeft ? peers.left : peers.right;
            long nowNs = peers.network.nowNs;
            switch (command) {
                case REKEY_CHILD -> agent.rekeyChild("net", nowNs);
                case REKEY_IKE -> agent.rekeyIke("peer", nowNs);
                case DELETE_CHILD -> agent.terminateChild("net", nowNs);
                case DELETE_IKE -> agent.terminateIke("peer", nowNs);
                case REAUTHENTICATE -> agent.reauthenticateIke("peer", nowNs);
            }
        }

        @Override
        public String toString() {
            return (byLeft ? "left " : "right ") + command;
        }
    }

    /** Two acts of which the second begins so much later. */
    record Pair(Act first, Act second) {
        boolean reauthenticates() {
            return first.command == Command.REAUTHENTICATE || second.command == Command.REAUTHENTICATE;
        }
    }

    static Stream<Pair> pairs() {
        List<Act> acts = new ArrayList<>();
        for (Command command : RENEW_AND_DELETE) {
            acts.add(new Act(true, command));
            acts.add(new Act(false, command));
        }
        // What left begins is what right begins, seen in a mirror.
        return acts.stream().filter(Act::byLeft)
                .flatMap(first -> acts.stream().map(second -> new Pair(first, second)));
    }

    /** Each with a reauthentication, before or after it. */
    static Stream<Pair> pairsWithReauthentication() {
        Act reauthenticate = new Act(true, Command.REAUTHENTICATE);
        List<Act> others = new ArrayList<>(List.of(reauthenticate));
        for (Command command : RENEW_AND_DELETE) {
            others.add(new Act(true, command));
            others.add(new Act(false, command));
        }
        return others.stream()
                .flatMap(other -> Stream.of(new Pair(reauthenticate, other), new Pair(other, reauthenticate)));
    }

    private static TestPeers connected(TestNetwork network, List<Proposal> ike, String esp) {
        return connected(network, ike, esp, IkeTimes.DEFAULT);
    }

    private static TestPeers connected(TestNetwork network, List<Proposal> ike, String esp, IkeTimes times) {
        List<Proposal> proposals = Proposals.esp(List.of(esp));
        TestPeers peers = new TestPeers(network);
        peers.load(
                TestPeers
                        .leftConnection(IkeOptions.DEFAULT.with(times),
                                TestPeers.leftChild().withEspProposals(proposals))
                        .withProposals(ike),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild().withEspProposals(proposals))
                        .withProposals(ike));
        return peers.connect();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void twoCommandsAtEveryMomentOfEachOther(Pair pair) {
        for (int offsetMs : OFFSETS_MS) {
            run(pair, offsetMs, -1, "aes256gcm16");
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void theSameWithKeyExchangesOfTheirOwn(Pair pair) {
        for (int offsetMs : OFFSETS_MS) {
            run(pair, offsetMs, -1, "aes256gcm16-x25519-ke1_mlkem512");
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void twoCommandsWithAnyOneMessageLost(Pair pair) {
        for (int offsetMs : FEW_OFFSETS_MS) {
            for (int lost = 0; lost < MOST_MESSAGES; lost++) {
                run(pair, offsetMs, lost, "aes256gcm16");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairsWithReauthentication")
    void reauthenticationAtEveryMomentOfEverythingElse(Pair pair) {
        for (int offsetMs = 0; offsetMs <= 44; offsetMs += 4) {
            run(pair, offsetMs, -1, "aes256gcm16", IkeTimes.DEFAULT);
            run(pair, offsetMs, -1, "aes256gcm16", IkeTimes.DEFAULT.breakingBeforeMaking());
        }
    }

    @ParameterizedTest
    @MethodSource("pairsWithReauthentication")
    void reauthenticationWithAnyOneMessageLost(Pair pair) {
        for (int lost = 0; lost < MOST_MESSAGES; lost++) {
            run(pair, 16, lost, "aes256gcm16", IkeTimes.DEFAULT);
            run(pair, 6, lost, "aes256gcm16", IkeTimes.DEFAULT.breakingBeforeMaking());
        }
    }

    private static void run(Pair pair, int offsetMs, int lost, String esp) {
        run(pair, offsetMs, lost, esp, IkeTimes.DEFAULT);
    }

    private static void run(Pair pair, int offsetMs, int lost, String esp, IkeTimes times) {
        String name = "%s, %d ms later %s, message %d lost, %s, %s".formatted(pair.first, offsetMs, pair.second, lost,
                esp,
                times.makeBeforeBreak() ? "make before break" : "break before make");
        TestPeers peers = connected(TestNetwork.perfect(), CLASSICAL, esp, times);
        int[] sent = {0};
        peers.network.passes = _ -> sent[0]++ != lost;
        boolean deletes = pair.first.command.deletes() || pair.second.command.deletes();
        PacketsUnderWay packets = new PacketsUnderWay(peers);
        boolean goesOn = !pair.reauthenticates() || (times.makeBeforeBreak() && !deletes);
        pair.first.begin(peers);
        runWithTraffic(peers, offsetMs, goesOn ? packets : null, name);
        pair.second.begin(peers);
        runWithTraffic(peers, lost < 0 || deletes ? 300 : 8_000, goesOn ? packets : null, name);
        peers.coast(Duration.ofSeconds(70));

        assertConsistent(peers, name);
        if (!deletes) {
            assertThat(peers.left.status(peers.network.nowNs)).as(name).hasSize(1);
            assertThat(peers.leftStatus().children()).as(name).hasSize(1);
            assertThat(peers.trafficFlows()).as(name).isTrue();
        }
    }

    /** Without packets where there may be a moment at which only one side has something to send by: as when all begins. */
    private static void runWithTraffic(TestPeers peers, int ms, @Nullable PacketsUnderWay packets, String name) {
        peers.runUntil(Duration.ofMillis(ms), () -> {
            if (packets != null) {
                packets.look(name);
            }
            return false;
        });
    }

    /** Whoever has nothing to send by sends nothing. */
    private static boolean whatIsSentArrives(TestPeers peers) {
        return (peers.leftPlane.sending.isEmpty() || peers.leftPlane.reaches(peers.rightPlane))
                && (peers.rightPlane.sending.isEmpty() || peers.rightPlane.reaches(peers.leftPlane));
    }

    /** Both sides have the same, and in their data planes what belongs to it. */
    private static void assertConsistent(TestPeers peers, String name) {
        long nowNs = peers.network.nowNs;
        List<IkeSaStatus> left = peers.left.status(nowNs);
        List<IkeSaStatus> right = peers.right.status(nowNs);
        assertThat(left).as(name).hasSizeLessThanOrEqualTo(1).hasSameSizeAs(right);
        List<ChildStatus> leftChildren = left.isEmpty() ? List.of() : left.getFirst().children();
        List<ChildStatus> rightChildren = right.isEmpty() ? List.of() : right.getFirst().children();
        assertThat(leftChildren).as(name).hasSizeLessThanOrEqualTo(1);
        assertThat(leftChildren).as(name).extracting(ChildStatus::spiIn)
                .isEqualTo(rightChildren.stream().map(ChildStatus::spiOut).toList());
        assertThat(rightChildren).as(name).extracting(ChildStatus::spiIn)
                .isEqualTo(leftChildren.stream().map(ChildStatus::spiOut).toList());
        if (!left.isEmpty()) {
            assertThat(left.getFirst().initiatorSpi()).as(name).isEqualTo(right.getFirst().initiatorSpi());
            assertThat(left.getFirst().initiator()).as(name).isNotEqualTo(right.getFirst().initiator());
        }
        assertPlane(peers.leftPlane, leftChildren.size(), name);
        assertPlane(peers.rightPlane, rightChildren.size(), name);
        assertThat(whatIsSentArrives(peers)).as(name).isTrue();
    }

    private static void assertPlane(FakeDataPlane plane, int children, String name) {
        assertThat(plane.inbound).as(name).hasSize(children);
        assertThat(plane.outbound).as(name).hasSize(children);
        assertThat(plane.sending).as(name).hasSize(children);
        assertThat(plane.tunnels).as(name).hasSize(children);
        assertThat(plane.reserved).as(name).isEmpty();
    }

    static IntStream seeds() {
        return IntStream.range(0, SEEDS);
    }

    /** Rekeys from both sides in quick succession, with a deletion at the end of some: what is left fits together. */
    @ParameterizedTest
    @MethodSource("seeds")
    void manyCommandsOnABadNetwork(int seed) {
        Random random = new Random(seed);
        double loss = seed % 4 * 0.1;
        TestNetwork network = new TestNetwork(seed, loss, 0.1, Duration.ofMillis(seed % 3 * 20L).toNanos());
        TestPeers peers = connected(network, seed % 2 == 0 ? CLASSICAL : Proposals.ike(List.of()),
                seed % 5 == 0 ? "aes256gcm16-x25519" : "aes256gcm16");
        peers.runUntil(Duration.ofSeconds(60), peers::trafficFlows);
        List<Act> acts = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            Command command = number == 7 && seed % 3 == 0
                    ? RENEW_AND_DELETE.get(2 + random.nextInt(2))
                    : number == 4 && seed % 5 == 1 ? Command.REAUTHENTICATE : RENEW_AND_DELETE.get(random.nextInt(2));
            Act act = new Act(command == Command.REAUTHENTICATE || random.nextBoolean(), command);
            acts.add(act);
            act.begin(peers);
            peers.run(Duration.ofMillis(random.nextInt(60)));
        }
        peers.coast(Duration.ofSeconds(150));
        assertConsistent(peers, "seed %d: %s".formatted(seed, acts));
    }
}
