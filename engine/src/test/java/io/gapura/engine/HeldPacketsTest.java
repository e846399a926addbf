package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.Lifetime;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Packets wait for the tunnel that they asked for, not too many of them and not too long, RFC 4301 §4.4.1. */
final class HeldPacketsTest {
    private static final int MOST = 64;
    private static final int MOST_OF_TUNNEL = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final TestGateway gateway = new TestGateway(1);
    private final TestGateway peer = new TestGateway(2);
    private final Tap lan = new Tap(gateway.lanPort);
    private final Tap wan = new Tap(gateway.wanPort);
    private final Tap peerWan = new Tap(peer.wanPort);
    private final Tap peerLan = new Tap(peer.lanPort);
    private final int tunnel = gateway.protect(peer);

    @AfterEach
    void balance() {
        gateway.pass(PATIENCE);
        gateway.step();
        assertThat(gateway.ledger().held()).isZero();
        gateway.assertBalanced();
        gateway.close();
        peer.assertBalanced();
        peer.close();
    }

    /** To the network 10.2.x.0/24, told apart by its port. */
    private static TestPacket packet(int network, int number) {
        return TestPacket.udp(address("10.1.0.1"), address("10.2." + network + ".2"), 4000, number, 100);
    }

    private void send(int network, int number) {
        lan.send(packet(network, number).frame());
        gateway.step();
    }

    /** Sets the tunnel up, as IKE would. */
    private int connect(int number) {
        return peer.receiveFrom(gateway, number, gateway.spec(peer, EspCipher.AES_128_GCM_16, true));
    }

    private static List<Integer> numbers(List<byte[]> frames) {
        return frames.stream().map(frame -> (int) ByteBuffer.wrap(frame).getShort(14 + 20 + 2)).toList();
    }

    /** What comes out behind the peer. */
    private List<Integer> delivered() {
        wan.receive().forEach(frame -> {
            peerWan.send(frame);
            peer.step();
        });
        return numbers(peerLan.receive());
    }

    private void assertHeld(int count) {
        assertThat(gateway.ledger().held()).isEqualTo(count);
        assertThat(gateway.ledger().balances()).isTrue();
        assertThat(wan.receive()).isEmpty();
    }

    @Test
    void leaveInTheirOrderWhenTheTunnelIsUp() {
        for (int number = 1; number <= 3; number++) {
            send(0, number);
        }
        assertHeld(3);
        assertThat(gateway.events).containsExactly("acquire tunnel " + tunnel);
        connect(tunnel);
        send(0, 4);
        assertThat(delivered()).containsExactly(1, 2, 3, 4);
        assertThat(gateway.ledger().dropped()).isZero();
    }

    /** What IKE sets up for a trap is a tunnel of its own, in front of it. */
    @Test
    void leaveByTheTunnelThatWasSetUpForThem() {
        send(0, 1);
        int other = gateway.engine.openTunnel();
        gateway.engine.publish(Spd.compile(List.of(Policy.protect("up", gateway.selector(peer), other),
                Policy.protect("trap", gateway.selector(peer), tunnel))));
        gateway.step();
        assertHeld(1);
        connect(other);
        gateway.step();
        assertThat(delivered()).containsExactly(1);
        assertThat(gateway.events).as("each tunnel once").containsExactlyInAnyOrder("acquire tunnel " + tunnel,
                "acquire tunnel " + other);
    }

