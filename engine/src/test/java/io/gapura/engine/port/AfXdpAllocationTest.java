package io.gapura.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.netlink.KernelTables;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresRoot;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Receiving, sending and idling allocate nothing once they are compiled. */
@RequiresRoot
final class AfXdpAllocationTest {
    private static final int SERIES_CYCLES = 5_000;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final PacketBatch batch = new PacketBatch();
    private volatile boolean measured;

    @Test
    void aPortAllocatesNothing() {
        try (NetworkNamespace gateway = NetworkNamespace.create("alloc");
                NetworkNamespace host = NetworkNamespace.create("alloc-host")) {
            NetworkNamespace.join(gateway, "lan", host, "eth");
            host.run("ip address add 10.1.0.2/24 dev eth");
            host.run("ip route add default via 10.1.0.1");
            gateway.run("ip address add 10.1.0.1/24 dev lan");
            gateway.call(() -> measure(host));
        }
    }

    /** What the host sends elsewhere is sent back to it as it is. */
    private boolean measure(NetworkNamespace host) {
        Thread traffic = Thread.ofPlatform().start(() -> host.call(this::flood));
        try (KernelTables tables = KernelTables.open();
                AfXdpPorts ports = AfXdpPorts.open(tables, List.of(AfXdpSettings.of("lan", "lan",
                        PortRole.PROTECTED)), 1)) {
            Port port = ports.portsOfWorker().getFirst().getFirst();
            long deadlineNs = System.nanoTime() + PATIENCE_NS;
            long received;
            long allocated;
            do {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                received = reflect(port);
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            } while ((allocated > 0 || received == 0) && System.nanoTime() < deadlineNs);
            assertThat(received).isPositive();
            assertThat(allocated).isZero();
        } finally {
            measured = true;
        }
        return traffic.isAlive();
    }

    private long flood() throws IOException {
        long sent = 0;
        try (DatagramSocket socket = new DatagramSocket()) {
            DatagramPacket packet = new DatagramPacket(new byte[100], 100, new InetSocketAddress("10.9.0.1", 9));
            for (; !measured; sent++) {
                socket.send(packet);
            }
        }
        return sent;
    }

    private long reflect(Port port) {
        long received = 0;
        for (int cycle = 0; cycle < SERIES_CYCLES; cycle++) {
            batch.clear();
            received += port.receive(batch);
            for (int packet = 0; packet < batch.size(); packet++) {
                batch.forward(packet, port.index());
            }
            port.send(batch);
            port.poll();
        }
        return received;
    }
}
