package io.gapura.ffi.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.Memory;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresRoot;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

@RequiresRoot
final class RawIpSocketTest {
    private static final int DATAGRAM_BYTES = 32;

    @Test
    void theKernelDeliversToOurselvesWhateverTheSource() {
        try (NetworkNamespace namespace = NetworkNamespace.create("raw")) {
            namespace.run("ip address add 198.51.100.1/32 dev lo");
            InetAddress sender = namespace.call(() -> deliver(0xc6336401, 0xcb007107));
            assertThat(sender.getHostAddress()).isEqualTo("203.0.113.7");
        }
    }

    @Test
    void reportsWhyTheKernelDidNotTakeADatagram() {
        try (NetworkNamespace namespace = NetworkNamespace.create("raw-unreachable")) {
            int enetunreach = 101;
            assertThat(namespace.<Integer>call(() -> {
                try (RawIpSocket raw = RawIpSocket.open(); Mapping datagram = udp(0x0a000001, 0x0a000002, 9)) {
                    return raw.send(datagram.address(), DATAGRAM_BYTES);
                }
            })).isEqualTo(enetunreach);
        }
    }

    private static InetAddress deliver(int destination, int source) throws IOException {
        try (DatagramSocket receiver = new DatagramSocket(new InetSocketAddress("198.51.100.1", 0));
                RawIpSocket raw = RawIpSocket.open();
                Mapping datagram = udp(source, destination, receiver.getLocalPort())) {
            assertThat(raw.send(datagram.address(), DATAGRAM_BYTES)).isZero();
            receiver.setSoTimeout(5000);
            DatagramPacket received = new DatagramPacket(new byte[64], 64);
            receiver.receive(received);
            return received.getAddress();
        }
    }

    /** IPv4 and UDP headers before four bytes of nothing; the kernel adds the total length and the checksum. */
    private static Mapping udp(int source, int destination, int port) {
        Mapping datagram = Mapping.anonymous(DATAGRAM_BYTES);
        long header = datagram.address();
        Memory.putShort(header, 0x4500);
        Memory.putShort(header + 8, 64 << 8 | 17);
        Memory.putInt(header + 12, source);
        Memory.putInt(header + 16, destination);
        Memory.putInt(header + 20, 4000 << 16 | port);
        Memory.putShort(header + 24, 12);
        return datagram;
    }
}