    @Test
    void areFewOfOneTunnel() {
        for (int number = 1; number <= MOST_OF_TUNNEL + 2; number++) {
            send(0, number);
        }
        assertHeld(MOST_OF_TUNNEL);
        gateway.assertDropCounts(DropReason.NO_SA, 2);
        connect(tunnel);
        gateway.step();
        assertThat(delivered()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void areNotManyInAll() {
        List<Policy> policies = new ArrayList<>();
        for (int network = 0; network < 10; network++) {
            policies.add(Policy.protect("net", to(network), gateway.engine.openTunnel()));
        }
        gateway.engine.publish(Spd.compile(policies));
        for (int number = 0; number < 10 * MOST_OF_TUNNEL; number++) {
            send(number % 10, number);
        }
        assertHeld(MOST);
        gateway.assertDropCounts(DropReason.NO_SA, 10 * MOST_OF_TUNNEL - MOST);
    }

    private static Selector to(int network) {
        return Selector.between(AddressRange.ANY, AddressRange.prefix(address("10.2." + network + ".0"), 24));
    }

    @Test
    void areDroppedWhenTheirTimeIsOver() {
        send(0, 1);
        gateway.pass(Duration.ofSeconds(2));
        send(0, 2);
        gateway.pass(Duration.ofSeconds(3).minusNanos(1));
        gateway.step();
        assertHeld(2);
        gateway.pass(Duration.ofNanos(1));
        gateway.step();
        assertHeld(1);
        gateway.assertDropCounts(DropReason.ACQUIRE_TIMEOUT, 1);
        assertThat(gateway.events).as("asked for at once, and then every second").hasSize(3);
        connect(tunnel);
        gateway.step();
        assertThat(delivered()).containsExactly(2);
    }

    /** Nobody waits longer because policies are published all the time. */
    @Test
    void waitNoLongerWhenPoliciesChange() {
        send(0, 1);
        for (int second = 0; second < 4; second++) {
            gateway.pass(Duration.ofSeconds(1));
            republish();
            gateway.step();
            assertHeld(1);
        }
        gateway.pass(Duration.ofSeconds(1));
        republish();
        gateway.step();
        assertHeld(0);
        gateway.assertDropCounts(DropReason.ACQUIRE_TIMEOUT, 1);
    }

    private void republish() {
        gateway.engine.publish(Spd.compile(List.of(Policy.protect("tunnel", gateway.selector(peer), tunnel))));
    }

    @Test
    void areDiscardedIfThePolicySaysSoMeanwhile() {
        send(0, 1);
        gateway.engine.publish(Spd.compile(List.of(Policy.discard("none", Selector.ANY))));
        gateway.step();
        gateway.assertDropped(DropReason.POLICY_DISCARD, 1);
    }

    @Test
    void passInClearIfThePolicySaysSoMeanwhile() {
        send(0, 7);
        gateway.engine.publish(Spd.compile(List.of(Policy.bypass("all", Selector.ANY))));
        gateway.step();
        assertThat(numbers(wan.receive())).containsExactly(7);
    }

    @Test
    void areCutIfTheyAreTooBigForTheTunnelThatComes() {
        lan.send(TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 1, 2, 1450).frame());
        gateway.step();
        assertHeld(1);
        connect(tunnel);
        gateway.step();
        assertThat(wan.receive()).hasSize(2);
    }

    /** An SA at its hard limit is deleted and its tunnel set up anew: what comes in between waits. */
    @Test
    void waitForTheNextSaToo() {
        peer.receiveFrom(gateway, tunnel, gateway.spec(peer, EspCipher.AES_128_GCM_16, false)
                .withLifetime(new Lifetime(1, 1, Lifetime.UNLIMITED, Lifetime.UNLIMITED)));
        send(0, 1);
        assertThat(delivered()).containsExactly(1);
        gateway.engine.clearTunnel(tunnel);
        send(0, 2);
        assertHeld(1);
        connect(tunnel);
        gateway.step();
        assertThat(delivered()).containsExactly(2);
    }

    @Test
    void areCountedAsHeldIfTheEngineIsClosed() {
        TestGateway closed = new TestGateway(1);
        closed.protect(peer);
        new Tap(closed.lanPort).send(packet(0, 1).frame());
        closed.step();
        closed.close();
        assertThat(closed.ledger().held()).isEqualTo(1);
        assertThat(closed.ledger().balances()).isTrue();
        assertThat(closed.faults).isEmpty();
    }

    /** Worker 1 holds the packet, and the SA becomes worker 0's. */
    @Test
    void areHandedOverToTheWorkerThatOwnsTheSa() {
        List<Throwable> faults = new ArrayList<>();
        List<Port> first = ports();
        List<Port> second = ports();
        Tap clear = new Tap((MemoryPort) second.get(0));
        Tap encrypted = new Tap((MemoryPort) first.get(1));
        try (Engine engine = Engine.stepped(EngineSettings.of(2, faults::add), new JcaSuite(),
                List.of(first, second))) {
            int down = engine.openTunnel();
            engine.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, down))));
            engine.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(1, 1500, 3, 2)).build());
            clear.send(packet(0, 1).frame());
            engine.doWork();
            assertThat(engine.counters().get(1).value(WorkerCounter.HELD)).isEqualTo(1);
            engine.installOutbound(down, 0x1001, gateway.spec(peer, EspCipher.AES_128_GCM_16, true));
            for (int cycle = 0; cycle < 3; cycle++) {
                engine.doWork();
            }
            assertThat(encrypted.receive()).hasSize(1);
            assertThat(engine.counters().get(1).value(WorkerCounter.HANDED_OVER)).isEqualTo(1);
            assertThat(engine.ledger().held()).isZero();
            assertThat(engine.ledger().balances()).isTrue();
            assertThat(faults).isEmpty();
        }
    }

    private static List<Port> ports() {
        BufferPool pool = BufferPool.allocate(512, 2048);
        return List.of(new MemoryPort(new PortSpec(0, "lan", PortRole.PROTECTED, 0, 1, 0, 1500), pool, 128),
                new MemoryPort(new PortSpec(1, "wan", PortRole.UNPROTECTED, 0, 2, 0, 1500), pool, 128));
    }

    /** What is held, as simply as it can be said. */
    private static final class Model {
        private final List<long[]> waiting = new ArrayList<>();
        private final TreeSet<Integer> up = new TreeSet<>();
        private final List<Integer> sent = new ArrayList<>();
        private int refused;
        private int late;

        void onPacket(int network, int number, long nowNs) {
            if (up.contains(network)) {
                sent.add(number);
            } else if (waiting.size() == MOST
                    || waiting.stream().filter(each -> each[0] == network).count() == MOST_OF_TUNNEL) {
                refused++;
            } else {
                waiting.add(new long[] {network, number, nowNs});
            }
        }

        void look(long nowNs) {
            for (Iterator<long[]> all = waiting.iterator(); all.hasNext();) {
                long[] each = all.next();
                if (up.contains((int) each[0])) {
                    sent.add((int) each[1]);
                    all.remove();
                } else if (nowNs - each[2] >= PATIENCE.toNanos()) {
                    late++;
                    all.remove();
                }
            }
        }
    }

    /** 12 tunnels go up and down, policies are published, packets come, time passes. */
    @Test
    void agreeWithANaiveModel() {
        Random random = new Random(4301);
        Model model = new Model();
        int[] tunnels = new int[12];
        List<Policy> policies = new ArrayList<>();
        for (int network = 0; network < tunnels.length; network++) {
            tunnels[network] = gateway.engine.openTunnel();
            policies.add(Policy.protect("net", to(network), tunnels[network]));
        }
        gateway.engine.publish(Spd.compile(policies));
        List<Integer> delivered = new ArrayList<>();
        long nowNs = 0;
        for (int number = 1; number <= 10_000; number++) {
            int network = random.nextInt(tunnels.length);
            int event = random.nextInt(20);
            switch (event) {
                case 0 -> {
                    if (model.up.add(network)) {
                        connect(tunnels[network]);
                    }
                }
                case 1, 2 -> {
                    if (model.up.remove(network)) {
                        gateway.engine.clearTunnel(tunnels[network]);
                    }
                }
                case 3 -> gateway.engine.publish(Spd.compile(policies));
                case 4 -> {
                    long passed = random.nextLong(PATIENCE.toNanos() / 2);
                    gateway.pass(Duration.ofNanos(passed));
                    nowNs += passed;
                }
                default -> lan.send(packet(network, number).frame());
            }
            model.look(nowNs);
            if (event > 4) {
                model.onPacket(network, number, nowNs);
            }
            gateway.step();
            delivered.addAll(delivered());
            assertThat(gateway.ledger().held()).as("after %d", number).isEqualTo(model.waiting.size());
        }
        assertThat(delivered).isEqualTo(model.sent).hasSizeGreaterThan(1_000);
        assertThat(gateway.ledger().dropped(DropReason.NO_SA)).isEqualTo(model.refused).isPositive();
        assertThat(gateway.ledger().dropped(DropReason.ACQUIRE_TIMEOUT)).isEqualTo(model.late).isPositive();
    }
}
