package io.gapura.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.explain.PacketWalk;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.ffi.Memory;
import io.gapura.gateway.capture.PacketWords;
import io.gapura.ike.DataPlane.EspSa;
import io.gapura.ike.DataPlane.Selectors;
import io.gapura.ike.config.Child;
import io.gapura.ike.crypto.EspSuite;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.TrafficSelector;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What packets find while tunnels come and go. */
final class EngineDataPlaneTest {
    private static final int MTU = 1500;
    private static final long MS = 1_000_000;
    private static final TrafficSelector LOCAL = TrafficSelector.ofAddresses(Bytes.ofInt(0x0a010000),
            Bytes.ofInt(0x0a01ffff));
    private static final TrafficSelector REMOTE = TrafficSelector.ofAddresses(Bytes.ofInt(0x0a020000),
            Bytes.ofInt(0x0a02ffff));
    private static final Selectors SELECTORS = new Selectors("peer", "net", List.of(LOCAL), List.of(REMOTE));

    private final BufferPool pool = BufferPool.allocate(64, 2048);
    private final Engine engine = Engine.stepped(EngineSettings.of(1, fault -> {
        throw new AssertionError(fault);
    }), SuiteChoice.preferred(), List.of(List.of(port(0, PortRole.PROTECTED), port(1, PortRole.UNPROTECTED))));
    private final EngineDataPlane plane = new EngineDataPlane(engine, List.of(), List.of());

    EngineDataPlaneTest() {
        engine.publish(new Fib.Builder().add(0x0a010000, 16, Adjacency.resolved(0, MTU, 1, 2))
                .add(0, 0, Adjacency.resolved(1, MTU, 3, 4)).build());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private MemoryPort port(int index, PortRole role) {
        return new MemoryPort(new PortSpec(index, role.name(), role, 0, index, 1, MTU), pool, 64);
    }

    private long install(int tunnel, int spi) {
        EspSuite suite = EspSuite.of(Proposals.esp(List.of("aes128gcm16")).getFirst());
        InetSocketAddress local = new InetSocketAddress("192.0.2.1", 500);
        InetSocketAddress remote = new InetSocketAddress("192.0.2.2", 500);
        return plane.installOutbound(tunnel, spi, new EspSa(suite, Secret.ofUtf8("a key and its salt ."), local, remote,
                false, false, SELECTORS, Child.of("net", LOCAL, REMOTE), tunnel, 0));
    }

    /** The SPI that a packet would be sent with now; 0 if it would be dropped. */
    private int sentWith() {
        byte[] datagram = PacketWords.datagram(List.of("src", "10.1.0.5", "dst", "10.2.0.7", "udp"));
        try (Arena arena = Arena.ofConfined()) {
            long ip = arena.allocate(Math.max(64, datagram.length)).address();
            Memory.copy(datagram, 0, ip, datagram.length);
            PacketWalk walk = engine.walk(ip, datagram.length, PortRole.PROTECTED);
            return walk.verdict() == PacketWalk.Verdict.PROTECTED ? walk.spi() : 0;
        }
    }

    /** As when an IKE SA gives way to another with the same children: at no moment is there nothing to send by. */
    @Test
    void anotherTunnelWithTheSameTrafficTakesOverWithoutAGap() {
        int first = plane.openTunnel(SELECTORS);
        long handle = install(first, 0x1001);
        int second = plane.openTunnel(SELECTORS);
        install(second, 0x1002);
        plane.publish(0);
        assertThat(sentWith()).isEqualTo(0x1001);

        plane.retireOutbound(handle);
        assertThat(sentWith()).isEqualTo(0x1001);
        plane.closeTunnel(first);
        assertThat(sentWith()).isEqualTo(0x1001);
        plane.publish(MS);
        assertThat(sentWith()).isEqualTo(0x1002);
        assertThat(engine.outboundCounters(handle).packets()).isZero();

        plane.publish(20 * MS);
        assertThat(sentWith()).isEqualTo(0x1002);
        assertThatThrownBy(() -> engine.outboundCounters(handle)).hasMessageContaining("no outbound SA has handle");
    }

    @Test
    void theLastTunnelLeavesNothingToSendBy() {
        int only = plane.openTunnel(SELECTORS);
        long handle = install(only, 0x1001);
        plane.publish(0);
        plane.retireOutbound(handle);
        plane.closeTunnel(only);
        plane.publish(MS);
        assertThat(sentWith()).isZero();
    }
}
