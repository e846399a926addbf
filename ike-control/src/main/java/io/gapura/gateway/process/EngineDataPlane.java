package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.SaMode;
import io.gapura.engine.SaSpec;
import io.gapura.engine.UdpPorts;
import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.sad.Extras;
import io.gapura.engine.sad.Lifetime;
import io.gapura.engine.sad.SaCounters;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.wire.DscpMap;
import io.gapura.engine.wire.OuterDf;
import io.gapura.ffi.IpAddress;
import io.gapura.ike.DataPlane;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.ChildLimits;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Wrapping;
import io.gapura.ike.message.Secret;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/** Carries out in the packet engine what IKE has negotiated. Control thread. */
public final class EngineDataPlane implements DataPlane {
    /** So many tunnels are published with every change; more wait, so that many changes do not cost their square. */
    private static final int TUNNELS_AT_ONCE = 256;
    /** Ten times of what compiling them takes. */
    private static final long WAIT_PER_TUNNEL_NS = 10_000;
    /** Longer than a worker takes for what it holds in its hands. */
    private static final long BATCH_NS = Duration.ofMillis(5).toNanos();

    private final Engine engine;
    private final Policies policies;
    /** What leaves when the policies are published that do not name it any more. */
    private final List<Runnable> leaving = new ArrayList<>();
    private final Deque<Unnamed> unnamed = new ArrayDeque<>();
    private boolean changed;
    private long publishedNs;
    private final EspKeyLog keyLog;

    /** What no published policy names any more. A worker may have found its name before, and be about to use it. */
    private record Unnamed(Runnable end, long sinceNs) {}

    /** Publishes the first SPD: no packet passes before. */
    public EngineDataPlane(Engine engine, List<Policy> explicit, List<Connection> connections) {
        this(engine, explicit, connections, new EspKeyLog(Duration.ZERO, 0));
    }

    /** As {@link #EngineDataPlane(Engine, List, List)}, with a log of ESP's keys. */
    EngineDataPlane(Engine engine, List<Policy> explicit, List<Connection> connections, EspKeyLog keyLog) {
        this.keyLog = keyLog;
        this.engine = engine;
        this.policies = new Policies(explicit, connections, engine::openTunnel);
        engine.publish(policies.compile());
    }

    /** Other policies and connections from now on; tunnels that are open stay. */
    void configure(List<Policy> explicit, List<Connection> connections) {
        policies.configure(explicit, connections, engine::openTunnel)
                .forEach(tunnel -> leaving.add(() -> engine.closeTunnel(tunnel)));
        changed = true;
    }

    /** Passes a packet's wish for a tunnel on, if it is one of a child that waits for that. */
    void onAcquire(int tunnel, BiConsumer<String, String> connectionAndChild) {
        Policies.Trap trap = policies.trap(tunnel);
        if (trap != null) {
            connectionAndChild.accept(trap.connection(), trap.child());
        }
    }

    @Override
    public int allocateSpi() {
        return engine.allocateSpi();
    }

    @Override
    public void releaseSpi(int spi) {
        engine.releaseSpi(spi);
    }

    @Override
    public int lanes() {
        return engine.workerCount();
    }

    @Override
    public int openTunnel(Selectors selectors) {
        int tunnel = engine.openTunnel();
        policies.open(tunnel, selectors);
        changed = true;
        return tunnel;
    }

    @Override
    public void closeTunnel(int tunnel) {
        policies.close(tunnel);
        leaving.add(() -> engine.closeTunnel(tunnel));
        changed = true;
    }

    /**
     * Nothing passes in clear meanwhile: what the new policies protect is discarded by those before. Nor is anything dropped for
     * want of an SA that another tunnel with the same traffic has: what leaves does so when workers go by the new policies.
     */
    @Override
    public void publish(long nowNs) {
        int tunnels = policies.tunnels();
        boolean late = tunnels <= TUNNELS_AT_ONCE || nowNs - publishedNs >= tunnels * WAIT_PER_TUNNEL_NS;
        if (changed && late) {
            engine.publish(policies.compile());
            changed = false;
            publishedNs = nowNs;
        }
        if (!changed) {
            leaving.forEach(end -> unnamed.add(new Unnamed(end, nowNs)));
            leaving.clear();
        }
        while (!unnamed.isEmpty() && nowNs - unnamed.peek().sinceNs >= BATCH_NS) {
            unnamed.remove().end.run();
        }
    }

    @Override
    public void installInbound(int spi, EspSa sa) {
        List<Selector> pairs = Policies.pairs(sa.selectors().local(), sa.selectors().remote());
        try (KeyMaterial keys = keys(sa.keys())) {
            engine.installInbound(spi, spec(sa, keys), SelectorSet.of(pairs), sa.tunnel(), sa.lane());
        }
        keyLog.onInbound(spi, sa);
    }

    @Override
    public long installOutbound(int tunnel, int spi, EspSa sa) {
        keyLog.onOutbound(spi, sa);
        try (KeyMaterial keys = keys(sa.keys())) {
            return engine.installLane(tunnel, sa.lane(), spi, spec(sa, keys));
        }
    }

    private static KeyMaterial keys(Secret secret) {
        byte[] keys = secret.toArray();
        try {
            return KeyMaterial.copyOf(keys);
        } finally {
            Arrays.fill(keys, (byte) 0);
        }
    }

    private static SaSpec spec(EspSa sa, KeyMaterial keys) {
        Child child = sa.child();
        UdpPorts ports = sa.inUdp() ? new UdpPorts(sa.local().getPort(), sa.remote().getPort()) : null;
        String protection = sa.suite().protection();
        return new SaSpec(sa.suite().isAh() ? AhMac.of(protection) : EspCipher.of(protection), keys, sa.suite().esn(),
                child.replayWindow(),
                sa.transport() ? SaMode.TRANSPORT : SaMode.TUNNEL, IpAddress.of(sa.local().getAddress()),
                IpAddress.of(sa.remote().getAddress()), ports, lifetime(child.limits()),
                OuterDf.valueOf(child.wrapping().df().name()),
                !isUnclassed(child.wrapping()), extras(child.wrapping()));
    }

    /** Whether the outer DSCP is 0, which is no extra. */
    private static boolean isUnclassed(Wrapping wrapping) {
        return wrapping.dscp().equals(Wrapping.always(0));
    }

    private static Extras extras(Wrapping wrapping) {
        boolean mapped = !wrapping.dscp().isEmpty() && !isUnclassed(wrapping);
        DscpMap dscp = mapped ? new DscpMap(wrapping.dscp()) : null;
        return new Extras(wrapping.clampMss(), wrapping.padTo(), wrapping.dummies(), dscp);
    }

    private static Lifetime lifetime(ChildLimits limits) {
        return new Lifetime(limits.rekeyPackets(), limits.lifePackets(), limits.rekeyBytes(), limits.lifeBytes());
    }

    @Override
    public void retireInbound(int spi) {
        engine.retireInbound(spi);
    }

    @Override
    public void retireOutbound(long handle) {
        leaving.add(() -> engine.retireOutbound(handle));
    }

    @Override
    public Use inboundUse(int spi) {
        return use(engine.inboundCounters(spi));
    }

    @Override
    public Use outboundUse(long handle) {
        return use(engine.outboundCounters(handle));
    }

    private static Use use(SaCounters counters) {
        return new Use(counters.packets(), counters.bytes(), counters.lastUsedNs());
    }
}
