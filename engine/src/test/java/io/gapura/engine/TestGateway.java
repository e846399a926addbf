package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.counters.Ledger;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A gateway stepped by the test, with a tap on each side.
 *
 * <pre>
 *   lan ── 10.n.0.0/16 ── [ 10.n.0.254   192.0.2.n ] ── 192.0.2.0/24 ── wan
 * </pre>
 */
public final class TestGateway implements AutoCloseable {
    static final int LAN = 0;
    static final int WAN = 1;
    static final int MTU = 1500;

    final int number;
    final int network;
    final int outer;
    /** 2001:db8:n::/48, and outside 2001:db8:ff::n. */
    final IpAddress network6;
    final IpAddress outer6;
    final Engine engine;
    final MemoryPort lanPort;
    final MemoryPort wanPort;
    final BufferPool pool = BufferPool.allocate(512, 2048);
    final List<Throwable> faults = new ArrayList<>();
    final List<byte[]> punted = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    /** Stands still but for {@link #pass}. */
    private long nowNs = System.nanoTime();

    TestGateway(int number) {
        this(number, new JcaSuite());
    }

    TestGateway(int number, AeadSuite suite) {
        this.number = number;
        this.network = address("10." + number + ".0.0");
        this.outer = address("192.0.2." + number);
        this.network6 = IpAddress.of("2001:db8:" + number + "::");
        this.outer6 = IpAddress.of("2001:db8:ff::" + number);
        this.lanPort = new MemoryPort(new PortSpec(LAN, "lan", PortRole.PROTECTED, 0, 0x0200_0000_1000L,
                network + 254, new IpAddress(network6.high(), 254), MTU), pool, 128);
        this.wanPort = new MemoryPort(new PortSpec(WAN, "wan", PortRole.UNPROTECTED, 0, 0x0200_0000_2000L, outer,
                outer6, MTU), pool, 128);
        this.engine = Engine.stepped(EngineSettings.of(1, faults::add), suite,
                List.of(List.of(lanPort, wanPort)), () -> nowNs);
        engine.publish(routes(3 - number).build());
    }

    /** Our network by the LAN, the other's and the outer one by the WAN, our own addresses local. */
    Fib.Builder routes(int other) {
        return new Fib.Builder()
                .add(network, 16, Adjacency.resolved(LAN, MTU, 0x0200_0000_00aaL, 0x0200_0000_1000L))
                .add(network + 254, 32, Adjacency.LOCAL)
                .add(address("10." + other + ".0.0"), 16, wan())
                .add(address("192.0.2.0"), 24, wan())
                .add(outer, 32, Adjacency.LOCAL)
                .add(network6, 48, Adjacency.resolved(LAN, MTU, 0x0200_0000_00aaL, 0x0200_0000_1000L))
                .add(new IpAddress(network6.high(), 254), 128, Adjacency.LOCAL)
                .add(IpAddress.of("2001:db8:" + other + "::"), 48, wan())
                .add(IpAddress.of("2001:db8:ff::"), 48, wan())
                .add(outer6, 128, Adjacency.LOCAL);
    }

    static Adjacency wan() {
        return Adjacency.resolved(WAN, MTU, 0x0200_0000_00bbL, 0x0200_0000_2000L);
    }

    /** What is negotiated with the gateway {@code other}. */
    Selector selector(TestGateway other) {
        return Selector.between(AddressRange.prefix(network, 16), AddressRange.prefix(other.network, 16));
    }

    private Selector selector6(TestGateway other) {
        return Selector.between(AddressRange.prefix(network6, 48), AddressRange.prefix(other.network6, 48));
    }

    /** Opens a tunnel and protects by it what goes to {@code other}; its number. */
    int protect(TestGateway other) {
        int tunnel = engine.openTunnel();
        engine.publish(Spd.compile(List.of(Policy.protect("tunnel", selector(other), tunnel),
                Policy.protect("tunnel", selector6(other), tunnel))));
        return tunnel;
    }

    /** A key that differs by {@code seed}. */
    static KeyMaterial keys(EspCipher cipher, int seed) {
        byte[] bytes = new byte[cipher.keyMaterialBytes()];
        Arrays.fill(bytes, (byte) seed);
        return KeyMaterial.copyOf(bytes);
    }

    /** What this gateway sends to {@code other} by. */
    SaSpec spec(TestGateway other, EspCipher cipher, boolean esn) {
        return SaSpec.of(cipher, keys(cipher, number), esn, outer, other.outer);
    }

    /** As {@link #spec} over IPv6. */
    SaSpec spec6(TestGateway other, EspCipher cipher, boolean esn) {
        return SaSpec.of(cipher, keys(cipher, number), esn, outer6, other.outer6);
    }

    /** Lets {@code sender} send to this gateway through {@code tunnel}, by {@code sent} as the sender sees it. */
    int receiveFrom(TestGateway sender, int tunnel, SaSpec sent) {
        int spi = engine.allocateSpi();
        engine.installInbound(spi, sent.reversed(), SelectorSet.of(List.of(selector(sender), selector6(sender))));
        sender.engine.installOutbound(tunnel, spi, sent);
        return spi;
    }

    /** Runs duty cycles until nothing moves, then takes what is for the control thread. */
    void step() {
        while (engine.doWork() > 0) {
        }
        for (int reading = 0; reading < 2; reading++) { // one ends where the ring does, and what is behind it comes with the next
            engine.drainPunts((address, length) -> punted.add(Memory.bytesAt(address, length)));
        }
        engine.drainEvents(new EngineEvents() {
            @Override
            public void onSoftLimit(int tunnel, int spi) {
                events.add("soft limit of tunnel " + tunnel);
            }

            @Override
            public void onHardLimit(int tunnel, int spi) {
                events.add("hard limit of tunnel " + tunnel);
            }

            @Override
            public void onAcquire(int tunnel) {
                events.add("acquire tunnel " + tunnel);
            }

            @Override
            public void onUnknownSpi(int spi, IpAddress from) {
                events.add("unknown SPI %08x from %s".formatted(spi, from));
            }
        });
    }

    /** Lets time pass. */
    void pass(Duration time) {
        nowNs += time.toNanos();
    }

    /** Waits until fragments that are not whole are given up. */
    void outwaitFragments() {
        pass(Duration.ofMillis(2100));
        step();
        assertThat(ledger().held()).isZero();
    }

    Ledger ledger() {
        return engine.ledger();
    }

    /** Exactly {@code count} packets were dropped, all for {@code reason}. */
    void assertDropped(DropReason reason, long count) {
        assertThat(ledger().drops()).containsExactly(Map.entry(reason, count));
        assertBalanced();
    }

    /** So many packets were dropped for {@code reason}, and maybe others for others. */
    void assertDropCounts(DropReason reason, long count) {
        assertThat(ledger().dropped(reason)).isEqualTo(count);
    }

    /** Nothing came in that did not leave, go to the kernel or get a reason; no buffer was lost; nothing failed. */
    void assertBalanced() {
        assertThat(ledger().balances()).as("%s", ledger()).isTrue();
        assertThat(faults).isEmpty();
        assertThat(pool.available() + lanPort.onTheWire() + wanPort.onTheWire()).isEqualTo(pool.chunks());
    }

    @Override
    public void close() {
        engine.close();
    }
}
