package io.gapura.gateway.bench;

import io.gapura.ike.DataPlane;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.IkeListener;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.IkeSettings;
import io.gapura.ike.Transport;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Two IKE agents in one process, which set up one tunnel after the other, or all of them at once: each with addresses and
 * an identity of its own at the left end, and one child. Packets are nobody's business here.
 */
public final class IkeBench {
    private static final int MOST_STEPS = 1_000;
    private static final int STEPS_OF_PROGRESS = 4;
    private static final Duration LONGEST_STORM = Duration.ofMinutes(2);

    private final int tunnels;
    private final BenchProof proof;
    private final String proposals;
    private final BenchCredentials credentials;
    private final Ups ups = new Ups();
    private final Deque<Transport.Datagram> toLeft = new ArrayDeque<>();
    private final Deque<Transport.Datagram> toRight = new ArrayDeque<>();
    private final IkeAgent left = agent(new End(toLeft, toRight), ups);
    private final IkeAgent right = agent(new End(toRight, toLeft), IkeListener.NONE);

    /** By pre-shared keys and the proposals that are ours by default. */
    public IkeBench(int tunnels) {
        this(tunnels, BenchProof.PSK, "");
    }

    /**
     * @param proposals one IKE proposal in swanctl's words; empty for the default ones
     */
    public IkeBench(int tunnels, BenchProof proof, String proposals) {
        this.tunnels = tunnels;
        this.proof = proof;
        this.proposals = proposals;
        this.credentials = new BenchCredentials(proof);
    }

    /**
     * What was found.
     *
     * @param handshakeMs    both ends together, on one core: the median
     * @param bytesPerTunnel on the heap, of one end
     */
    public record Result(BenchProof proof, String proposals, int tunnels, double handshakeMs, double bytesPerTunnel) {
        /** Of one end. */
        public double perSecondAndCore() {
            return 2e3 / handshakeMs;
        }

        /** As a row, of which the time is one end's. */
        public Map<String, Object> toJson() {
            Map<String, Object> json = row("ike", proof, proposals, tunnels);
            json.put("handshake_ms", handshakeMs);
            json.put("handshakes_per_second_and_core", perSecondAndCore());
            json.put("bytes_per_tunnel", bytesPerTunnel);
            return json;
        }
    }

    /**
     * What came of all peers at once.
     *
     * @param up      tunnels that stood in the end
     * @param seconds until they all did, both ends together on one core
     */
    public record Storm(BenchProof proof, String proposals, int tunnels, int up, double seconds) {
        public Map<String, Object> toJson() {
            Map<String, Object> json = row("ike storm", proof, proposals, tunnels);
            json.put("up", up);
            json.put("seconds", seconds);
            return json;
        }
    }

