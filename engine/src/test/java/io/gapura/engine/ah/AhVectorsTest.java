package io.gapura.engine.ah;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.TestPacket;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.esp.EspInbound;
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
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
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

/** Against packets that Python's cryptography made, most of them scapy too: see {@code ah-vectors.py} beside the vectors. */
final class AhVectorsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int FLOW_LABEL = 0x12345;
    private static final List<AeadSuite> SUITES = List.of(new JcaSuite(), SuiteChoice.preferred());

    private final BufferPool pool = BufferPool.allocate(4, 2048);
    private final PacketBatch batch = new PacketBatch();

    /** One line of the file. */
    record Vector(AhMac mac, boolean esn, String mode, String keys, int spi, long sequence, String clear, String wire) {
        static Vector parse(String line) {
            List<String> fields = List.of(line.split(" ", -1));
            return new Vector(AhMac.of(fields.get(0)), Boolean.parseBoolean(fields.get(1)), fields.get(2),
                    fields.get(3), Integer.parseUnsignedInt(fields.get(4), 16),
                    Long.parseUnsignedLong(fields.get(5), 16), fields.get(6), fields.get(7));
        }

        boolean isTransport() {
            return mode.equals("transport");
        }

        private boolean isInIpv4() {
            return wire.startsWith("4");
        }

        IpAddress local() {
            return IpAddress.of(isInIpv4() ? "192.0.2.1" : "2001:db8:a::1");
        }

        IpAddress remote() {
            return IpAddress.of(isInIpv4() ? "198.51.100.7" : "2001:db8:b::7");
        }

        @Override
        public String toString() {
            return "%s %s esn=%s sequence=%x, %d bytes".formatted(mac, mode, esn, sequence, clear.length() / 2);
        }
    }

    static Stream<Arguments> bySuites() throws IOException {
        try (InputStream file = Objects.requireNonNull(AhVectorsTest.class.getResourceAsStream("ah-vectors.txt"))) {
            List<Vector> vectors = new String(file.readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .map(Vector::parse).toList();
            return vectors.stream().flatMap(vector -> SUITES.stream().map(suite -> Arguments.of(vector, suite)));
        }
    }

    @AfterAll
    static void close() {
        SUITES.forEach(AeadSuite::close);
    }

    private static EspKey key(Vector vector, AeadSuite suite) {
        try (KeyMaterial keys = KeyMaterial.copyOf(HEX.parseHex(vector.keys))) {
            byte[] salt = Memory.bytesAt(keys.address() + vector.mac.keyBytes(), vector.mac.saltBytes());
            return new EspKey(vector.mac, suite.key(vector.mac, keys), new BigInteger(1, salt).intValue());
        }
    }

    private long receive(String datagram) {
        byte[] frame = TestPacket.frame(HEX.parseHex(datagram));
        long start = pool.take() + BufferPool.HEADROOM_BYTES;
        TestPacket.write(frame, start);
        batch.add(start, frame.length);
        return start + 14;
    }

    private String datagram() {
        return HEX.formatHex(Memory.bytesAt(batch.start(0) + 14, batch.length(0) - 14));
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("bySuites")
    void encapsulatesAsTheyDo(Vector vector, AeadSuite suite) {
        AeadBatch aead = suite.batch(0);
        EspKey key = key(vector, suite);
        OuterHeader outer = OuterHeader.ah(vector.local(), vector.remote(), OuterDf.COPY, true, FLOW_LABEL);
        OutboundSa sa = new OutboundSa(vector.spi, vector.esn, key, outer, vector.isTransport(), Lifetime.FOREVER, 0,
                0);
        receive(vector.clear);
        AhOutbound ah = new AhOutbound();

        ah.encapsulate(aead, batch, 0, sa, vector.sequence);
        aead.seal();
        ah.complete(aead);

        assertThat(datagram()).isEqualTo(vector.wire);
        key.key().close();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("bySuites")
    void takesWhatTheyEncapsulated(Vector vector, AeadSuite suite) {
        AeadBatch aead = suite.batch(0);
        EspKey key = key(vector, suite);
        InboundSa sa = new InboundSa(vector.spi, new Addressing(vector.remote(), vector.isTransport()), key,
                new ReplayWindow(64, vector.esn), SelectorSet.of(Selector.ANY), Lifetime.FOREVER, 0);
        long ip = receive(vector.wire);
        int bytes = vector.wire.length() / 2;
        int headers = IpHeader.isIpv4(ip)
                ? Ipv4Header.headerBytes(ip)
                : Ipv6Header.headerBytes(Ipv6Header.chain(ip));
        AhInbound ah = new AhInbound(pool);

        assertThat(AhInbound.fault(sa, ip + headers, bytes - headers)).isNull();
        assertThat(ah.prepare(aead, sa, vector.sequence, ip, headers, bytes)).isNull();
        aead.open();

        assertThat(ah.unwrap(aead, 0, sa, vector.sequence)).isNull();
        long inner = ah.datagram(batch, 0, aead, 0, sa);
        assertThat(EspInbound.finish(batch, 0, sa, inner)).isNull();
        assertThat(datagram()).isEqualTo(oneHopLess(vector.clear));
        key.key().close();
    }

    /** The wire carries the packet with one hop less to live. */
    private String oneHopLess(String clear) {
        byte[] bytes = HEX.parseHex(clear);
        long scratch = pool.take();
        TestPacket.write(bytes, scratch);
        IpHeader.decrementTimeToLive(scratch);
        return HEX.formatHex(Memory.bytesAt(scratch, bytes.length));
    }
}
