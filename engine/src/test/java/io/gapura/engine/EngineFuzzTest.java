package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gapura.engine.FuzzedGateway.Outcome;
import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jazzer's targets in the engine: what arrives as ESP and AH, in fragments too; what an authentic peer has encrypted; what arrives in
 * clear. Ordinary builds try the seeds, packets of other implementations; {@code configs/fuzz.sh} looks for more.
 */
final class EngineFuzzTest {
    private static final int ESP = 50;
    private static final int AH = 51;
    private static final int NAT_T_PORT = 4500;
    private static final int PEERS_KEY = 2;
    private static final TestPacket INWARDS = TestPacket.udp(address("10.2.0.2"), address("10.1.0.1"), 4000, 53, 600);

    @AfterAll
    static void outwaitFragments() throws InterruptedException {
        FuzzedGateway.outwaitFragments();
    }

    // ---- ESP and AH as anybody may send them

    /** A cipher of each kind, in the order in which seeds name them. */
    private static final List<String> ESP_CIPHERS = List.of("aes128gcm16", "aes128-sha256", "null-aescmac",
            "aes128ccm8",
            "aes128gmac", "chacha20poly1305", "aes256ctr-sha512", "aes128gcm16iiv");
    private static final List<String> AH_MACS = List.of("sha256", "aescmac", "aes128gmac");

    /** Of a class of its own each, so that only the gateways of the target that runs are made. */
    private static final class EspGateway {
        static final FuzzedGateway GATEWAY = new FuzzedGateway();

        static {
            ESP_CIPHERS.forEach(word -> GATEWAY.addSa(EspCipher.of(word), false, SaMode.TUNNEL));
            GATEWAY.addSa(EspCipher.AES_128_GCM_16, true, SaMode.TUNNEL);
            GATEWAY.addSa(EspCipher.AES_128_GCM_16, false, SaMode.TRANSPORT);
            GATEWAY.addSa(EspCipher.AES_128_GCM_16, true, SaMode.TRANSPORT);
        }
    }

    static Stream<byte[]> esp() {
        return FuzzSeeds.wire("esp", ESP_CIPHERS);
    }

    /** Nothing of it is authentic, since keys and SPIs are not those of the seeds: nothing is delivered. */
    @MethodSource("esp")
    @FuzzTest
    void esp(byte[] input) {
        Outcome outcome = EspGateway.GATEWAY.fromTheUnprotectedSide(input);
        assertThat(outcome.protectedSide()).isEmpty();
    }

    private static final class AhGateway {
        static final FuzzedGateway GATEWAY = new FuzzedGateway();

        static {
            AH_MACS.forEach(word -> GATEWAY.addSa(AhMac.of(word), false, SaMode.TUNNEL));
            GATEWAY.addSa(AhMac.of("sha256"), true, SaMode.TUNNEL);
            GATEWAY.addSa(AhMac.of("sha256"), false, SaMode.TRANSPORT);
            GATEWAY.addSa(AhMac.of("sha256"), true, SaMode.TRANSPORT);
        }
    }

    static Stream<byte[]> ah() {
        return FuzzSeeds.wire("ah", AH_MACS);
    }

    @MethodSource("ah")
    @FuzzTest
    void ah(byte[] input) {
        Outcome outcome = AhGateway.GATEWAY.fromTheUnprotectedSide(input);
        assertThat(outcome.protectedSide()).isEmpty();
    }

    // ---- what is inside of authentic ESP

    /** How it arrives, which is the input's first byte. */
    private enum Way {
        TUNNEL_IPV4,
        TUNNEL_IPV6,
        TUNNEL_IN_UDP,
        TRANSPORT_IPV4,
        TRANSPORT_IPV6;

        boolean isIpv6() {
            return this == TUNNEL_IPV6 || this == TRANSPORT_IPV6;
        }

        boolean isTransport() {
            return this == TRANSPORT_IPV4 || this == TRANSPORT_IPV6;
        }
    }

    private static final class InnerGateway {
        static final FuzzedGateway GATEWAY = new FuzzedGateway();
        static final List<EspSealer> SEALERS = new ArrayList<>();

        static {
            for (Way way : Way.values()) {
                GATEWAY.addSa(EspCipher.AES_128_GCM_16, way.isIpv6(),
                        way.isTransport() ? SaMode.TRANSPORT : SaMode.TUNNEL);
                SEALERS.add(new EspSealer(GATEWAY.spi(way.ordinal()), PEERS_KEY, 0));
            }
        }
    }

