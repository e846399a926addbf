package io.gapura.gateway.bench;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.port.AfXdpPorts;
import io.gapura.engine.port.AfXdpSettings;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.netlink.KernelTables;
import io.gapura.ffi.traffic.FrameGenerator;
import io.gapura.ffi.traffic.FrameSink;
import io.gapura.ffi.traffic.TrafficPattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Two engines over AF_XDP between a generator and a sink, ready to carry: by ESP, or in clear as the yardstick. The
 * control thread's; closed from the last opened to the first.
 */
final class TunnelLine implements AutoCloseable {
    private static final int LAN = 0;
    private static final int WAN = 1;
    private static final int MTU = 1500;
    /** Holds what arrives while the sink's thread is not on a core. */
    private static final int SINK_FRAMES = 16_384;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final VethPath path;
    private final Engine left;
    private final Engine right;
    private final SaPairs sas;
    private final FrameSink sink;
    private final FrameGenerator generator;

    /** @param encrypted or else everything passes in clear, by a policy */
    TunnelLine(Load load, EngineSettings settings, boolean encrypted) {
        try {
            this.path = opened(new VethPath(settings.workers()));
            this.left = engine(VethPath.LEFT, settings);
            this.right = engine(VethPath.RIGHT, settings);
            left.publish(route(WAN, VethPath.RIGHT, VethPath.WAN, VethPath.LEFT, VethPath.WAN));
            right.publish(route(LAN, VethPath.SINK, VethPath.HOST_DEVICE, VethPath.RIGHT, VethPath.LAN));
            this.sas = new SaPairs(left, right, load);
            if (encrypted) {
                left.publish(Spd.compile(sas.install()));
            } else {
                left.publish(Spd.compile(List.of(Policy.bypass("clear", Selector.ANY))));
                right.publish(Spd.compile(List.of(Policy.bypass("clear", Selector.ANY))));
            }
            this.sink = opened(path.call(VethPath.SINK, () -> FrameSink.open(VethPath.HOST_DEVICE, SINK_FRAMES)));
            this.generator = opened(path.call(VethPath.SOURCE,
                    () -> FrameGenerator.open(VethPath.HOST_DEVICE, pattern(load))));
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    static TrafficPattern pattern(Load load) {
        return new TrafficPattern(VethPath.mac(VethPath.LEFT, VethPath.LAN),
                VethPath.mac(VethPath.SOURCE, VethPath.HOST_DEVICE), SaPairs.LEFT_HOST, SaPairs.RIGHT_HOSTS, load.sas(),
                load.sizes());
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    private Engine engine(String namespace, EngineSettings settings) {
        return path.call(namespace, () -> {
            KernelTables tables = opened(KernelTables.open());
            AfXdpPorts ports = opened(AfXdpPorts.open(tables,
                    List.of(AfXdpSettings.of(VethPath.LAN, VethPath.LAN, PortRole.PROTECTED),
                            AfXdpSettings.of(VethPath.WAN, VethPath.WAN, PortRole.UNPROTECTED)),
                    settings.workers()));
            return opened(Engine.start(settings, SuiteChoice.preferred(), ports.portsOfWorker()));
        });
    }

    private static Fib route(int port, String to, String toDevice, String from, String fromDevice) {
        return new Fib.Builder().add(0, 0,
                Adjacency.resolved(port, MTU, VethPath.mac(to, toDevice), VethPath.mac(from, fromDevice))).build();
    }

    FrameSink sink() {
        return sink;
    }

    FrameGenerator generator() {
        return generator;
    }

    SaPairs sas() {
        return sas;
    }

    /** Runs {@code task} where the generator may send. */
    void atSource(Runnable task) {
        path.call(VethPath.SOURCE, () -> {
            task.run();
            return true;
        });
    }

    /** The control thread's housekeeping: frees what was retired. */
    void reclaim() {
        left.drainEvents(SaPairs.NO_EVENTS);
        right.drainEvents(SaPairs.NO_EVENTS);
    }

    /** What each engine dropped, for an explanation. */
    String drops() {
        return "left " + left.ledger().drops() + ", right " + right.ledger().drops();
    }

    @Override
    public void close() {
        for (AutoCloseable resource : open.reversed()) {
            try {
                resource.close();
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        }
        open.clear();
    }
}
