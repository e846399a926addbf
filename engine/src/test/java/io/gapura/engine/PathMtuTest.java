package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is believed of ICMP from the way to the peer, RFC 4301 §8.2. */
final class PathMtuTest {
    private static final int ROUTER = address("192.0.2.99");
    /** Outer IPv4, ESP, IV, trailer and ICV, padded. */
    private static final int OVERHEAD = 54;

    private final TestGateway gateway = new TestGateway(1);
    private final TestGateway peer = new TestGateway(2);
    private final Tap lan = new Tap(gateway.lanPort);
    private final Tap wan = new Tap(gateway.wanPort);
    private int tunnel;

    @BeforeEach
    void connect() {
        tunnel = gateway.protect(peer);
        peer.receiveFrom(gateway, tunnel, gateway.spec(peer, EspCipher.AES_128_GCM_16, true));
    }

    @AfterEach
    void balance() {
        gateway.assertBalanced();
        gateway.close();
        peer.close();
    }

    private static TestPacket unfragmentable(int bytes) {
        return TestPacket.udp(address("10.1.0.7"), address("10.2.0.2"), 1, 2, bytes - 28)
                .withFlags(TestPacket.DONT_FRAGMENT);
    }

    private byte[] send(int bytes) {
        lan.send(unfragmentable(bytes).frame());
        gateway.step();
        List<byte[]> sent = wan.receive();
        return sent.isEmpty() ? new byte[0] : sent.getFirst();
    }

    /** "Fragmentation needed" about {@code frame}, of which the router quotes 64 bytes. */
    private void routerSays(byte[] frame, int mtu) {
        ByteBuffer icmp = ByteBuffer.allocate(8 + 64);
        icmp.put((byte) 3).put((byte) 4).putShort(6, (short) mtu).put(8, datagram(frame), 0, 64);
        icmp.putShort(2, (short) TestPacket.checksum(icmp.array()));
        wan.send(TestPacket.of(ROUTER, gateway.outer, 1, icmp.array()).frame());
        gateway.step();
        gateway.pass(Duration.ofMillis(10)); // or the next would be one too many
    }

    private int innerMtu() {
        return gateway.engine.mtus().getFirst().innerMtu();
    }

    @Test
    void narrowsTheTunnelAndTellsItsSenders() {
        routerSays(send(1400), 1300);

        assertThat(innerMtu()).isEqualTo(1300 - OVERHEAD);
        assertThat(send(1300 - OVERHEAD)).hasSize(14 + 1300);
        assertThat(send(1301 - OVERHEAD)).isEmpty();
        List<byte[]> told = lan.receive();
        assertThat(told).hasSize(1);
        assertThat(ByteBuffer.wrap(datagram(told.getFirst())).getInt(24)).isEqualTo(1300 - OVERHEAD);
        assertThat(gateway.punted).as("it is the kernel's business too").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"68, 576", "575, 576", "577, 577", "1600, 1500"})
    void believesNoLessThanEveryPathTakes(int said, int believed) {
        routerSays(send(1400), said);
        assertThat(innerMtu()).isEqualTo(((believed - OVERHEAD + 2) & -4) - 2);
    }

    @Test
    void believesNothingWithoutAMtu() {
        routerSays(send(1400), 0);
        assertThat(innerMtu()).isEqualTo(1446);
    }

    @Test
    void believesNothingThatQuotesNoSaOfOurs() {
        byte[] esp = send(1400);
        routerSays(TestPacket.flip(esp, 14 + 20, 1), 1300); // SPI
        routerSays(TestPacket.flip(esp, 14 + 19, 1), 1300); // destination
        routerSays(TestPacket.flip(esp, 14 + 26, 1), 1300); // sequence number: not sent yet
        routerSays(TestPacket.flip(esp, 14 + 9, 1), 1300); // protocol
        assertThat(innerMtu()).isEqualTo(1446);
        ByteBuffer damaged = ByteBuffer.wrap(new byte[72]).put((byte) 3).put((byte) 4);
        wan.send(TestPacket.of(ROUTER, gateway.outer, 1, damaged.array()).frame());
        gateway.step();
        assertThat(innerMtu()).isEqualTo(1446);
    }

    @Test
    void isKnownToTheNextSaToo() {
        routerSays(send(1400), 1300);
        peer.receiveFrom(gateway, tunnel, gateway.spec(peer, EspCipher.AES_128_GCM_16, false));
        assertThat(gateway.engine.mtus()).hasSize(2).allMatch(mtu -> mtu.innerMtu() == 1300 - OVERHEAD);
    }

    @Test
    void isCutAccordingly() {
        routerSays(send(1400), 1300);
        lan.send(unfragmentable(1400).withFlags(0).frame());
        gateway.step();
        assertThat(wan.receive()).hasSize(2).allMatch(frame -> frame.length <= 14 + 1300);
    }
}