    static Stream<byte[]> inner() {
        return FuzzSeeds.inner(Way.values().length);
    }

    /** What is delivered is what was encrypted, by the rules of RFC 4303 §2.4 to §2.6, and between the networks agreed on. */
    @MethodSource("inner")
    @FuzzTest
    void inner(byte[] input) throws Exception {
        if (input.length == 0 || input.length > 1400) {
            return;
        }
        Way way = Way.values()[(input[0] & 0xff) % Way.values().length];
        byte[] text = Arrays.copyOfRange(input, 1, input.length);
        FuzzedGateway fuzzed = InnerGateway.GATEWAY;
        byte[] esp = InnerGateway.SEALERS.get(way.ordinal()).seal(text);

        Outcome outcome = fuzzed.fromTheUnprotectedSide(List.of(carried(way, esp)));

        List<byte[]> delivered = new ArrayList<>(outcome.kernel());
        outcome.protectedSide().forEach(frame -> delivered.add(datagram(frame)));
        assertThat(delivered).hasSizeLessThanOrEqualTo(1).allSatisfy(packet -> wasEncrypted(way, packet, text));
        assertThat(outcome.unprotectedSide()).allSatisfy(frame -> isProtected(frame, ESP));
        assertThat(fuzzed.gateway.ledger().drops()).doesNotContainKeys(DropReason.NOT_AUTHENTIC,
                DropReason.UNKNOWN_SPI, DropReason.REPLAYED);
    }

    private static byte[] carried(Way way, byte[] esp) {
        TestGateway from = InnerGateway.GATEWAY.peer;
        TestGateway to = InnerGateway.GATEWAY.gateway;
        if (way.isIpv6()) {
            return TestPacket6.of(from.outer6, to.outer6, ESP, esp).frame();
        }
        return way == Way.TUNNEL_IN_UDP
                ? TestPacket.of(from.outer, to.outer, 17, inUdp(esp)).frame()
                : TestPacket.of(from.outer, to.outer, ESP, esp).frame();
    }

    private static byte[] inUdp(byte[] esp) {
        return ByteBuffer.allocate(8 + esp.length).putShort((short) NAT_T_PORT).putShort((short) NAT_T_PORT)
                .putShort((short) (8 + esp.length)).putShort((short) 0).put(esp).array();
    }

    private static void wasEncrypted(Way way, byte[] packet, byte[] text) {
        int padding = text[text.length - 2] & 0xff;
        int end = text.length - 2 - padding;
        int nextHeader = text[text.length - 1] & 0xff;
        assertThat(end).isNotNegative();
        for (int at = 0; at < padding; at++) {
            assertThat(text[end + at]).isEqualTo((byte) (at + 1));
        }
        boolean ipv6 = packet[0] >>> 4 == 6;
        if (way.isTransport()) {
            assertThat(packet[ipv6 ? 6 : 9] & 0xff).isEqualTo(nextHeader);
            assertThat(Arrays.copyOfRange(packet, ipv6 ? 40 : 20, packet.length))
                    .isEqualTo(Arrays.copyOf(text, end));
            return;
        }
        assertThat(nextHeader).isEqualTo(ipv6 ? 41 : 4);
        int mutable = ipv6 ? 8 : 12;
        assertThat(packet.length).isLessThanOrEqualTo(end);
        assertThat(Arrays.copyOfRange(packet, mutable, packet.length))
                .isEqualTo(Arrays.copyOfRange(text, mutable, packet.length));
        isBetweenNetworks(packet, InnerGateway.GATEWAY.peer, InnerGateway.GATEWAY.gateway);
    }

    private static void isBetweenNetworks(byte[] packet, TestGateway from, TestGateway to) {
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        if (packet[0] >>> 4 == 6) {
            assertThat(bytes.getLong(8) >>> 16).isEqualTo(from.network6.high() >>> 16);
            assertThat(bytes.getLong(24) >>> 16).isEqualTo(to.network6.high() >>> 16);
        } else {
            assertThat(bytes.getInt(12) & 0xffff_0000).isEqualTo(from.network);
            assertThat(bytes.getInt(16) & 0xffff_0000).isEqualTo(to.network);
        }
    }

    // ---- fragments of what is authentic

    private static final class CutGateway {
        static final FuzzedGateway GATEWAY = new FuzzedGateway();
        private static int inputs;

        private CutGateway() {
        }

        static {
            GATEWAY.addSa(EspCipher.AES_128_GCM_16, false, SaMode.TUNNEL);
        }
    }

