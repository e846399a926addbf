package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.rehearsal.Rehearsal;
import io.gapura.engine.worker.Worker;
import io.gapura.ffi.libc.Affinity;
import io.gapura.gateway.config.Configuration;
import io.gapura.gateway.config.Configuration.RevocationList;
import io.gapura.gateway.config.DataplaneSettings;
import io.gapura.gateway.vici.ViciServer;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.IkeSettings;
import io.gapura.ike.Outside;
import io.gapura.ike.config.Connection;
import io.gapura.ike.net.UdpTransport;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway at work:
 *
 * <pre>
 *   swanctl, gapura show ──▶ ViciServer ──▶ ControlLoop ──▶ IkeAgent ◀──▶ UdpTransport
 *                                               │              │
 *                                               ▼              ▼
 *                             LinuxKernel ◀── Engine ◀── EngineDataPlane
 * </pre>
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int IKE_PORT = 500;
    private static final int NAT_PORT = 4500;
    /** While SAs are renewed there are two of each. */
    private static final int MOST_INBOUND_SAS = 1 << 18;
    private static final int MOST_TUNNELS = 1 << 17;
    /** For the peers to hear that their SAs are gone. */
    private static final Duration GOODBYE = Duration.ofSeconds(3);
    private static final long MIN_PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long MAX_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Resources resources;
    private final ControlLoop loop;
    private final IkeAgent ike;
    private final Reload reload;

    private Gateway(Resources resources, ControlLoop loop, IkeAgent ike, Reload reload) {
        this.resources = resources;
        this.loop = loop;
        this.ike = ike;
        this.reload = reload;
    }

    /**
     * Starts all of it. The control socket appears last: who sees it can rely on the rest.
     *
     * @throws StartupFailure saying what is missing
     */
    public static Gateway start(Configuration configuration) throws StartupFailure {
        Logging.configure(configuration.log());
        if (configuration.dataplane().ports().isEmpty()) {
            throw new StartupFailure(configuration.file() + ": dataplane.ports: name at least one protected and one"
                    + " unprotected port");
        }
        Resources resources = new Resources();
        try {
            Gateway gateway = start(configuration, resources);
            LOG.info("ready: {} connections, control socket {}", configuration.connections().size(),
                    configuration.vici());
            return gateway;
        } catch (Exception failed) {
            resources.close();
            throw StartupFailure.of(failed);
        }
    }

    private static Gateway start(Configuration configuration, Resources resources) throws Exception {
        DataplaneSettings dataplane = configuration.dataplane();
        AeadSuite suite = dataplane.crypto().open();
        LOG.info("ESP by {}", suite.description());
        Collectors.advise();
        List<InetAddress> locals = configuration.connections().stream().map(Connection::localAddress).distinct()
                .toList();
        warmUp(dataplane, suite);
        leaveCoresTo(dataplane.workers());
        LinuxKernel kernel = resources.add(LinuxKernel.open(dataplane, configuration.connections())); // makes DPDK's interfaces, and their addresses
        UdpTransport transport = resources.add(UdpTransport.open(locals, IKE_PORT, NAT_PORT));
        ErrorLog errors = new ErrorLog();
        EngineSettings settings = EngineSettings.of(dataplane.workers().size(), errors)
                .withCores(dataplane.workers()).withIdle(dataplane.idle()).withBurst(dataplane.buffers().burst())
                .withRoomFor(MOST_INBOUND_SAS, MOST_TUNNELS);
        Engine engine = resources.add(Engine.start(settings, suite, kernel.portsOfWorker()));
        EspKeyLog keyLog = resources.add(new EspKeyLog(configuration.keyExport(), System.nanoTime()));
        EngineDataPlane dataPlane = new EngineDataPlane(engine, configuration.policies(), configuration.connections(),
                keyLog);
        engine.publish(kernel.fib());
        describe(configuration, kernel);

        Listener listener = new Listener();
        Outside outside = new Outside(resources.add(new Messengers()), new HttpFetcher(), InstantSource.system());
        SecureRandom random = new SecureRandom();
        IkeSettings ikeSettings = configuration.ike().with(CrashSecret.tokens(configuration.crashSecret(), random));
        IkeAgent ike = new IkeAgent(ikeSettings, dataPlane, transport, random, outside, listener, System.nanoTime());
        for (RevocationList each : configuration.revocationLists()) {
            ike.revocations().learn(each.encoded(), each.issuer(), outside.clock().instant());
        }
        WorkerWatch watch = new WorkerWatch(engine, System.nanoTime());
        ControlLoop loop = new ControlLoop(ike, engine, dataPlane, kernel, watch, dataplane.mainCore());
        WorkerReport workers = new WorkerReport(dataplane, kernel, engine, ike, watch);
        SaReport report = new SaReport(engine);
        Captures captures = new Captures(engine, () -> ike.status(loop.nowNs()));
        loop.regularly(captures::poll);
        loop.regularly(keyLog::poll);
        Reload reload = new Reload(configuration, loop, ike, transport, dataPlane);
        Map<String, Commands.Inquiry> inquiries = new HashMap<>();
        inquiries.put("get-ports", (_, _) -> TrafficReport.ports(dataplane.ports(), kernel, engine));
        inquiries.put("get-drops", (_, _) -> TrafficReport.drops(engine, ike, kernel.refused()));
        inquiries.put("get-workers", (_, _) -> workers.workers(loop.nowNs()));
        inquiries.put("get-balance", (_, _) -> workers.balance(loop.nowNs()));
        inquiries.put("get-mtu", (_, _) -> MtuReport.of(engine, ike.status(loop.nowNs())));
        inquiries.put("explain-packet", (request, _) -> Explanation.of(request, engine, reload.current().origins(),
                ike.status(loop.nowNs())));
        inquiries.put("explain-conn", (request, _) -> ConnectionExplanation.of(request, reload.current().origins(), ike,
                loop.nowNs()));
        inquiries.put("export-keys", (_, caller) -> WiresharkTables.export(caller, keyLog, ike, loop.nowNs()));
        inquiries.put("capture-start", (request, caller) -> captures.start(request, caller, loop.nowNs()));
        inquiries.put("capture-read", (request, _) -> captures.read(request, loop.nowNs()));
        inquiries.put("capture-stop", (request, _) -> captures.stop(request));
        Commands commands = new Commands(loop, ike, report, reload, inquiries);
        ViciServer vici = resources.add(ViciServer.open(configuration.vici(), commands));
        listener.tell(loop, report, vici);
        ike.load(configuration.connections(), System.nanoTime());
        AgentRunner runner = resources.add(new AgentRunner(
                new BackoffIdleStrategy(10, 5, MIN_PARK_NS, MAX_PARK_NS), errors, null, loop));
        AgentRunner.startOnThread(runner);
        return new Gateway(resources, loop, ike, reload);
    }

    /** Before any port is open: the first packet finds compiled code. */
    private static void warmUp(DataplaneSettings dataplane, AeadSuite suite) {
        if (dataplane.warmUp().isPositive()) {
            Rehearsal.Report report = Rehearsal.run(suite, dataplane.workers().size(), dataplane.buffers().burst(),
                    dataplane.warmUp());
            LOG.info("warmed up in {} ms by {} packets{}", report.elapsed().toMillis(), report.packets(),
                    report.complete() ? "" : ", as long as dataplane.warm_up allows");
        }
    }

    /** No thread but a worker's runs on its core, be it the compiler's or the collector's: each would hold it up for milliseconds. */
    private static void leaveCoresTo(List<Integer> workers) {
        List<Integer> pinned = workers.stream().filter(core -> core != Worker.ANY_CORE).toList();
        if (!pinned.isEmpty() && !Affinity.vacate(pinned)) {
            LOG.warn("the workers have all cores that this process may use: whatever else it does holds them up");
        }
    }

    private static void describe(Configuration configuration, LinuxKernel kernel) {
        for (PortSpec port : kernel.specs()) {
            LOG.info("port {}: {}, {}, {}, MTU {}", port.name(),
                    configuration.dataplane().ports().get(port.index()).device(), port.role(),
                    kernel.status(port.index()).mode(), port.mtu());
        }
    }

    /** Reads the configuration again and applies what has changed; the log tells. Any thread. */
    public void reload() {
        var _ = reload.run(); // the log tells
    }

    /** Deletes the SAs at the peers, as far as they answer in time, and gives everything back. */
    @Override
    public void close() {
        LOG.info("stopping");
        sayGoodbye();
        resources.close();
        LOG.info("stopped");
    }

    private boolean shutDownIke() {
        ike.shutdown(loop.nowNs());
        return ike.isIdle();
    }

    private void sayGoodbye() {
        long deadlineNs = System.nanoTime() + GOODBYE.toNanos();
        try {
            loop.call(this::shutDownIke).get(1, TimeUnit.SECONDS);
            while (System.nanoTime() < deadlineNs && !loop.call(ike::isIdle).get(1, TimeUnit.SECONDS)) {
                TimeUnit.MILLISECONDS.sleep(2);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("could not delete all SAs at the peers: {}", e.getMessage());
        }
    }
}
