package io.gapura.engine.port;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.counters.Ledger;
import io.gapura.engine.packet.DropReason;
import io.gapura.ffi.Memory;
import io.gapura.ffi.libc.NativeSocket;
import io.gapura.ffi.test.RequiresRoot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two kernels that talk through two engines: they cut, merge and check what they are given by rules of their own. */
@RequiresRoot
final class TunPortTest {
    private static final int FITTING_MTU = 1438;
    private static final int MEGABYTE = 1 << 20;
    private static final int RECEIVED = 1;
    private static final int SENT = 9;

    private final TunHost left = new TunHost(1, FITTING_MTU);
    private final TunHost right = new TunHost(2, FITTING_MTU);

    TunPortTest() {
        TunHost.join(left, right);
    }

    @AfterEach
    void close() {
        left.close();
        right.close();
    }

    /** Sends so many megabytes of noise by TCP, and compares what has arrived. */
    private static void transfer(TunHost from, TunHost to, int megabytes) throws IOException {
        try (ServerSocket server = to.namespace.call(() -> new ServerSocket(7000))) {
            CompletableFuture<Long> received = CompletableFuture.supplyAsync(() -> checksumOfAll(server));
            CRC32C sent = new CRC32C();
            try (Socket socket = from.namespace.call(() -> new Socket(to.address(), 7000));
                    OutputStream stream = socket.getOutputStream()) {
                Random random = new Random(megabytes);
                byte[] noise = new byte[MEGABYTE];
                for (int count = 0; count < megabytes; count++) {
                    random.nextBytes(noise);
                    sent.update(noise);
                    stream.write(noise);
                }
            }
            assertThat(received.join()).isEqualTo(sent.getValue());
        }
    }

    private static long checksumOfAll(ServerSocket server) {
        try (Socket socket = server.accept(); InputStream stream = socket.getInputStream()) {
            CRC32C checksum = new CRC32C();
            byte[] some = new byte[1 << 16];
            for (int bytes = stream.read(some); bytes > 0; bytes = stream.read(some)) {
                checksum.update(some, 0, bytes);
            }
            return checksum.getValue();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void tcpPassesInLargeSegmentsAndArrivesAsItWasSent() throws IOException {
        transfer(left, right, 24);
        transfer(right, left, 24);

        Ledger ledger = left.settled();
        right.settled();
        long packets = 24L * MEGABYTE / FITTING_MTU;
        assertThat(ledger.sent()).as("packets on the wire").isGreaterThan(packets);
        assertThat(left.devicePackets(SENT)).as("segments that left's kernel sent").isLessThan(packets / 4);
        assertThat(left.devicePackets(RECEIVED)).as("segments that it received").isLessThan(packets / 2);
        assertThat(ledger.drops().keySet()).isSubsetOf(DropReason.TX_FULL, DropReason.MARTIAN);
    }

    @Test
    void datagramsThatTheKernelPassesTogetherArriveOneByOne() throws IOException {
        try (DatagramSocket receiver = right.namespace.call(() -> new DatagramSocket(7000));
                NativeSocket sender = left.namespace.call(() -> NativeSocket.open(2, NativeSocket.SOCK_DGRAM, 0));
                Arena arena = Arena.ofConfined()) {
            receiver.setReceiveBufferSize(MEGABYTE);
            sender.setOption("setsockopt(UDP_SEGMENT)", 17, 103, 1000);
            MemorySegment payload = arena.allocate(20_300);
            MemorySegment address = arena.allocate(16, 8); // struct sockaddr_in
            Memory.putNativeShort(address.address(), 2);
            Memory.putShort(address.address() + 2, 7000);
            Memory.putInt(address.address() + 4, 0x0a020001);
            for (int datagram = 0; datagram < 21; datagram++) {
                payload.set(JAVA_BYTE, 1000L * datagram, (byte) datagram);
            }
            assertThat(sender.sendTo(payload.address(), payload.byteSize(), 0, address.address(), 16))
                    .isEqualTo(payload.byteSize());
            for (int datagram = 0; datagram < 21; datagram++) {
                DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                receiver.setSoTimeout(5000);
                receiver.receive(packet);
                assertThat(packet.getLength()).isEqualTo(datagram < 20 ? 1000 : 300);
                assertThat(packet.getData()[0]).isEqualTo((byte) datagram);
            }
        }
        assertThat(left.settled().sent()).isGreaterThanOrEqualTo(21);
        assertThat(right.settled().received()).isGreaterThanOrEqualTo(21);
    }

    @Test
    void theHostIsNoHop() {
        assertThat(left.namespace.run("ping -c 3 -i 0.05 -t 1 -W 5 " + right.address())).contains(" 0% packet loss",
                "ttl=64");
    }

    @Test
    void theKernelLearnsWhatFitsIntoTheTunnel() throws IOException {
        left.namespace.run("ip link set tun mtu 1600");
        assertThat(ping("-s 1500 -M do")).contains("mtu = 1446");
        assertThat(left.settled().drops()).containsKey(DropReason.TOO_BIG);
        transfer(left, right, 4);
        right.settled();
    }

    /** From left to right; what it prints, whether it succeeds or not. */
    private String ping(String options) {
        try {
            return left.namespace.run("ping -c 2 -i 0.2 -W 1 " + options + " " + right.address());
        } catch (IllegalStateException failed) {
            return String.valueOf(failed.getMessage());
        }
    }

    @Test
    void whatADeviceThatIsDownRefusesIsDropped() {
        right.namespace.run("ip link set tun down");
        assertThat(ping("-s 56")).contains(" 100% packet loss");
        assertThat(right.settled().drops()).containsKey(DropReason.TX_FULL);
    }
}