    static Stream<byte[]> fragments() {
        return FuzzSeeds.cuts();
    }

    /**
     * A genuine packet, cut as the input says: where a fragment begins and how long it is, in units of 8 bytes, and whether it
     * contradicts itself about there being more, or is damaged. Of that and the whole packet behind it exactly one is delivered.
     */
    @MethodSource("fragments")
    @FuzzTest
    void fragments(byte[] cuts) {
        FuzzedGateway fuzzed = CutGateway.GATEWAY;
        byte[] whole = fuzzed.sealedByPeer(INWARDS.frame());
        byte[] payload = Arrays.copyOfRange(whole, 34, whole.length);
        List<byte[]> frames = new ArrayList<>();
        for (int cut = 0; cut + 3 <= cuts.length && frames.size() < 80; cut += 3) {
            frames.add(fragment(payload, cuts[cut] & 0xff, cuts[cut + 1] & 0xff, cuts[cut + 2]));
        }
        CutGateway.inputs++;

        List<byte[]> delivered = new ArrayList<>(fuzzed.fromTheUnprotectedSide(frames).protectedSide());
        delivered.addAll(fuzzed.fromTheUnprotectedSide(List.of(whole)).protectedSide());

        assertThat(delivered).singleElement()
                .satisfies(frame -> assertThat(datagram(frame)).isEqualTo(INWARDS.withTtl(62).bytes()));
    }

    private static byte[] fragment(byte[] payload, int unit, int units, int flags) {
        int from = Math.min(unit * 8, payload.length);
        int to = Math.min(from + units * 8, payload.length);
        byte[] data = Arrays.copyOfRange(payload, from, to);
        boolean contradicts = (flags & 1) != 0;
        if ((flags & 2) != 0 && data.length > 0) {
            data[data.length / 2] ^= 1;
        }
        boolean more = to < payload.length != contradicts;
        return new TestPacket(CutGateway.GATEWAY.peer.outer, CutGateway.GATEWAY.gateway.outer, 0,
                CutGateway.inputs & 0xffff, unit | (more ? TestPacket.MORE_FRAGMENTS : 0), 64, ESP,
                HexFormat.of().formatHex(data)).frame();
    }

    // ---- from the protected side

    private static final class OutboundGateways {
        static final FuzzedGateway BY_ESP = gateway(EspCipher.AES_128_GCM_16);
        static final FuzzedGateway BY_AH = gateway(AhMac.of("sha256"));

        private static FuzzedGateway gateway(EspCipher cipher) {
            FuzzedGateway fuzzed = new FuzzedGateway();
            fuzzed.peer.receiveFrom(fuzzed.gateway, fuzzed.tunnel, fuzzed.gateway.spec(fuzzed.peer, cipher, true));
            return fuzzed;
        }
    }

    static Stream<byte[]> clear() {
        return FuzzSeeds.clear();
    }

    /** What leaves is protected, and the peer opens it without complaint. The first byte says by ESP or AH. */
    @MethodSource("clear")
    @FuzzTest
    void clear(byte[] input) {
        if (input.length == 0) {
            return;
        }
        boolean byAh = (input[0] & 1) != 0;
        FuzzedGateway fuzzed = byAh ? OutboundGateways.BY_AH : OutboundGateways.BY_ESP;

        Outcome outcome = fuzzed.fromTheProtectedSide(Arrays.copyOfRange(input, 1, input.length));

        assertThat(outcome.unprotectedSide()).allSatisfy(frame -> isProtected(frame, byAh ? AH : ESP));
        assertThat(fuzzed.openedByPeer(outcome.unprotectedSide()))
                .allSatisfy(frame -> isBetweenNetworks(datagram(frame), fuzzed.gateway, fuzzed.peer));
        assertThat(fuzzed.peer.ledger().drops().keySet()).isSubsetOf(DropReason.TTL_EXPIRED, DropReason.TOO_BIG,
                DropReason.FRAGMENT_TIMEOUT, DropReason.FRAGMENT_LIMIT);
    }

    private static void isProtected(byte[] frame, int protocol) {
        ByteBuffer datagram = ByteBuffer.wrap(datagram(frame));
        assertThat(datagram.get(9)).isEqualTo((byte) protocol);
        assertThat(datagram.getInt(12)).isEqualTo(address("192.0.2.1"));
        assertThat(datagram.getInt(16)).isEqualTo(address("192.0.2.2"));
    }
}
