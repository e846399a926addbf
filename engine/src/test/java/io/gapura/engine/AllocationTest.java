package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.gapura.engine.capture.Capture;
import io.gapura.engine.capture.CaptureFilter;
import io.gapura.engine.capture.CaptureSpec;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers allocate nothing, whatever they do with a packet. */
final class AllocationTest {
    private static final IpAddress LEFT = IpAddress.of("2001:db8:ff::1");
    private static final IpAddress RIGHT = IpAddress.of("2001:db8:ff::2");
    private static final int ROUNDS = 2_000;
    /** Until all is compiled, the interpreter allocates what escape analysis removes later. */
    private static final int MOST_SERIES = 1000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** {@code lan ─ [ sender ] ═ [ receiver ] ─ far}, all over one pool on one thread: nothing is copied. */
    private final BufferPool pool = BufferPool.allocate(1024, 2048);
    private final MemoryPort lan = port(0, PortRole.UNPROTECTED);
    private final MemoryPort far = port(0, PortRole.UNPROTECTED);
    private final MemoryPort senderWan = port(1, PortRole.UNPROTECTED);
    private final MemoryPort receiverWan = port(1, PortRole.UNPROTECTED);
    private final Engine sender = engine(lan, senderWan);
    private final Engine receiver = engine(far, receiverWan);
    private final PacketBatch batch = new PacketBatch();
    private long nowNs;

    private MemoryPort port(int index, PortRole role) {
        return new MemoryPort(new PortSpec(index, "port", role, 0, index, address("10.1.0.254"),
                IpAddress.of("2001:db8:1::fe"), 1500), pool, 256);
    }

    private Engine engine(MemoryPort farEndOfLan, MemoryPort wan) {
        MemoryPort lanPort = port(0, PortRole.PROTECTED);
        MemoryPort.join(lanPort, farEndOfLan);
        return Engine.stepped(EngineSettings.of(1, fault -> {
            throw new AssertionError(fault);
        }), new PlainSuite(), List.of(List.of(lanPort, wan)), () -> nowNs);
    }

    /** What is carried, and how. */
    enum Kind {
        IPV4,
        IPV6_IN_UDP,
        IPV6_IN_TRANSPORT_MODE,
        IPV4_IN_AH,
        IPV6_IN_AH_IN_TRANSPORT_MODE;

        SaSpec spec(KeyMaterial keys) {
            EspCipher cipher = ordinal() < IPV4_IN_AH.ordinal() ? EspCipher.AES_128_GCM_16 : AhMac.of("sha1");
            SaSpec spec = isIpv4()
                    ? SaSpec.of(cipher, keys, true, address("192.0.2.1"), address("192.0.2.2"))
                    : SaSpec.of(cipher, keys, true, LEFT, RIGHT);
            return switch (this) {
                case IPV4, IPV4_IN_AH -> spec;
                case IPV6_IN_UDP -> spec.inUdp(new UdpPorts(4500, 4500));
                case IPV6_IN_TRANSPORT_MODE, IPV6_IN_AH_IN_TRANSPORT_MODE -> spec.inMode(SaMode.TRANSPORT);
            };
        }

        private boolean isIpv4() {
            return this == IPV4 || this == IPV4_IN_AH;
        }

