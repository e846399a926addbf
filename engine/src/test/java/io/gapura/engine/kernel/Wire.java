package io.gapura.engine.kernel;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineEvents;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.Tap;
import io.gapura.engine.TestPacket;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * An engine stepped by this thread: on its protected side the test, on the other one a virtual machine's network card, whose frames
 * QEMU carries in UDP datagrams.
 */
final class Wire implements AutoCloseable {
    static final int MTU = 1500;
    /** 52:54:00:00:00:03, which QEMU gives the card. */
    private static final long KERNELS_MAC = 0x5254_0000_0003L;
    private static final long OUR_MAC = 0x0200_0000_2000L;
    private static final int LAN = 0;
    private static final int WAN = 1;
    private static final int CHUNKS = 512;
    private static final int CHUNK_BYTES = 4096;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);
    private static final int ETHERNET_BYTES = 14;

    private static final EngineEvents IGNORED = new EngineEvents() {
        @Override
        public void onSoftLimit(int tunnel, int spi) {
        }

        @Override
        public void onHardLimit(int tunnel, int spi) {
        }

        @Override
        public void onAcquire(int tunnel) {
        }

        @Override
        public void onUnknownSpi(int spi, IpAddress sender) {
        }
    };

    final Engine engine;
    /** Datagrams that left the engine on its protected side, or went to the kernel of its own host. */
    final List<byte[]> delivered = new ArrayList<>();
    /** Frames to and from the virtual machine. */
    final List<byte[]> sent = new ArrayList<>();
    final List<byte[]> arrived = new ArrayList<>();
    /** Whether frames are kept back, in each direction. */
    boolean holdingSent;
    boolean holdingArrived;

    private final BufferPool pool = BufferPool.allocate(CHUNKS, CHUNK_BYTES);
    private final MemoryPort lanPort = port(LAN, "lan", PortRole.PROTECTED);
    private final MemoryPort wanPort = port(WAN, "wan", PortRole.UNPROTECTED);
    private final Tap lan = new Tap(lanPort);
    private final Tap wan = new Tap(wanPort);
    private final DatagramChannel channel;
    private final ByteBuffer datagram = ByteBuffer.allocate(1 << 16);
    private final byte[] ourMac = ByteBuffer.allocate(8).putLong(OUR_MAC << 16).array();

    Wire(int ourPort, int theirPort) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        channel = DatagramChannel.open().bind(new InetSocketAddress(here, ourPort))
                .connect(new InetSocketAddress(here, theirPort));
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 21);
        channel.configureBlocking(false);
        engine = Engine.stepped(EngineSettings.of(1, fault -> {
            throw new IllegalStateException(fault);
        }), SuiteChoice.preferred(), List.of(List.of(lanPort, wanPort)));
        Adjacency toHosts = Adjacency.resolved(LAN, MTU, 0x0200_0000_00aaL, OUR_MAC);
        Adjacency toKernel = Adjacency.resolved(WAN, MTU, KERNELS_MAC, OUR_MAC);
        engine.publish(new Fib.Builder().add(0x0a01_0000, 16, toHosts).add(0x0a02_0000, 16, toKernel)
                .add(0xac10_0000, 16, Adjacency.LOCAL).add(0xac11_0000, 16, toKernel)
                .add(IpAddress.of("2001:db8:1::"), 48, toHosts).add(IpAddress.of("2001:db8:2::"), 48, toKernel)
                .add(IpAddress.of("2001:db8:f1::"), 48, Adjacency.LOCAL)
                .add(IpAddress.of("2001:db8:f2::"), 48, toKernel).build());
    }

    private MemoryPort port(int index, String name, PortRole role) {
        return new MemoryPort(new PortSpec(index, name, role, 0, OUR_MAC, 0x0a01_00fe + index,
                IpAddress.of("2001:db8:1::fffe"), MTU), pool, 128);
    }

    /** Lines for {@code ip -batch} that make the virtual machine the other end. */
    static List<String> commands(String card) {
        return List.of("xfrm state flush", "xfrm policy flush", "link set " + card + " up",
                "neigh replace 172.31.0.1 lladdr 02:00:00:00:20:00 dev " + card + " nud permanent",
                "neigh replace 2001:db8:ff::1 lladdr 02:00:00:00:20:00 dev " + card + " nud permanent",
                "route replace 172.16.0.0/16 via 172.31.0.1 dev " + card + " onlink",
                "route replace 10.1.0.0/16 via 172.31.0.1 dev " + card + " onlink",
                "route replace 2001:db8:f1::/48 via 2001:db8:ff::1 dev " + card + " onlink",
                "route replace 2001:db8:1::/48 via 2001:db8:ff::1 dev " + card + " onlink",
                "route replace local 172.17.0.0/16 dev lo", "route replace local 10.2.0.0/16 dev lo",
                "route replace local 2001:db8:f2::/48 dev lo", "route replace local 2001:db8:2::/48 dev lo");
    }

    /** Has the gateway's own hosts send these. */
    void send(List<byte[]> datagrams) {
        datagrams.forEach(packet -> lan.send(frame(packet)));
    }

    /** Gives a frame to the virtual machine, whatever the engine did. */
    void transmit(byte[] frame) throws IOException {
        channel.write(ByteBuffer.wrap(frame));
    }

    /** Gives a frame to the engine as if it had come from the virtual machine. */
    void receive(byte[] frame) throws IOException {
        wan.send(frame);
        pump();
    }

    /** Lets packets move until {@code done}, or for a while; whether it is. */
    boolean until(BooleanSupplier done) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NS;
        do {
            pump();
            if (done.getAsBoolean()) {
                return true;
            }
            Thread.onSpinWait();
        } while (System.nanoTime() < deadline);
        return false;
    }

    private void pump() throws IOException {
        while (channel.read(datagram.clear()) > 0) {
            byte[] frame = Arrays.copyOf(datagram.array(), datagram.position());
            if (Arrays.equals(frame, 0, 6, ourMac, 0, 6)) {
                arrived.add(frame);
                if (!holdingArrived) {
                    wan.send(frame);
                }
            }
        }
        while (engine.doWork() > 0) {
        }
        engine.drainPunts((address, length) -> delivered.add(Memory.bytesAt(address, length)));
        engine.drainEvents(IGNORED);
        lan.receive().forEach(frame -> delivered.add(Arrays.copyOfRange(frame, ETHERNET_BYTES, frame.length)));
        for (byte[] frame : wan.receive()) {
            sent.add(frame);
            if (!holdingSent) {
                transmit(frame);
            }
        }
    }

    private static byte[] frame(byte[] packet) {
        return TestPacket.frame(packet);
    }

    /** No packet without a fate, no buffer lost. */
    boolean isBalanced() {
        return engine.ledger().balances()
                && pool.available() + lanPort.onTheWire() + wanPort.onTheWire() == pool.chunks();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        engine.close();
    }
}
