package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.counters.Ledger;
import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.DropReason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever arrives, the worker lives, every packet is accounted for, and what is in order passes afterwards. */
final class GarbageTest {
    private static final int FRAMES = 100_000;
    private static final int FEWER_FRAMES = 20_000;
    private static final int BURST = 50;
    private static final long SEED = 20_261_123;
    private static final TestPacket INWARDS = TestPacket.udp(address("10.2.0.2"), address("10.1.0.1"), 4000, 53, 300);
    private static final TestPacket OUTWARDS = TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 53, 4000, 300);

    private final TestGateway gateway = new TestGateway(1, SuiteChoice.preferred());
    private final TestGateway peer = new TestGateway(2, SuiteChoice.preferred());
    private final Tap lan = new Tap(gateway.lanPort);
    private final Tap wan = new Tap(gateway.wanPort);
    private final Tap peerLan = new Tap(peer.lanPort);
    private final Tap peerWan = new Tap(peer.wanPort);
    private int peerTunnel;

    @BeforeEach
    void connect() {
        int tunnel = gateway.protect(peer);
        peerTunnel = peer.protect(gateway);
        peer.receiveFrom(gateway, tunnel, gateway.spec(peer, EspCipher.AES_256_GCM_16, false));
        gateway.receiveFrom(peer, peerTunnel, peer.spec(gateway, EspCipher.AES_128_GCM_16, true));
    }

    @AfterEach
    void close() {
        gateway.close();
        peer.close();
    }

    @Test
    void noGarbageFromTheUnprotectedSideIsDelivered() {
        sendGarbage(FRAMES);

        Ledger ledger = gateway.ledger();
        assertThat(ledger.received()).isEqualTo(FRAMES + 1);
        assertThat(ledger.dropped() + ledger.punted() + ledger.held() + ledger.reassembled()).isEqualTo(FRAMES);
        assertThat(ledger.drops()).containsKeys(DropReason.RUNT, DropReason.NOT_IP, DropReason.BAD_HEADER,
                DropReason.UNKNOWN_SPI, DropReason.REPLAYED, DropReason.NOT_AUTHENTIC,
                DropReason.NO_POLICY).doesNotContainKey(DropReason.INTERNAL_ERROR);
        gateway.outwaitFragments();
        assertTrafficStillPasses();
    }

    /** What is made of a genuine packet of each kind of cipher: by jobs, by direct calls, with blocks and without. */
    @ParameterizedTest
    @ValueSource(strings = {"aes128-sha256", "aes256-aesxcbc", "aes256ctr-sha512", "null-sha384", "null-aescmac",
        "aes128ccm8", "aes192gmac", "aes256gcm8", "chacha20poly1305"})
    void noGarbageIsDeliveredWhateverTheCipher(String word) {
        gateway.receiveFrom(peer, peerTunnel, peer.spec(gateway, EspCipher.of(word), true));

        sendGarbage(FEWER_FRAMES);

        assertThat(gateway.ledger().drops()).containsKeys(DropReason.RUNT, DropReason.NOT_AUTHENTIC)
                .doesNotContainKey(DropReason.INTERNAL_ERROR);
        gateway.outwaitFragments();
        assertTrafficStillPasses();
    }

    /** Of AH routers may change more than of ESP, but nothing that is delivered. */
    @ParameterizedTest
    @ValueSource(strings = {"sha256", "aescmac", "aes128gmac"})
    void noGarbageIsDeliveredAsAh(String word) {
        gateway.receiveFrom(peer, peerTunnel, peer.spec(gateway, AhMac.of(word), true));

        sendGarbage(FEWER_FRAMES);

        assertThat(gateway.ledger().drops())
                .containsKeys(DropReason.RUNT, DropReason.NOT_AUTHENTIC, DropReason.BAD_AH_LENGTH)
                .doesNotContainKey(DropReason.INTERNAL_ERROR);
        gateway.outwaitFragments();
        assertTrafficStillPasses();
    }

    private void sendGarbage(int frames) {
        byte[] genuine = sealedByPeer(INWARDS);
        assertThat(deliver(genuine)).hasSize(1);
        Garbage garbage = new Garbage(SEED, peer.outer, gateway.outer, genuine);
        for (int frame = 0; frame < frames; frame++) {
            wan.send(garbage.next());
            if (frame % BURST == 0) {
                gateway.step();
                assertThat(lan.receive()).as("delivered before frame %d", frame).isEmpty();
                wan.receive();
            }
        }
        gateway.step();
    }

    @Test
    void garbageFromTheProtectedSideLeavesInsideTheTunnelOrNotAtAll() {
        lan.send(OUTWARDS.frame());
        gateway.step();
        byte[] genuine = wan.receive().getFirst();
        Garbage garbage = new Garbage(SEED, OUTWARDS.source(), OUTWARDS.destination(), genuine);

        for (int frame = 0; frame < FRAMES; frame++) {
            lan.send(garbage.next());
            if (frame % BURST == 0) {
                gateway.step();
                lan.receive();
                assertThat(wan.receive()).allSatisfy(this::isEspToThePeer);
            }
        }
        gateway.step();

        assertThat(gateway.ledger().received()).isEqualTo(FRAMES + 1);
        assertThat(gateway.ledger().drops()).doesNotContainKey(DropReason.INTERNAL_ERROR);
        wan.receive();
        assertTrafficStillPasses();
    }

    /** What an authentic peer may put inside: the parser of what was decrypted meets the same garbage. */
    @Test
    void noGarbageInsideGenuineEspIsDelivered() throws Exception {
        byte[] genuine = sealedByPeer(INWARDS);
        deliver(genuine);
        Garbage garbage = new Garbage(SEED, INWARDS.source(), INWARDS.destination(), genuine);
        EspSealer sealer = new EspSealer(ByteBuffer.wrap(genuine, 34, 4).getInt(), 2, 1 << 20);

        for (int frame = 0; frame < FRAMES; frame++) {
            wan.send(TestPacket.of(peer.outer, gateway.outer, 50, sealer.seal(inner(garbage))).frame());
            if (frame % BURST == 0) {
                gateway.step();
                assertThat(lan.receive()).allSatisfy(this::isFromThePeersNetworkToOurs);
                wan.receive();
            }
        }
        gateway.step();

        lan.receive();
        assertThat(gateway.ledger().drops()).containsKeys(DropReason.BAD_PADDING, DropReason.BAD_NEXT_HEADER,
                DropReason.BAD_INNER, DropReason.SELECTOR_MISMATCH).doesNotContainKeys(DropReason.INTERNAL_ERROR,
                        DropReason.NOT_AUTHENTIC);
        assertThat(gateway.ledger().received()).isEqualTo(FRAMES + 1);
        gateway.assertBalanced();
    }

    /** A packet from the garbage, with a trailer that is right more often than not. */
    private static byte[] inner(Garbage garbage) {
        byte[] frame = garbage.next();
        byte[] packet = frame.length < 14 ? frame : datagram(frame);
        byte[] text = Arrays.copyOf(packet, Math.min(packet.length, 1400) + 2);
        boolean right = garbage.number(4) > 0;
        text[text.length - 2] = (byte) (right ? 0 : garbage.number(256));
        text[text.length - 1] = (byte) (right ? 4 : garbage.number(256));
        return text;
    }

    private void isFromThePeersNetworkToOurs(byte[] frame) {
        ByteBuffer datagram = ByteBuffer.wrap(datagram(frame));
        assertThat(datagram.getInt(12) & 0xffff_0000).isEqualTo(peer.network);
        assertThat(datagram.getInt(16) & 0xffff_0000).isEqualTo(gateway.network);
    }

    private void isEspToThePeer(byte[] frame) {
        ByteBuffer datagram = ByteBuffer.wrap(datagram(frame));
        assertThat(datagram.get(9)).isEqualTo((byte) 50);
        assertThat(datagram.getInt(12)).isEqualTo(gateway.outer);
        assertThat(datagram.getInt(16)).isEqualTo(peer.outer);
    }

    private byte[] sealedByPeer(TestPacket packet) {
        peerLan.send(packet.frame());
        peer.step();
        return peerWan.receive().getFirst();
    }

    private List<byte[]> deliver(byte[] frame) {
        wan.send(frame);
        gateway.step();
        return lan.receive();
    }

    private void assertTrafficStillPasses() {
        gateway.assertBalanced();
        assertThat(deliver(sealedByPeer(INWARDS))).singleElement()
                .satisfies(frame -> assertThat(datagram(frame)).isEqualTo(INWARDS.withTtl(62).bytes()));
        lan.send(OUTWARDS.frame());
        gateway.step();
        peerWan.send(wan.receive().getFirst());
        peer.step();
        assertThat(peerLan.receive()).singleElement()
                .satisfies(frame -> assertThat(datagram(frame)).isEqualTo(OUTWARDS.withTtl(62).bytes()));
        gateway.assertBalanced();
        peer.assertBalanced();
    }
}
