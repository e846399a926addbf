package io.gapura.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.SaSpec;
import io.gapura.engine.counters.Ledger;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.libc.InterfaceIndex;
import io.gapura.ffi.netlink.LinkSetup;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.tun.TunDevice;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A host in a namespace of its own, whose kernel reaches another one through an engine: 10.n.0.1 by a TUN device, ESP
 * between 192.0.2.n by memory.
 */
final class TunHost implements AutoCloseable {
    private static final int WAN = 0;
    private static final int TUN = 1;
    private static final int WAN_MTU = 1500;
    private static final int TUNNELS = 0x0a000000;
    private static final int OUTER = 0xc0000200;

    final NetworkNamespace namespace;
    final Engine engine;
    final MemoryPort wan;
    private final int number;
    private final int tunnel;
    private final BufferPool pool = BufferPool.allocate(2048, 2048);
    private final TunDevice device;
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();

    TunHost(int number, int mtu) {
        this.number = number;
        this.namespace = NetworkNamespace.create("host" + number);
        this.device = namespace.call(() -> TunDevice.open("tun", 1));
        int ifIndex = namespace.call(() -> setUp(mtu));
        this.wan = new MemoryPort(new PortSpec(WAN, "wan", PortRole.UNPROTECTED, 0, 0x0200_0000_0000L + number,
                OUTER + number, WAN_MTU), pool, 512);
        TunPort tun = new TunPort(new PortSpec(TUN, "tun", PortRole.PROTECTED, ifIndex, 0, inner(number), mtu), pool,
                device.queues().getFirst(), device.udpSegments());
        this.engine = Engine.start(EngineSettings.of(1, faults::add), new JcaSuite(), List.of(List.of(wan, tun)));
        this.tunnel = engine.openTunnel();
        engine.publish(new Fib.Builder().add(inner(number), 32, Adjacency.LOCAL)
                .add(network(3 - number), 16, Adjacency.resolved(TUN, mtu, 0, 0))
                .add(OUTER, 24, Adjacency.resolved(WAN, WAN_MTU, 1, 2)).build());
        engine.publish(Spd.compile(List.of(Policy.protect("tunnel", selector(), tunnel))));
    }

    private int setUp(int mtu) {
        try (LinkSetup setup = new LinkSetup("tun")) {
            setup.up(mtu);
            setup.address(inner(number), 32);
            setup.route(network(3 - number), 16);
        }
        return InterfaceIndex.of("tun");
    }

    private static int network(int number) {
        return TUNNELS + (number << 16);
    }

    private static int inner(int number) {
        return network(number) + 1;
    }

    private Selector selector() {
        return Selector.between(AddressRange.prefix(network(number), 16), AddressRange.prefix(network(3 - number), 16));
    }

    /** Lays the wire, and makes an SA each way. */
    static void join(TunHost one, TunHost other) {
        MemoryPort.join(one.wan, other.wan);
        connect(one, other);
        connect(other, one);
    }

    private static void connect(TunHost sender, TunHost receiver) {
        EspCipher cipher = EspCipher.AES_128_GCM_16;
        byte[] key = new byte[cipher.keyBytes() + cipher.saltBytes()];
        key[0] = (byte) sender.number;
        try (KeyMaterial keys = KeyMaterial.copyOf(key)) {
            int spi = receiver.engine.allocateSpi();
            receiver.engine.installInbound(spi, SaSpec.of(cipher, keys, true, OUTER + receiver.number,
                    OUTER + sender.number), SelectorSet.of(receiver.selector()));
            sender.engine.installOutbound(sender.tunnel, spi, SaSpec.of(cipher, keys, true, OUTER + sender.number,
                    OUTER + receiver.number));
        }
    }

    String address() {
        return "10." + number + ".0.1";
    }

    /** A counter of {@code /proc/net/snmp}. */
    long counter(String protocol, String name) {
        List<String[]> rows = namespace.run("cat /proc/net/snmp").lines()
                .filter(line -> line.startsWith(protocol + ": ")).map(line -> line.split(" ", -1)).toList();
        return Long.parseLong(rows.get(1)[List.of(rows.get(0)).indexOf(name)]);
    }

    /** What the kernel counted at the device: received in column 1, sent in column 9. */
    long devicePackets(int column) {
        String line = namespace.run("cat /proc/net/dev").lines().filter(row -> row.strip().startsWith("tun:"))
                .findFirst().orElseThrow();
        return Long.parseLong(line.strip().split("[: ]+", -1)[1 + column]);
    }

    /** When nothing moves any more: no packet is without a fate, none of the kernel's checks failed. */
    Ledger settled() {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!engine.ledger().balances()) {
            assertThat(System.nanoTime()).as("%s", engine.ledger()).isLessThan(deadlineNs);
        }
        assertThat(faults).isEmpty();
        assertThat(counter("Tcp", "InCsumErrors") + counter("Udp", "InCsumErrors")).isZero();
        return engine.ledger();
    }

    @Override
    public void close() {
        engine.close();
        device.close();
        namespace.close();
        wan.poll();
        assertThat(pool.available() + wan.onTheWire()).isEqualTo(pool.chunks());
    }
}
