package io.gapura.ike;

import io.gapura.ike.message.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** IKE datagrams between agents on a virtual clock: lost, doubled and delayed as a seed will have it. */
final class TestNetwork {
    static final long LATENCY_NS = 5_000_000;

    final long seed;
    private final Random random;
    private final double loss;
    private final double duplication;
    private final long jitterNs;
    private final Map<InetAddress, List<Transport.Datagram>> arrived = new HashMap<>();
    private final PriorityQueue<Flying> flying = new PriorityQueue<>(
            Comparator.comparingLong(Flying::atNs).thenComparingLong(Flying::number));
    private long numbers;
    long nowNs = 1_000_000_000L;
    /** Datagrams for which this is false are lost. */
    Predicate<Transport.Datagram> passes = _ -> true;
    /** What a NAT in between does to a datagram under way. */
    UnaryOperator<Transport.Datagram> nat = UnaryOperator.identity();
    final List<Transport.Datagram> log = new ArrayList<>();

    private record Flying(long atNs, long number, Transport.Datagram datagram) {}

    TestNetwork(long seed, double loss, double duplication, long jitterNs) {
        this.seed = seed;
        this.random = new Random(seed);
        this.loss = loss;
        this.duplication = duplication;
        this.jitterNs = jitterNs;
    }

    static TestNetwork perfect() {
        return new TestNetwork(1, 0, 0, 0);
    }

    Transport attach(InetAddress... addresses) {
        List<Transport.Datagram> mine = new ArrayList<>();
        for (InetAddress address : addresses) {
            arrived.put(address, mine);
        }
        return new Transport() {
            @Override
            public void send(Datagram datagram) {
                TestNetwork.this.send(datagram);
            }

            @Override
            public int receive(Receiver receiver, int limit) {
                List<Datagram> taken = List.copyOf(mine);
                mine.clear();
                taken.forEach(receiver::onDatagram);
                return taken.size();
            }
        };
    }

    private void send(Transport.Datagram sent) {
        Transport.Datagram datagram = nat.apply(sent);
        log.add(datagram);
        if (!passes.test(datagram)) {
            return;
        }
        do {
            if (random.nextDouble() >= loss) {
                long delayNs = LATENCY_NS + (jitterNs == 0 ? 0 : random.nextLong(jitterNs));
                flying.add(new Flying(nowNs + delayNs, numbers++, datagram));
            }
        } while (random.nextDouble() < duplication);
    }

    /** Makes a datagram arrive as it is. */
    void inject(InetSocketAddress from, InetSocketAddress to, boolean natPort, Bytes content) {
        deliver(new Transport.Datagram(from, to, natPort, content));
    }

    void advance(long ns) {
        nowNs += ns;
        while (!flying.isEmpty() && flying.peek().atNs <= nowNs) {
            deliver(flying.remove().datagram);
        }
    }

    private void deliver(Transport.Datagram sent) {
        List<Transport.Datagram> inbox = arrived.get(sent.remote().getAddress());
        if (inbox != null) {
            inbox.add(new Transport.Datagram(/* local= */sent.remote(), /* remote= */sent.local(), sent.natPort(),
                    sent.content()));
        }
    }
}
