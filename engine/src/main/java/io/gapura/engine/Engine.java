package io.gapura.engine;

import io.gapura.engine.ah.Overhead;
import io.gapura.engine.capture.Capture;
import io.gapura.engine.capture.CaptureSpec;
import io.gapura.engine.capture.CaptureTap;
import io.gapura.engine.counters.Ledger;
import io.gapura.engine.counters.PortCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.explain.PacketWalk;
import io.gapura.engine.explain.Walker;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.Epochs;
import io.gapura.engine.sad.EspKey;
import io.gapura.engine.sad.InboundSa;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.sad.PathMtus;
import io.gapura.engine.sad.ReplayWindow;
import io.gapura.engine.sad.SaCounters;
import io.gapura.engine.sad.Sad;
import io.gapura.engine.sad.Tunnels;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.worker.Links;
import io.gapura.engine.worker.Tables;
import io.gapura.engine.worker.Worker;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * The packet engine: all that a control plane needs of it.
 *
 * <p>Workers carry packets by what was installed and published here; they tell of limits and missing SAs by
 * events, and pass to the kernel, by way of {@link #drainPunts}, what is its business. Every method belongs to
 * one control thread, except those that read counters.
 */
public final class Engine implements AutoCloseable {
    private final AeadSuite suite;
    private final List<List<Port>> portsOfWorker;
    private final Tables tables;
    private final PathMtus pathMtus;
    private final Clamping clamping;
    private final NanoClock clock;
    private final List<Worker> workers = new ArrayList<>();
    private final List<AgentRunner> runners = new ArrayList<>();

    private Engine(EngineSettings settings, AeadSuite suite, List<List<Port>> portsOfWorker, NanoClock clock) {
        checkPorts(settings, portsOfWorker);
        this.clock = clock;
        this.suite = suite;
        this.portsOfWorker = portsOfWorker.stream().map(List::copyOf).toList();
        List<List<Port>> linked = Links.behind(this.portsOfWorker);
        Epochs epochs = new Epochs(settings.workers());
        this.tables = new Tables(new Sad(settings.inboundSas(), epochs, order()),
                new Tunnels(settings.tunnels(), settings.workers(), epochs), epochs);
        this.pathMtus = new PathMtus(tables.tunnels);
        this.clamping = new Clamping(pathMtus);
        for (int worker = 0; worker < settings.workers(); worker++) {
            workers.add(new Worker(worker, settings.cores().get(worker), portsOfWorker.getFirst().size(),
                    linked.get(worker), tables, suite.batch(worker), clock,
                    new PacketBatch(settings.burst()), settings.errorHandler()));
        }
    }

    /** Not for secrets: another one in each process, and quick where there is room for many SAs. */
    private static RandomGenerator order() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(new SecureRandom().nextLong());
    }

    /**
     * Starts an engine, each worker on a thread of its own.
     *
     * @param suite         the ciphers; closed with the engine
     * @param portsOfWorker each worker's queues of all ports, in the order of their indexes, over one pool per
     *                      worker; closed with the engine
     */
    public static Engine start(EngineSettings settings, AeadSuite suite, List<List<Port>> portsOfWorker) {
        Engine engine = new Engine(settings, suite, portsOfWorker, SystemNanoClock.INSTANCE);
        for (Worker worker : engine.workers) {
            AgentRunner runner = new AgentRunner(settings.idle().strategy(), settings.errorHandler(), null, worker);
            engine.runners.add(runner);
            AgentRunner.startOnThread(runner);
        }
        return engine;
    }

    /** An engine without threads: the caller runs its duty cycles by {@link #doWork}. For tests, benchmarks and warm-up. */
    public static Engine stepped(EngineSettings settings, AeadSuite suite, List<List<Port>> portsOfWorker) {
        return stepped(settings, suite, portsOfWorker, SystemNanoClock.INSTANCE);
    }

    /** The same with a time of its own. */
    public static Engine stepped(EngineSettings settings, AeadSuite suite, List<List<Port>> portsOfWorker,
            NanoClock clock) {
        return new Engine(settings, suite, portsOfWorker, clock);
    }

    /** One duty cycle of each worker of a {@link #stepped} engine; how many packets they received. */
    public int doWork() {
        int received = 0;
        for (int worker = 0; worker < workers.size(); worker++) {
            received += workers.get(worker).doWork();
        }
        return received;
    }

    private static void checkPorts(EngineSettings settings, List<List<Port>> portsOfWorker) {
        if (portsOfWorker.size() != settings.workers()) {
            throw new IllegalArgumentException("ports for %d workers, but %d workers".formatted(portsOfWorker.size(),
                    settings.workers()));
        }
        for (List<Port> ports : portsOfWorker) {
            for (int index = 0; index < ports.size(); index++) {
                Port port = ports.get(index);
                if (port.index() != index || port.pool() != ports.getFirst().pool()) {
                    throw new IllegalArgumentException("port " + port.name()
                            + ": a worker's ports are in the order of their indexes and share its pool");
                }
            }
        }
    }

    /** Reserves an inbound SPI, to be installed or released. */
    public int allocateSpi() {
        int spi = tables.sad.allocate();
        if (spi == Sad.NONE_FREE) {
            throw new IllegalStateException("all inbound SAs are in use");
        }
        return spi;
    }

    /** Gives back an SPI that was never installed. */
    public void releaseSpi(int spi) {
        tables.sad.release(spi);
    }

    /** From now on packets with {@code spi} are opened; what they carry must match {@code selectors}. */
    public void installInbound(int spi, SaSpec spec, SelectorSet selectors) {
        install(spi, spec, selectors, ownerOf(spi));
    }

    private void install(int spi, SaSpec spec, SelectorSet selectors, int worker) {
        ReplayWindow window = new ReplayWindow(spec.replayWindow(), spec.esn());
        InboundSa sa = new InboundSa(spi, spec.addressing(), key(spec), window, selectors, spec.lifetime(), worker);
        if (spec.extras().clampMss()) {
            clamping.add(sa, spec);
        }
        tables.sad.install(sa);
    }

    /** Makes this the SA that {@code tunnel} sends by, in place of an earlier one; its handle. */
    public long installOutbound(int tunnel, int spi, SaSpec spec) {
        return installLane(tunnel, 0, spi, spec);
    }

    /** As {@link #installInbound(int, SaSpec, SelectorSet)}, for the worker that {@link #installLane} gives the other direction to. */
    public void installInbound(int spi, SaSpec spec, SelectorSet selectors, int tunnel, int lane) {
        install(spi, spec, selectors, ownerOf(tunnel + lane));
    }

    /**
     * One of several SAs that {@code tunnel} sends by side by side, RFC 9611, so that each worker has its own.
     *
     * @param lane 0 for the one that serves all workers that have none of their own, 1 for the next worker's, and so on
     */
    public long installLane(int tunnel, int lane, int spi, SaSpec spec) {
        OutboundSa sa = new OutboundSa(spi, spec.esn(), key(spec), spec.outerHeader(spi), spec.isTransport(),
                spec.lifetime(), tunnel,
                ownerOf(tunnel + lane));
        sa.extras = spec.extras().isPlain() ? null : spec.extras();
        sa.dummiesPerSecond = sa.ah || sa.transport ? 0 : spec.extras().dummies();
        pathMtus.tell(sa);
        return lane == 0 ? tables.tunnels.install(sa) : tables.tunnels.installOwn(sa);
    }

    /** What packets each outbound SA takes. */
    public List<SaMtu> mtus() {
        List<SaMtu> mtus = new ArrayList<>();
        Fib routes = tables.fib();
        tables.tunnels.forEach(sa -> {
            Adjacency nextHop = routes.lookup(sa.outer.destination());
            int linkMtu = nextHop == null ? 0 : nextHop.mtu();
            int innerMtu = nextHop == null
                    ? 0
                    : Overhead.innerMtu(sa.cipher, sa.outer, sa.transport, Math.min(linkMtu, sa.pathMtu));
            mtus.add(new SaMtu(sa.spi, linkMtu, sa.pathMtu, Math.min(innerMtu, roomBytes())));
        });
        return mtus;
    }

    private int roomBytes() {
        return ports().getFirst().pool().maxFrameBytes() - Adjacency.HEADER_BYTES;
    }

    /** How many workers there are. */
    public int workerCount() {
        return workers.size();
    }

    private EspKey key(SaSpec spec) {
        return new EspKey(spec.cipher(), suite.key(spec.cipher(), spec.keys()), spec.salt());
    }

    /** Slots of SPIs and tunnels are handed out one after the other: the lower bits spread them. */
    private int ownerOf(int slot) {
        return (slot & Integer.MAX_VALUE) % workers.size();
    }

    /** Packets with {@code spi} are no longer known; the key is wiped when no worker can hold it any more. */
    public void retireInbound(int spi) {
        tables.sad.retire(spi);
        clamping.remove(spi);
    }

    /** As {@link #retireInbound}. A tunnel whose current SA this was is down. */
    public void retireOutbound(long handle) {
        tables.tunnels.retire(handle);
    }

    /** A new tunnel, to be named by policies. It is down until an SA is installed. */
    public int openTunnel() {
        return tables.tunnels.open();
    }

    /** Takes the tunnel down: it is asked for by event if there are packets for it, and a few of them wait for it. */
    public void clearTunnel(int tunnel) {
        tables.tunnels.clear(tunnel);
    }

    /** Gives a tunnel back that no published policy names any more. */
    public void closeTunnel(int tunnel) {
        tables.tunnels.close(tunnel);
    }

    public void publish(Spd policies) {
        tables.publish(policies);
    }

    public void publish(Fib routes) {
        int ports = portsOfWorker.getFirst().size();
        for (Adjacency adjacency : routes.adjacencies()) {
            if (adjacency.port() >= ports) {
                throw new IllegalArgumentException("a route by port " + adjacency.port() + " of " + ports);
            }
        }
        tables.publish(routes);
        clamping.follow(routes);
    }

    /** Passes on what the workers have to tell, and frees what was retired. Call it often; how many events. */
    public int drainEvents(EngineEvents handler) {
        tables.epochs.reclaim();
        long nowNs = clock.nanoTime();
        pathMtus.expire(nowNs);
        int events = 0;
        for (Worker worker : workers) {
            events += worker.events().drain(handler, pathMtus, nowNs);
        }
        clamping.poll();
        return events;
    }

    /** Passes on the datagrams that are the kernel's business; how many. */
    public int drainPunts(PuntHandler handler) {
        int punts = 0;
        for (Worker worker : workers) {
            punts += worker.punts().drain(handler);
        }
        return punts;
    }

    /** What would become of the datagram at {@code ip} if it came from that side now. */
    public PacketWalk walk(long ip, int bytes, PortRole from) {
        return new Walker(tables, ports()).walk(ip, bytes, from);
    }

    /** From which side the datagram at {@code ip} would come: ESP for us from the unprotected one, else as its source is routed. */
    public PortRole sideOf(long ip, int bytes) {
        return new Walker(tables, ports()).sideOf(ip, bytes);
    }

    /** Records packets from now on, instead of what was recorded before. */
    public Capture startCapture(CaptureSpec spec) {
        int ownPorts = portsOfWorker.getFirst().size();
        long epochOffsetNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - clock.nanoTime();
        List<CaptureTap> taps = new ArrayList<>();
        for (int worker = 0; worker < workers.size(); worker++) {
            CaptureTap tap = new CaptureTap(worker, ownPorts, spec);
            taps.add(tap);
            workers.get(worker).capture(tap);
        }
        return new Capture(taps, epochOffsetNs);
    }

    /** Records nothing any more; what was recorded can still be drained. */
    public void stopCapture() {
        workers.forEach(worker -> worker.capture(null));
    }

    public SaCounters inboundCounters(int spi) {
        return tables.sad.installed(spi).counters();
    }

    /** As {@link #inboundCounters}; null if no SA with this SPI is installed. */
    public @Nullable SaCounters findInboundCounters(int spi) {
        InboundSa sa = tables.sad.inbound(spi);
        return sa == null ? null : sa.counters();
    }

    public SaCounters outboundCounters(long handle) {
        return tables.tunnels.installed(handle).counters();
    }

    /** All SAs. */
    public List<SaLoad> loads() {
        List<SaLoad> loads = new ArrayList<>();
        tables.sad.forEach(sa -> loads.add(new SaLoad(false, sa.spi, sa.worker, sa.counters().packets())));
        tables.tunnels.forEach(sa -> loads.add(new SaLoad(true, sa.spi, sa.worker, sa.counters().packets())));
        return loads;
    }

    /** What became of all packets so far. Any thread. */
    public Ledger ledger() {
        return Ledger.of(counters());
    }

    /** Each worker's counters. Any thread. */
    public List<WorkerCounters> counters() {
        return workers.stream().map(Worker::counters).toList();
    }

    /** A port's counter, summed over its queues. Any thread. */
    public long portCounter(int port, PortCounter counter) {
        return counters().stream().mapToLong(worker -> worker.value(port, counter)).sum();
    }

    /** The first worker's queue of each port. */
    public List<Port> ports() {
        return portsOfWorker.getFirst();
    }

    /** How many buffers no port and no packet has, as the worker left it a moment ago: of an idle engine always as many. Any thread. */
    public int freeBuffers(int worker) {
        return portsOfWorker.get(worker).getFirst().pool().available();
    }

    /** Stops the workers, closes the ports, wipes all keys. */
    @Override
    public void close() {
        runners.forEach(AgentRunner::close);
        portsOfWorker.forEach(ports -> ports.forEach(Port::close));
        tables.epochs.reclaim();
        suite.close();
    }
}
