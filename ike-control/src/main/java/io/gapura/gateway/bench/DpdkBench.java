package io.gapura.gateway.bench;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.Idle;
import io.gapura.engine.SaSpec;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.DpdkEnvironment;
import io.gapura.engine.port.DpdkPorts;
import io.gapura.engine.port.DpdkSettings;
import io.gapura.engine.port.PacketMemory;
import io.gapura.engine.port.Placement;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.worker.Worker;
import io.gapura.ffi.dpdk.MissingDpdk;
import io.gapura.ffi.ipsecmb.MissingLibrary;
import io.gapura.ffi.netlink.KernelTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A worker's whole duty cycle over DPDK's virtual devices, beside the bare cipher calls in the same rounds. One engine, whose SA
 * leads to itself:
 *
 * <pre>
 *   source ─▶ net_ring0 ─▶ [ engine ] ── ESP ─▶ net_null0     thrown away: out
 *                              ▲  └───── ESP ─▶ net_ring1     received again: out and in
 *                              └───────────────────┘
 * </pre>
 *
 * A ring device receives what it sends, so the source is the protected port itself. DPDK starts once in a process: one at a time.
 */
public final class DpdkBench implements AutoCloseable {
    /** Where ESP goes. */
    public enum Device {
        NET_NULL,
        NET_RING
    }

    private static final int LAN = 0;
    private static final int MTU = 1500;
    private static final int DESCRIPTORS = 512;
    private static final int SLOTS = 64;
    private static final int WARM_UP_ROUNDS = 15_000;
    private static final int BATCH = GatewayPair.BATCH;
    private static final int GATEWAY = SaPairs.LEFT_GATEWAY;

    private final KernelTables tables = KernelTables.open();
    private final DpdkPorts devices;
    private final Engine engine;
    private final Port lan;
    private final PacketBatch batch = new PacketBatch();

    /** Opens the devices in the network namespace of the calling thread, which needs the privilege to make TAP devices. */
    public DpdkBench() throws MissingDpdk {
        List<DpdkSettings> ports = new ArrayList<>(List.of(port("lan", "net_ring0", PortRole.PROTECTED)));
        ports.add(port("null", "net_null0,no-rx=1", PortRole.UNPROTECTED));
        ports.add(port("ring", "net_ring1", PortRole.UNPROTECTED));
        devices = DpdkPorts.open(tables, ports,
                new DpdkEnvironment(Worker.ANY_CORE, DESCRIPTORS, DESCRIPTORS, List.of(), line -> {}),
                Placement.inTurn(1),
                PacketMemory.DEFAULT);
        lan = devices.portsOfWorker().getFirst().getFirst();
        EngineSettings settings = new EngineSettings(List.of(Worker.ANY_CORE), Idle.ADAPTIVE, BATCH, SLOTS, SLOTS,
                fault -> {
                    throw new IllegalStateException(fault);
                });
        engine = Engine.stepped(settings, SuiteChoice.preferred(), devices.portsOfWorker());
    }

    private static DpdkSettings port(String name, String device, PortRole role) {
        return new DpdkSettings(name, device, role, 1, DpdkSettings.AS_IT_IS, "bench-" + name, 0, 0);
    }

    /** One row: both ways together by a ring, out by the null device. */
    public Row measure(Device device, Load load, int rounds) throws MissingLibrary {
        boolean back = device == Device.NET_RING;
        lead(load.cipher(), back ? 2 : 1);
        RawCalls raw = RawCalls.of(load);
        Samples bare = new Samples(Math.max(rounds, WARM_UP_ROUNDS));
        Samples samples = new Samples(Math.max(rounds, WARM_UP_ROUNDS));
        for (int phase : new int[] {WARM_UP_ROUNDS, rounds}) {
            bare.clear();
            samples.clear();
            for (int round = 0; round < phase; round++) {
                raw.renew();
                long began = System.nanoTime();
                raw.encrypt();
                if (back) {
                    raw.decrypt();
                }
                bare.add(System.nanoTime() - began);
                run(load, back ? 2 * BATCH : BATCH, samples);
            }
        }
        return Row.of(device.name().toLowerCase(Locale.ROOT), back ? "out and in" : "out", load, 1,
                samples.floor(BATCH), bare.floor(BATCH));
    }

    /** Has everything protected by a new SA that leads to the engine itself, by this port. */
    private void lead(EspCipher cipher, int wan) {
        try (KeyMaterial keys = KeyMaterial.copyOf(new byte[cipher.keyMaterialBytes()])) {
            int tunnel = engine.openTunnel();
            int spi = engine.allocateSpi();
            SaSpec spec = SaSpec.of(cipher, keys, true, GATEWAY, GATEWAY);
            engine.installInbound(spi, spec, SelectorSet.of(Selector.ANY));
            engine.installOutbound(tunnel, spi, spec);
            engine.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, tunnel))));
        }
        engine.publish(new Fib.Builder().add(0, 0, adjacency(LAN)).add(GATEWAY, Integer.SIZE, adjacency(wan)).build());
    }

    private Adjacency adjacency(int port) {
        long mac = devices.specs().get(port).mac();
        return Adjacency.resolved(port, MTU, mac, mac);
    }

    private void run(Load load, int each, Samples samples) {
        offer(load);
        long began = System.nanoTime();
        int received = engine.doWork();
        samples.add(System.nanoTime() - began);
        if (received != each) {
            throw new IllegalStateException(
                    "%d of %d packets came: %s".formatted(received, each, engine.ledger().drops()));
        }
        collect();
    }

    private void offer(Load load) {
        batch.clear();
        for (int packet = 0; packet < BATCH; packet++) {
            int bytes = load.size(packet);
            long frame = lan.pool().take() + BufferPool.HEADROOM_BYTES;
            EthernetHeader.write(frame, devices.specs().get(LAN).mac(), 1, EthernetHeader.TYPE_IPV4);
            Ipv4Header.write(frame + EthernetHeader.BYTES, bytes, 0, packet, 0, 64, Ipv4Header.UDP, SaPairs.LEFT_HOST,
                    SaPairs.RIGHT_HOSTS);
            batch.add(frame, EthernetHeader.BYTES + bytes);
            batch.forward(packet, LAN);
        }
        lan.send(batch);
    }

    /** Takes back what came out at the far end. */
    private void collect() {
        batch.clear();
        lan.receive(batch);
        for (int packet = 0; packet < batch.size(); packet++) {
            lan.pool().give(batch.start(packet));
        }
    }

    @Override
    public void close() {
        engine.close();
        devices.close();
        tables.close();
    }
}
