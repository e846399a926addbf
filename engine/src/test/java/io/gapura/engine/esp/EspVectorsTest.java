package io.gapura.engine.esp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.TestPacket;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.sad.Addressing;
import io.gapura.engine.sad.EspKey;
import io.gapura.engine.sad.InboundSa;
import io.gapura.engine.sad.Lifetime;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.sad.ReplayWindow;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.OuterDf;
import io.gapura.engine.wire.OuterHeader;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against packets that scapy or Python's cryptography made: see {@code esp-vectors.py} beside the vectors. */
final class EspVectorsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int LOCAL = TestPacket.address("192.0.2.1");
    private static final int REMOTE = TestPacket.address("198.51.100.7");
    private static final int HEADERS_BEFORE_ESP = 14 + 20;
    private static final int LONGEST_IV_BYTES = 16;

    private static final List<AeadSuite> SUITES = List.of(new JcaSuite(), SuiteChoice.preferred());

    private final BufferPool pool = BufferPool.allocate(4, 2048);
    private final PacketBatch batch = new PacketBatch();

    /** One line of the file. */
    record Vector(EspCipher cipher, boolean esn, String udp, String keys, int spi, long sequence, String clear,
            String wire) {
        static Vector parse(String line) {
            List<String> fields = List.of(line.split(" ", -1));
            return new Vector(EspCipher.of(fields.get(0)), Boolean.parseBoolean(fields.get(1)), fields.get(2),
                    fields.get(3), Integer.parseUnsignedInt(fields.get(4), 16),
                    Long.parseUnsignedLong(fields.get(5), 16), fields.get(6), fields.get(7));
        }

        boolean inUdp() {
            return !udp.equals("-");
        }

        OuterHeader outer() {
            if (!inUdp()) {
                return OuterHeader.esp(LOCAL, REMOTE);
            }
            List<String> ports = List.of(udp.split(":", -1));
            return OuterHeader.espInUdp(IpAddress.ofIpv4(LOCAL), IpAddress.ofIpv4(REMOTE),
                    Integer.parseInt(ports.get(0)) << 16 | Integer.parseInt(ports.get(1)), OuterDf.COPY, true, 0);
        }

        @Override
        public String toString() {
            return "%s esn=%s udp=%s sequence=%x, %d bytes".formatted(cipher.keyword(), esn, udp, sequence,
                    clear.length() / 2);
        }
    }

    static Stream<Vector> vectors() throws IOException {
        try (InputStream file = Objects.requireNonNull(EspVectorsTest.class.getResourceAsStream("esp-vectors.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII).lines().toList().stream()
                    .map(Vector::parse);
        }
    }

    @AfterAll
    static void close() {
        SUITES.forEach(AeadSuite::close);
    }

    static Stream<Arguments> bySuites() throws IOException {
        return vectors().flatMap(vector -> SUITES.stream().map(suite -> Arguments.of(vector, suite)));
    }

    private static EspKey key(Vector vector, AeadSuite suite) {
        try (KeyMaterial keys = KeyMaterial.copyOf(HEX.parseHex(vector.keys))) {
            EspCipher cipher = vector.cipher;
            byte[] salt = Memory.bytesAt(keys.address() + cipher.keyBytes(), cipher.saltBytes());
            return new EspKey(cipher, suite.key(cipher, keys), new BigInteger(1, salt).intValue());
        }
    }

    private void receive(String datagram) {
        byte[] frame = TestPacket.frame(HEX.parseHex(datagram));
        long start = pool.take() + BufferPool.HEADROOM_BYTES;
        TestPacket.write(frame, start);
        batch.add(start, frame.length);
    }

    private String datagram() {
        return HEX.formatHex(Memory.bytesAt(batch.start(0) + 14, batch.length(0) - 14));
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("bySuites")
    void encapsulatesAsTheyDo(Vector vector, AeadSuite suite) {
        AeadBatch aead = suite.batch(0);
        EspKey key = key(vector, suite);
        OutboundSa sa = new OutboundSa(vector.spi, vector.esn, key, vector.outer(), false, Lifetime.FOREVER, 0,
                0);
        receive(vector.clear);

        EspOutbound.encapsulate(aead, batch, 0, sa, vector.sequence);
        aead.seal();

        if (vector.cipher.ivBytes() == LONGEST_IV_BYTES) { // which only the suite knows, and opens
            assertThat(datagram()).startsWith(vector.wire.substring(0, 2 * (20 + 8))).hasSameSizeAs(vector.wire);
        } else {
            assertThat(datagram()).isEqualTo(vector.wire);
        }
        key.key().close();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("bySuites")
    void opensWhatTheyEncapsulated(Vector vector, AeadSuite suite) {
        AeadBatch aead = suite.batch(0);
        ReplayWindow window = new ReplayWindow(64, vector.esn);
        EspKey key = key(vector, suite);
        InboundSa sa = new InboundSa(vector.spi, Addressing.tunnel(IpAddress.ofIpv4(REMOTE)), key, window,
                SelectorSet.of(Selector.ANY), Lifetime.FOREVER, 0);
        receive(vector.wire);
        int headers = HEADERS_BEFORE_ESP + (vector.inUdp() ? 8 : 0);

        EspInbound.prepare(aead, sa, vector.sequence, batch.start(0) + headers, batch.length(0) - headers);
        aead.open();

        assertThat(EspInbound.unwrap(aead, 0, sa, vector.sequence)).isNull();
        assertThat(EspInbound.finish(batch, 0, sa, aead.text(0))).isNull();
        assertThat(datagram()).isEqualTo(oneHopLess(vector.clear));
        key.key().close();
    }

    /** The wire carries the packet with one hop less to live. */
    private String oneHopLess(String clear) {
        byte[] bytes = HEX.parseHex(clear);
        long scratch = pool.take();
        TestPacket.write(bytes, scratch);
        Ipv4Header.decrementTimeToLive(scratch);
        return HEX.formatHex(Memory.bytesAt(scratch, bytes.length));
    }
}
