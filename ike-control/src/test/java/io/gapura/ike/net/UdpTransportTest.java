package io.gapura.ike.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams over the loopback interface, both families and both ports. */
class UdpTransportTest {
    private static final int PORT = 20_500;
    private static final int NAT_PORT = 24_500;
    private final List<Datagram> received = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"127.0.0.1, false", "127.0.0.1, true", "::1, false", "::1, true"})
    void whatIsSentArrivesWithBothAddresses(String literal, boolean natPort) throws IOException {
        InetAddress address = InetAddress.ofLiteral(literal);
        assumeThat(NetworkInterface.getByInetAddress(address)).as("this host has no " + literal).isNotNull();
        Bytes content = Bytes.of(1, 2, 3);
        try (UdpTransport transport = UdpTransport.open(List.of(address), PORT, NAT_PORT)) {
            InetSocketAddress self = new InetSocketAddress(address, natPort ? NAT_PORT : PORT);
            transport.send(new Datagram(self, self, natPort, content));
            long untilNs = System.nanoTime() + 2_000_000_000L;
            while (received.isEmpty() && System.nanoTime() < untilNs) {
                transport.receive(received::add, 1);
            }
            assertThat(received).containsExactly(new Datagram(self, self, natPort, content));
        }
    }
}
