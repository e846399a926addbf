package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.route.Adjacency;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.test.RequiresProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fragments as scapy makes them of our ESP; and what scapy makes of the fragments that we cut. */
@RequiresProgram("scapy")
final class ScapyFragmentsTest {
    private static final String FRAGMENT = """
            import sys
            from scapy.layers.inet import IP, fragment
            for line in sys.stdin:
                for piece in fragment(IP(bytes.fromhex(line.strip())), int(sys.argv[1])):
                    print(bytes(piece).hex())
            """;
    private static final String FRAGMENT6 = """
            import sys
            from scapy.layers.inet6 import IPv6, fragment6
            for line in sys.stdin:
                for piece in fragment6(IPv6(bytes.fromhex(line.strip())), int(sys.argv[1])):
                    print(bytes(piece).hex())
            """;
    private static final String DEFRAGMENT6 = """
            import sys
            from scapy.layers.inet6 import IPv6, defragment6
            print(bytes(defragment6([IPv6(bytes.fromhex(line.strip())) for line in sys.stdin])).hex())
            """;
    private static final String DEFRAGMENT = """
            import sys
            from scapy.layers.inet import IP, defragment
            for whole in defragment([IP(bytes.fromhex(line.strip())) for line in sys.stdin]):
                print(bytes(whole).hex())
            """;

    private final TestGateway left = new TestGateway(1);
    private final TestGateway right = new TestGateway(2);
    private final Tap leftLan = new Tap(left.lanPort);
    private final Tap leftWan = new Tap(left.wanPort);
    private final Tap rightLan = new Tap(right.lanPort);
    private final Tap rightWan = new Tap(right.wanPort);

    @BeforeEach
    void connect() {
        int tunnel = left.protect(right);
        right.protect(left);
        right.receiveFrom(left, tunnel, left.spec(right, EspCipher.AES_128_GCM_16, true));
    }

    @AfterEach
    void balance() {
        left.assertBalanced();
        right.assertBalanced();
        left.close();
        right.close();
    }

    private static TestPacket packet(int bytes) {
        return TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 4000, 53, bytes - 28);
    }

    private List<byte[]> encapsulate(TestPacket packet) {
        leftLan.send(packet.frame());
        left.step();
        return leftWan.receive();
    }

    private List<byte[]> decapsulate(List<byte[]> frames) {
        frames.forEach(rightWan::send);
        right.step();
        return rightLan.receive();
    }

    /** What a Python script prints about datagrams. */
    private static List<byte[]> scapy(String script, List<byte[]> frames, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", script));
        command.addAll(List.of(arguments));
        Process python = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        StringBuilder lines = new StringBuilder();
        frames.forEach(frame -> lines.append(HexFormat.of().formatHex(datagram(frame))).append('\n'));
        python.getOutputStream().write(lines.toString().getBytes(StandardCharsets.US_ASCII));
        python.getOutputStream().close();
        try (Stream<String> printed = python.inputReader(StandardCharsets.US_ASCII).lines()) {
            return printed.map(line -> TestPacket.frame(HexFormat.of().parseHex(line))).toList();
        }
    }

    @Test
    void putsTogetherWhatScapyCut() throws IOException {
        for (String size : List.of("32", "64", "512", "1400")) {
            List<byte[]> fragments = new ArrayList<>(scapy(FRAGMENT, encapsulate(packet(1400)), size));
            assertThat(fragments).hasSizeGreaterThan(1);
            Collections.reverse(fragments);
            assertThat(decapsulate(fragments)).singleElement()
                    .satisfies(frame -> assertThat(datagram(frame)).isEqualTo(packet(1400).withTtl(62).bytes()));
        }
    }

    @Test
    void dropsWhatScapyCutTooSmall() throws Exception {
        for (byte[] fragment : scapy(FRAGMENT, encapsulate(packet(1400)), "8")) {
            decapsulate(List.of(fragment));
        }
        assertThat(right.ledger().sent()).isZero();
        assertThat(right.ledger().held()).isZero();
        right.outwaitFragments();
    }

    @Test
    void putsTogetherWhatScapyCutOfIpv6() throws IOException {
        int tunnel = left.protect(right);
        right.receiveFrom(left, tunnel, left.spec6(right, EspCipher.AES_128_GCM_16, true));
        for (String size : List.of("96", "512", "1400")) {
            List<byte[]> fragments = new ArrayList<>(scapy(FRAGMENT6, encapsulate(packet(1400)), size));
            assertThat(fragments).hasSizeGreaterThan(1);
            Collections.reverse(fragments);
            assertThat(decapsulate(fragments)).singleElement()
                    .satisfies(frame -> assertThat(datagram(frame)).isEqualTo(packet(1400).withTtl(62).bytes()));
        }
    }

    /** Of a tunnel that is narrower than the packets of 1280 bytes that it must carry. */
    @Test
    void cutsEspThatScapyPutsTogether() throws IOException {
        int tunnel = left.protect(right);
        right.receiveFrom(left, tunnel, left.spec6(right, EspCipher.AES_128_GCM_16, true));
        left.engine.publish(left.routes(2)
                .add(IpAddress.of("2001:db8:ff::"), 48, Adjacency.resolved(TestGateway.WAN, 1280, 1, 2)).build());
        TestPacket6 packet = TestPacket6.udp(IpAddress.of("2001:db8:1::1"), IpAddress.of("2001:db8:2::2"), 1, 2, 1232);
        leftLan.send(packet.frame());
        left.step();
        List<byte[]> cut = leftWan.receive();
        assertThat(cut).hasSize(2);
        assertThat(decapsulate(scapy(DEFRAGMENT6, cut))).singleElement()
                .satisfies(frame -> assertThat(datagram(frame)).isEqualTo(packet.withHopLimit(62).bytes()));
    }

    @Test
    void cutsWhatScapyPutsTogether() throws IOException {
        List<byte[]> whole = scapy(DEFRAGMENT, decapsulate(encapsulate(packet(1700))));
        assertThat(whole).singleElement().satisfies(frame -> assertThat(datagram(frame)).endsWith(
                Arrays.copyOfRange(packet(1700).bytes(), 20, 1700)));
    }
}
