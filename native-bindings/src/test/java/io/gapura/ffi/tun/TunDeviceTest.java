package io.gapura.ffi.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.Memory;
import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.Mapping;
import io.gapura.ffi.netlink.LinkSetup;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresRoot;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
final class TunDeviceTest {
    private static final int HERE = 0x0a010002;
    private static final int THERE = 0x0a020000;
    private static final int PAYLOAD_BYTES = 100;
    private static final int IP = VirtioNetHeader.BYTES;
    private static final int UDP = IP + 20;

    private final NetworkNamespace namespace = NetworkNamespace.create("tun");
    private final Mapping buffer = Mapping.anonymous(1 << 17);

    @AfterEach
    void remove() {
        buffer.close();
        namespace.close();
    }

    private TunDevice open(int queues) {
        return namespace.call(() -> {
            TunDevice device = TunDevice.open("tun-test", queues);
            try (LinkSetup setup = new LinkSetup("tun-test")) {
                setup.up(1400);
                setup.address(HERE, 24);
                assertThat(setup.route(THERE, 16)).isTrue();
            }
            return device;
        });
    }

    /** The next packet that the kernel sends by any queue: the queue, and how many bytes. */
    private record Read(TunQueue queue, int bytes) {}

    private Read read(TunDevice device) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (System.nanoTime() < deadlineNs) {
            for (TunQueue queue : device.queues()) {
                int bytes = queue.read(buffer.address(), 1 << 17);
                assertThat(bytes > 0 || bytes == -Errno.EAGAIN).as("read: %d", bytes).isTrue();
                if (bytes > 0 && Memory.byteAt(buffer.address() + IP) >>> 4 == 4) {
                    return new Read(queue, bytes);
                }
            }
        }
        throw new AssertionError("nothing to read");
    }

    @Test
    void theKernelSendsByItAndReceivesFromIt() {
        try (TunDevice device = open(2)) {
            assertThat(namespace.run("ip address show tun-test")).contains("10.1.0.2/24", "mtu 1400", "UP");
            DatagramSocket socket = namespace.call(() -> new DatagramSocket(new InetSocketAddress("10.1.0.2", 4000)));
            byte[] answer = namespace.call(() -> {
                socket.send(new DatagramPacket(new byte[PAYLOAD_BYTES], PAYLOAD_BYTES,
                        new InetSocketAddress("10.2.3.4", 5000)));
                Read read = read(device);
                assertThat(read.bytes).isEqualTo(UDP + 8 + PAYLOAD_BYTES);
                assertThat(VirtioNetHeader.type(buffer.address())).isEqualTo(VirtioNetHeader.GSO_NONE);
                answer(read);
                return received(socket);
            });
            assertThat(answer).hasSize(PAYLOAD_BYTES).startsWith(0xab);
            socket.close();
        }
        assertThatThrownBy(() -> namespace.run("ip link show tun-test")).hasMessageContaining("does not exist");
    }

    /** Sends the packet back where it came from, in two pieces, its checksum for the kernel to complete. */
    private void answer(Read read) {
        long ip = buffer.address() + IP;
        int source = Memory.intAt(ip + 12);
        Memory.putInt(ip + 12, Memory.intAt(ip + 16));
        Memory.putInt(ip + 16, source);
        long udp = buffer.address() + UDP;
        int port = Memory.shortAt(udp);
        Memory.putShort(udp, Memory.shortAt(udp + 2));
        Memory.putShort(udp + 2, port);
        Memory.putByte(udp + 8, 0xab);
        assertThat(VirtioNetHeader.needsChecksum(buffer.address())).isTrue();
        VirtioNetHeader.write(buffer.address(), VirtioNetHeader.GSO_NONE, 0, 0, 20, 6);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(32, 8);
            Memory.putNativeLong(vector.address(), buffer.address());
            Memory.putNativeLong(vector.address() + 8, UDP);
            Memory.putNativeLong(vector.address() + 16, udp);
            Memory.putNativeLong(vector.address() + 24, (long) read.bytes - UDP);
            assertThat(read.queue.write(vector.address(), 2)).isEqualTo(read.bytes);
        }
    }

    private static byte[] received(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(5000);
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Test
    void aRouteThatSomebodyElseMadeIsLeftAlone() {
        try (TunDevice device = open(1)) {
            namespace.call(() -> {
                try (LinkSetup setup = new LinkSetup("tun-test")) {
                    assertThat(setup.route(THERE, 16)).isFalse();
                    assertThat(setup.route(0x7f000000, 9)).isTrue();
                }
                return device;
            });
        }
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThatThrownBy(() -> TunDevice.open("a-name-longer-than-15", 1)).hasMessageContaining("no name");
        assertThatThrownBy(() -> namespace.call(() -> TunDevice.open("lo", 1)))
                .rootCause().hasMessageContaining("TUNSETIFF, lo");
    }
}