    private static Map<String, Object> row(String bench, BenchProof proof, String proposals, int tunnels) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("bench", bench);
        json.put("auth", proof.name().toLowerCase(Locale.ROOT));
        json.put("proposals", proposals.isEmpty() ? "default" : proposals);
        json.put("tunnels", tunnels);
        return json;
    }

    private static IkeAgent agent(Transport transport, IkeListener listener) {
        return new IkeAgent(IkeSettings.DEFAULT, new NoPackets(), transport, new SecureRandom(), listener,
                System.nanoTime());
    }

    private void load() {
        List<Connection> connections = new ArrayList<>();
        List<Connection> reversed = new ArrayList<>();
        for (int tunnel = 0; tunnel < tunnels; tunnel++) {
            connections.add(connection(tunnel, true));
            reversed.add(connection(tunnel, false));
        }
        left.load(connections, System.nanoTime());
        right.load(reversed, System.nanoTime());
    }

    /** Sets all tunnels up, one after the other. */
    public Result measure(Consumer<String> progress) {
        load();
        long emptyBytes = heapBytes();
        Samples samples = new Samples(tunnels);
        for (int tunnel = 0; tunnel < tunnels; tunnel++) {
            long start = System.nanoTime();
            establish(tunnel);
            samples.add(System.nanoTime() - start);
            if ((tunnel + 1) % Math.max(1, tunnels / STEPS_OF_PROGRESS) == 0) {
                progress.accept("ike: %,d of %,d tunnels are up".formatted(tunnel + 1, tunnels));
            }
        }
        double bytes = (heapBytes() - emptyBytes) / 2.0 / tunnels;
        return new Result(proof, proposals, tunnels, samples.median(1) / 1e6, bytes);
    }

    /** All peers begin in the same moment, as after a failure; messages that find no room are repeated in real time. */
    public Storm storm() {
        load();
        long start = System.nanoTime();
        left.initiate("", null, start);
        while (ups.count < tunnels && System.nanoTime() - start < LONGEST_STORM.toNanos()) {
            left.doWork(System.nanoTime());
            right.doWork(System.nanoTime());
        }
        return new Storm(proof, proposals, tunnels, ups.count, (System.nanoTime() - start) / 1e9);
    }

    private void establish(int tunnel) {
        left.initiate(name(tunnel), null, System.nanoTime());
        int idle = 0;
        for (int step = 0; step < MOST_STEPS && idle < 2; step++) {
            int work = left.doWork(System.nanoTime()) + right.doWork(System.nanoTime());
            idle = work == 0 && toLeft.isEmpty() && toRight.isEmpty() ? idle + 1 : 0;
        }
    }

    /** How many tunnels are up at both ends. */
    int established() {
        return Math.min(children(left), children(right));
    }

    private static int children(IkeAgent agent) {
        return agent.status(System.nanoTime()).stream().mapToInt(sa -> sa.children().size()).sum();
    }

    private static long heapBytes() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static String name(int tunnel) {
        return "peer-" + tunnel;
    }

    private Connection connection(int tunnel, boolean ofLeft) {
        int leftAddress = 0x0a00_0001 + tunnel;
        int rightAddress = 0xc000_0201;
        Identity leftId = Identity.parse("left-" + tunnel + ".example.org");
        Identity rightId = Identity.parse("right.example.org");
        TrafficSelector leftNet = TrafficSelector.ofAddresses(Bytes.ofInt(leftAddress), Bytes.ofInt(leftAddress));
        TrafficSelector rightNet = TrafficSelector.ofAddresses(Bytes.ofInt(0x0b00_0000), Bytes.ofInt(0x0bff_ffff));
        Child child = ofLeft ? Child.of("net", leftNet, rightNet) : Child.of("net", rightNet, leftNet);
        return new Connection(name(tunnel), address(ofLeft ? leftAddress : rightAddress),
                address(ofLeft ? rightAddress : leftAddress), Connection.DEFAULT_PORT,
                credentials.between(ofLeft ? leftId : rightId, ofLeft ? rightId : leftId),
                Proposals.ike(proposals.isEmpty() ? List.of() : List.of(proposals)), List.of(child),
                IkeOptions.DEFAULT);
    }

    private static InetAddress address(int address) {
        return InetAddress.ofLiteral("%d.%d.%d.%d".formatted(address >>> 24, address >>> 16 & 0xff,
                address >>> 8 & 0xff, address & 0xff));
    }

    /** Counts IKE SAs as they come up, at the end that knows last. */
    private static final class Ups implements IkeListener {
        private int count;

        @Override
        public void onIkeUp(IkeSaStatus ikeSa) {
            count++;
        }
    }

    /** One end of the path between the two. */
    private record End(Deque<Datagram> inbox, Deque<Datagram> far) implements Transport {
        @Override
        public void send(Datagram sent) {
            far.add(new Datagram(/* local= */ sent.remote(), /* remote= */ sent.local(), sent.natPort(),
                    sent.content()));
        }

        @Override
        public int receive(Receiver receiver, int limit) {
            int received = 0;
            while (received < limit && !inbox.isEmpty()) {
                receiver.onDatagram(inbox.remove());
                received++;
            }
            return received;
        }
    }

    /** Takes SAs and forgets them. */
    private static final class NoPackets implements DataPlane {
        private int lastSpi = 0x1000;
        private int tunnels;
        private long handles;

        @Override
        public int allocateSpi() {
            return ++lastSpi;
        }

        @Override
        public void releaseSpi(int spi) {
            // There is no table that it could be missing from.
        }

        @Override
        public int openTunnel(Selectors selectors) {
            return tunnels++;
        }

        @Override
        public void closeTunnel(int tunnel) {
            // No packet asks for it.
        }

        @Override
        public void installInbound(int spi, EspSa sa) {
            // No packet comes in by it.
        }

        @Override
        public long installOutbound(int tunnel, int spi, EspSa sa) {
            return ++handles;
        }

        @Override
        public void retireInbound(int spi) {
            // Nothing was installed.
        }

        @Override
        public void retireOutbound(long handle) {
            // Nothing was installed.
        }

        @Override
        public Use inboundUse(int spi) {
            return Use.NONE;
        }

        @Override
        public Use outboundUse(long handle) {
            return Use.NONE;
        }
    }
}