        byte[] frame(int payloadBytes, int hops) {
            return isIpv4()
                    ? TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 1, 2, payloadBytes)
                            .withFlags(TestPacket.DONT_FRAGMENT).withTtl(hops).frame()
                    : TestPacket6.udp(LEFT, RIGHT, 1, 2, payloadBytes).withHopLimit(hops).frame();
        }
    }

    private void connect(Kind kind) {
        MemoryPort.join(senderWan, receiverWan);
        int tunnel = sender.openTunnel();
        sender.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, tunnel),
                Policy.protect("all of IPv6", Selector.ANY_IPV6, tunnel))));
        sender.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(1, 1500, 1, 1))
                .add(address("10.1.0.0"), 16, Adjacency.resolved(0, 1500, 1, 1))
                .add(RIGHT, 128, Adjacency.resolved(1, 1500, 1, 1))
                .add(LEFT, 128, Adjacency.resolved(0, 1500, 1, 1)).build());
        receiver.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(0, 1500, 1, 1))
                .add(RIGHT, 128, Adjacency.resolved(0, 1500, 1, 1)).build());
        KeyMaterial keys = KeyMaterial.copyOf(new byte[20]);
        SaSpec spec = kind.spec(keys);
        int spi = receiver.allocateSpi();
        receiver.installInbound(spi, spec.reversed(), SelectorSet.of(List.of(Selector.ANY, Selector.ANY_IPV6)));
        sender.installOutbound(tunnel, spi, spec);
    }

    private void round(byte[] good, byte[] tooBig, byte[] dying) {
        nowNs += 1_000_000;
        batch.clear();
        for (int packet = 0; packet < 32; packet++) {
            add(packet == 7 ? tooBig : packet == 9 ? dying : good, 0);
        }
        lan.send(batch);
        sender.doWork();
        receiver.doWork();
        receive(lan);
        receive(far);
    }

    private void add(byte[] frame, int port) {
        long start = pool.take() + BufferPool.HEADROOM_BYTES;
        Memory.copy(frame, 0, start, frame.length);
        batch.add(start, frame.length);
        batch.forward(batch.size() - 1, port);
    }

    private void receive(MemoryPort port) {
        batch.clear();
        port.receive(batch);
        for (int packet = 0; packet < batch.size(); packet++) {
            pool.give(batch.start(packet));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void recordsPacketsWithoutAllocating(Kind kind) {
        CaptureSpec all = new CaptureSpec(CaptureFilter.ALL, false, true, CaptureSpec.MOST_SNAP_BYTES);
        Capture capture = sender.startCapture(all);
        receiver.startCapture(all);
        carryPackets(kind);
        assertThat(capture.lost()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void carriesPacketsInBothDirectionsAndAnswersByIcmpWithoutAllocating(Kind kind) {
        carryPackets(kind);
    }

    private void carryPackets(Kind kind) {
        connect(kind);
        byte[] good = kind.frame(1000, 64);
        byte[] tooBig = kind.frame(1470, 64);
        byte[] dying = kind.frame(10, 1);
        int series = play(() -> round(good, tooBig, dying));

        assertThat(receiver.ledger().sent()).isEqualTo(30L * ROUNDS * series);
        assertThat(sender.ledger().balances()).isTrue();
        assertThat(sender.ledger().generated()).isPositive();
        assertThat(receiver.ledger().balances()).isTrue();
    }

    /** Plays rounds until a series of them allocates nothing; how many series. */
    private static int play(Runnable round) {
        long allocated = Long.MAX_VALUE;
        int series = 0;
        while (allocated > 0 && series < MOST_SERIES) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int count = 0; count < ROUNDS; count++) {
                round.run();
            }
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            series++;
        }
        assertThat(allocated).as("bytes in %d rounds", ROUNDS).isZero();
        return series;
    }

    @Test
    void makesDummiesWithoutAllocating() {
        MemoryPort.join(senderWan, receiverWan);
        int tunnel = sender.openTunnel();
        sender.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(1, 1500, 1, 1)).build());
        sender.installOutbound(tunnel, 0x1001, Kind.IPV4.spec(KeyMaterial.copyOf(new byte[20])).sendingDummies(1000));
        play(() -> {
            nowNs += 2_000_000;
            sender.doWork();
            receive(receiverWan);
        });
        assertThat(sender.ledger().generated()).isGreaterThanOrEqualTo(ROUNDS);
        assertThat(sender.ledger().balances()).isTrue();
    }

    /** Packets for a tunnel that is down, under changing policies, until they have waited too long; ESP that nobody knows. */
    @Test
    void holdsPacketsAndTellsOfUnknownSpisWithoutAllocating() {
        MemoryPort.join(senderWan, receiverWan);
        int tunnel = sender.openTunnel();
        Spd one = Spd.compile(List.of(Policy.protect("one", Selector.ANY, tunnel)));
        Spd other = Spd.compile(List.of(Policy.protect("other", Selector.ANY, tunnel)));
        sender.publish(new Fib.Builder().add(address("192.0.2.1"), 32, Adjacency.LOCAL).build());
        byte[] held = Kind.IPV4.frame(100, 64);
        byte[] esp = TestPacket.of(address("192.0.2.2"), address("192.0.2.1"), 50, new byte[64]).frame();
        int series = play(() -> {
            sender.publish(one);
            batch.clear();
            for (int packet = 0; packet < 10; packet++) {
                add(held, 0);
            }
            lan.send(batch);
            batch.clear();
            add(esp, 1);
            receiverWan.send(batch);
            sender.doWork();
            receiverWan.poll();
            lan.poll();
            sender.publish(other);
            sender.doWork();
            nowNs += TimeUnit.SECONDS.toNanos(6);
            sender.doWork();
        });

        assertThat(sender.ledger().dropped(DropReason.ACQUIRE_TIMEOUT)).isEqualTo(8L * ROUNDS * series);
        assertThat(sender.ledger().dropped(DropReason.NO_SA)).isEqualTo(2L * ROUNDS * series);
        assertThat(sender.ledger().dropped(DropReason.UNKNOWN_SPI)).isEqualTo((long) ROUNDS * series);
        assertThat(sender.ledger().balances()).isTrue();
        assertThat(pool.available()).isEqualTo(pool.chunks());
    }

    /** No cipher at all: what is measured is the engine. */
    private static final class PlainSuite implements AeadSuite {
        @Override
        public String description() {
            return "plain";
        }

        @Override
        public AeadKey key(EspCipher cipher, KeyMaterial keys) {
            return new AeadKey(0) {
                @Override
                public void close() {
                }
            };
        }

        @Override
        public AeadBatch batch(int worker) {
            return new AeadBatch() {
                @Override
                public void seal() {
                    for (int row = 0; row < size(); row++) {
                        Memory.putLong(icv(row), 0);
                    }
                }

                @Override
                public void open() {
                    for (int row = 0; row < size(); row++) {
                        Memory.copy(icv(row), slot(row) + COMPUTED_ICV, 16);
                    }
                    compare();
                }
            };
        }

        @Override
        public void close() {
        }
    }
}
