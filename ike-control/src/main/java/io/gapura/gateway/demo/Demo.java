package io.gapura.gateway.demo;

import io.gapura.engine.counters.Ledger;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.gateway.demo.DemoReport.Throughput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Two gateways and two hosts in one process, joined by memory: handshake, traffic looked at byte for byte, rekeys
 * under traffic, throughput. On one thread, without privileges and native libraries.
 *
 * <pre>
 *   left host ── [ gateway 1 ] ══ IKE and ESP ══ [ gateway 2 ] ── right host
 *   10.1.0.1                                                      10.2.0.1
 * </pre>
 */
public final class Demo implements AutoCloseable {
    private static final int[] SIZES = {64, 512, 1420};
    private static final int CHUNKS = 4096;
    private static final int CHUNK_BYTES = 2048;
    private static final int BURST = 8;
    private static final int ROUNDS_AROUND_REKEY = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Consumer<String> progress;
    private final Duration perSize;
    private final AeadSuite suite = SuiteChoice.preferred();
    private final AeadSuite otherSuite = SuiteChoice.preferred();
    private final DemoGateway one;
    private final DemoGateway two;
    private final DemoHost left;
    private final DemoHost right;
    private String fault = "";

    /**
     * Builds everything.
     *
     * @param progress told in words what happens
     * @param perSize  how long to measure each packet size
     */
    public Demo(Consumer<String> progress, Duration perSize) {
        this.progress = progress;
        this.perSize = perSize;
        BufferPool pool = BufferPool.allocate(CHUNKS, CHUNK_BYTES);
        MemoryLink link = new MemoryLink();
        long nowNs = System.nanoTime();
        this.one = new DemoGateway(1, suite, pool, link.left(), nowNs);
        this.two = new DemoGateway(2, otherSuite, pool, link.right(), nowNs);
        one.connect(two);
        this.left = new DemoHost("left", pool, DemoGateway.host(1, 1), DemoGateway.host(2, 1), one.lan());
        this.right = new DemoHost("right", pool, DemoGateway.host(2, 1), DemoGateway.host(1, 1), two.lan());
    }

    /** Shows everything, whether or not all of it holds. */
    public DemoReport run() {
        progress.accept("two gateways in one process, ESP by " + suite.description());
        double handshakeMs = handshake();
        double roundTripMs = exchangeTraffic();
        long lost = rekeyUnderTraffic();
        long checked = left.received() + right.received();
        List<Throughput> throughput = fault.isEmpty() ? throughput() : List.of();
        checkBooks();
        return new DemoReport(suite.description(), handshakeMs, roundTripMs, checked, lost,
                left.damaged() + right.damaged(), throughput, drops(), fault);
    }

    private double handshake() {
        one.agent().initiate(DemoGateway.CONNECTION, DemoGateway.CHILD, System.nanoTime());
        expect(until(
                () -> one.handshakeNs() > 0 && two.handshakeNs() > 0 && one.children() == 1 && two.children() == 1),
                "the handshake did not come to an end");
        progress.accept("IKE SA and child SA are up after %.1f ms".formatted(one.handshakeNs() / 1e6));
        return one.handshakeNs() / 1e6;
    }

    /** Warms up too: the round trip is taken at the end. */
    private double exchangeTraffic() {
        for (int round = 0; round < ROUNDS_AROUND_REKEY; round++) {
            exchange(DemoHost.MIN_PACKET_BYTES + round * 5);
        }
        long beganNs = System.nanoTime();
        exchange(SIZES[0]);
        double roundTripMs = (System.nanoTime() - beganNs) / 1e6;
        expect(lost() == 0 && left.received() > 0, lost() + " packets did not come through");
        expect(left.damaged() + right.damaged() == 0, "packets came through damaged");
        progress.accept("%,d packets both ways, each looked at byte for byte".formatted(
                left.received() + right.received()));
        return roundTripMs;
    }

    /** A burst both ways. */
    private void exchange(int bytes) {
        left.send(BURST, bytes);
        right.send(BURST, bytes);
        settle();
        left.receive(true);
        right.receive(true);
    }

    private long rekeyUnderTraffic() {
        rekey("child SA", () -> one.agent().rekeyChild(DemoGateway.CHILD, System.nanoTime()));
        rekey("child SA by the other side", () -> two.agent().rekeyChild(DemoGateway.CHILD, System.nanoTime()));
        rekey("IKE SA", () -> one.agent().rekeyIke(DemoGateway.CONNECTION, System.nanoTime()));
        return lost();
    }

    private void rekey(String what, Runnable command) {
        String before = one.spis();
        command.run();
        for (int round = 0; round < ROUNDS_AROUND_REKEY; round++) {
            exchange(SIZES[1]);
        }
        boolean renewed = until(() -> !one.spis().equals(before) && one.isSettled() && two.isSettled());
        expect(renewed, "the " + what + " was not rekeyed");
        expect(lost() == 0, lost() + " packets were lost while the " + what + " was rekeyed");
        progress.accept("rekeyed the " + what + " under traffic, " + lost() + " packets lost");
    }

    private List<Throughput> throughput() {
        List<Throughput> rows = new ArrayList<>();
        for (int bytes : SIZES) {
            stream(bytes, perSize.dividedBy(2));
            Throughput row = new Throughput(bytes, stream(bytes, perSize));
            progress.accept("%5d bytes: %8.3f Mpps %7.2f Gbit/s through both gateways".formatted(bytes,
                    row.packetsPerSecond() / 1e6, row.gbps()));
            rows.add(row);
        }
        expect(lost() == 0, lost() + " packets were lost in the throughput run");
        return rows;
    }

    /** Packets per second from left to right. */
    private double stream(int bytes, Duration time) {
        long before = right.received();
        long beganNs = System.nanoTime();
        long elapsedNs;
        do {
            for (int burst = 0; burst < 16; burst++) {
                left.send(PacketBatch.CAPACITY, bytes);
                forward();
                right.receive(false);
            }
            one.doWork(System.nanoTime());
            two.doWork(System.nanoTime());
            elapsedNs = System.nanoTime() - beganNs;
        } while (elapsedNs < time.toNanos());
        return (right.received() - before) * 1e9 / elapsedNs;
    }

    private void forward() {
        while (one.forward() + two.forward() > 0) {
            // until nothing moves
        }
    }

    /** Duty cycles until nothing moves. */
    private void settle() {
        while (one.doWork(System.nanoTime()) + two.doWork(System.nanoTime()) > 0) {
            // until nothing moves
        }
    }

    private boolean until(BooleanSupplier happened) {
        long endNs = System.nanoTime() + PATIENCE.toNanos();
        while (!happened.getAsBoolean() && System.nanoTime() < endNs) {
            settle();
        }
        return happened.getAsBoolean();
    }

    private long lost() {
        return left.sent() + right.sent() - left.received() - right.received();
    }

    private void checkBooks() {
        for (DemoGateway gateway : List.of(one, two)) {
            Ledger ledger = gateway.engine().ledger();
            expect(ledger.balances(), "packets are not accounted for: " + ledger);
            expect(gateway.faults().isEmpty(), "a worker failed: " + gateway.faults());
        }
    }

    private Map<String, Long> drops() {
        Map<String, Long> drops = new TreeMap<>();
        for (DemoGateway gateway : List.of(one, two)) {
            gateway.engine().ledger().drops().forEach((reason, count) -> drops.merge(reason.name(), count, Long::sum));
        }
        return drops;
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds && fault.isEmpty()) {
            fault = otherwise;
        }
    }

    @Override
    public void close() {
        one.close();
        two.close();
    }
}
