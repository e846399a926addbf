package io.gapura.ike;

import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Fetcher;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.crypto.PostQuantum;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Two IKE agents, left and right, on one network and one clock. */
final class TestPeers {
    static final InetAddress LEFT = InetAddress.ofLiteral("192.0.2.1");
    static final InetAddress RIGHT = InetAddress.ofLiteral("192.0.2.2");
    static final InetAddress ELSEWHERE = InetAddress.ofLiteral("198.51.100.77");
    static final Identity LEFT_ID = Identity.parse("left.example.org");
    static final Identity RIGHT_ID = Identity.parse("right.example.org");
    static final InetAddress LEFT6 = InetAddress.ofLiteral("2001:db8:1::1");
    static final InetAddress RIGHT6 = InetAddress.ofLiteral("2001:db8:2::1");
    private static final long STEP_NS = 1_000_000;

    final TestNetwork network;
    final FakeDataPlane leftPlane = new FakeDataPlane(0x1000);
    final FakeDataPlane rightPlane = new FakeDataPlane(0x2000);
    final List<String> failures = new ArrayList<>();
    final IkeAgent left;
    final IkeAgent right;

    TestPeers(TestNetwork network) {
        this(network, IkeSettings.DEFAULT);
    }

    TestPeers(TestNetwork network, IkeSettings settings) {
        this(network, settings, Outside.ALONE);
    }

    /** At this date, which certificates care about. */
    static TestPeers on(Instant date) {
        return new TestPeers(TestNetwork.perfect(), IkeSettings.DEFAULT,
                new Outside(Errands.AT_ONCE, Fetcher.NONE, InstantSource.fixed(date)));
    }

    TestPeers(TestNetwork network, IkeSettings settings, Outside outside) {
        this.network = network;
        IkeListener listener = new IkeListener() {
            @Override
            public void onFailed(String connection, String child, String reason) {
                failures.add(reason);
            }
        };
        left = new IkeAgent(settings, leftPlane, network.attach(LEFT, LEFT6), random(network.seed), outside, listener,
                network.nowNs);
        right = new IkeAgent(settings, rightPlane, network.attach(RIGHT, RIGHT6), random(~network.seed), outside,
                listener, network.nowNs);
    }

    /** The same numbers for the same seed: nonces decide collisions. */
    private static SecureRandom random(long seed) {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(seed);
            return random;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Child leftChild() {
        return Child.of("net", selector("10.1.0.0", "10.1.255.255"), selector("10.2.0.0", "10.2.255.255"));
    }

    static Child rightChild() {
        return Child.of("net", selector("10.2.0.0", "10.2.255.255"), selector("10.1.0.0", "10.1.255.255"));
    }

    static Child otherLeftChild() {
        return Child.of("other", selector("10.3.0.0", "10.3.255.255"), selector("10.4.0.0", "10.4.255.255"));
    }

    static Child otherRightChild() {
        return Child.of("other", selector("10.4.0.0", "10.4.255.255"), selector("10.3.0.0", "10.3.255.255"));
    }

    static TrafficSelector selector(String first, String last) {
        return TrafficSelector.ofAddresses(address(first), address(last));
    }

    private static Bytes address(String literal) {
        return Bytes.copyOf(InetAddress.ofLiteral(literal).getAddress());
    }

    static Connection leftConnection(IkeOptions options, Child... children) {
        return leftConnection(Authentication.byKey(LEFT_ID, RIGHT_ID, Secret.ofUtf8("a key that both know")), options,
                children);
    }

    static Connection leftConnection(Authentication auth, IkeOptions options, Child... children) {
        return new Connection("peer", LEFT, RIGHT, Connection.DEFAULT_PORT, auth, Proposals.ike(List.of()),
                List.of(children), options);
    }

    static Connection rightConnection(IkeOptions options, Child... children) {
        return rightConnection(Authentication.byKey(RIGHT_ID, LEFT_ID, Secret.ofUtf8("a key that both know")), options,
                children);
    }

    static Connection rightConnection(Authentication auth, IkeOptions options, Child... children) {
        return new Connection("peer", RIGHT, LEFT, Connection.DEFAULT_PORT, auth, Proposals.ike(List.of()),
                List.of(children), options);
    }

    /** As {@link #rightConnection}, but left, or who pretends to be left, may come from anywhere. */
    static Connection rightForAnybody() {
        Connection right = rightConnection(IkeOptions.DEFAULT, rightChild());
        return new Connection(right.name(), right.localAddress(), null, right.remotePort(), right.auth(),
                right.proposals(), right.children(), right.options());
    }

    TestPeers load() {
        return load(leftConnection(IkeOptions.DEFAULT, leftChild()), rightConnection(IkeOptions.DEFAULT, rightChild()));
    }

    /** Without the exchange in between. */
    TestPeers loadClassical() {
        List<Proposal> classical = Proposals.ike(List.of(), PostQuantum.OFF);
        return load(leftConnection(IkeOptions.DEFAULT, leftChild()).withProposals(classical),
                rightConnection(IkeOptions.DEFAULT, rightChild()).withProposals(classical));
    }

    TestPeers load(Connection ofLeft, Connection ofRight) {
        right.load(List.of(ofRight), network.nowNs);
        left.load(List.of(ofLeft), network.nowNs);
        return this;
    }

    /** Left sets the child up, and both are given the time for it. */
    TestPeers connect() {
        left.initiate("peer", null, network.nowNs);
        run(Duration.ofSeconds(1));
        return this;
    }

    void run(Duration time) {
        runUntil(time, () -> false);
    }

    /** As {@link #run}, in steps of a duty cycle that has little to do. */
    void coast(Duration time) {
        runUntil(time, 10 * STEP_NS, () -> false);
    }

    /** Whether it happened in time. */
    boolean runUntil(Duration atMost, BooleanSupplier happened) {
        return runUntil(atMost, STEP_NS, happened);
    }

    private boolean runUntil(Duration atMost, long stepNs, BooleanSupplier happened) {
        long endNs = network.nowNs + atMost.toNanos();
        while (network.nowNs < endNs && !happened.getAsBoolean()) {
            network.advance(stepNs);
            left.doWork(network.nowNs);
            right.doWork(network.nowNs);
        }
        return happened.getAsBoolean();
    }

    /** Packets of either side can be opened by the other. */
    boolean trafficFlows() {
        return leftPlane.reaches(rightPlane) && rightPlane.reaches(leftPlane);
    }

    IkeSaStatus leftStatus() {
        return left.status(network.nowNs).getFirst();
    }

    IkeSaStatus rightStatus() {
        return right.status(network.nowNs).getFirst();
    }
}
