package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.FakeDataPlane.Installed;
import java.util.ArrayDeque;
import java.util.Deque;

/** A packet of each side at every moment that is looked at, and whether the other side can open it when it arrives. */
final class PacketsUnderWay {
    private final TestPeers peers;
    private final Deque<Flight> flights = new ArrayDeque<>();

    private record Flight(Installed sent, FakeDataPlane to, long arrivesNs) {}

    PacketsUnderWay(TestPeers peers) {
        this.peers = peers;
    }

    /** Those that arrive now are opened; then both send. Whoever has nothing to send by sends nothing. */
    void look(String name) {
        long nowNs = peers.network.nowNs;
        while (!flights.isEmpty() && flights.peek().arrivesNs <= nowNs) {
            Flight flight = flights.remove();
            assertThat(flight.to.opens(flight.sent)).as("%s: at %d ms", name, nowNs / 1_000_000).isTrue();
        }
        send(peers.leftPlane, peers.rightPlane, nowNs);
        send(peers.rightPlane, peers.leftPlane, nowNs);
    }

    private void send(FakeDataPlane from, FakeDataPlane to, long nowNs) {
        from.sent().forEach(sent -> flights.add(new Flight(sent, to, nowNs + TestNetwork.LATENCY_NS)));
    }
}
