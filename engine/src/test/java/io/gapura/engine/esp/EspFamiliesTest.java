package io.gapura.engine.esp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.TestPacket;
import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.AeadCipher;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.crypto.KeyMaterial;
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
import io.gapura.engine.wire.OuterDf;
import io.gapura.engine.wire.OuterHeader;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** IPv6 and transport mode against packets that scapy made: see {@code esp-families.py} beside the vectors. */
final class EspFamiliesTest {
    private static final HexFormat HEX = HexFormat.of();

    private final JcaSuite suite = new JcaSuite();
    private final AeadBatch aead = suite.batch(0);
    private final BufferPool pool = BufferPool.allocate(4, 2048);
    private final PacketBatch batch = new PacketBatch();

    /** One line of the file. */
    record Vector(boolean transport, boolean outer6, String keys, int spi, long sequence, String clear, String wire) {
        static Vector parse(String line) {
            List<String> fields = List.of(line.split(" ", -1));
            return new Vector(fields.get(0).equals("transport"), fields.get(1).equals("6"), fields.get(2),
                    Integer.parseUnsignedInt(fields.get(3), 16), Long.parseUnsignedLong(fields.get(4), 16),
                    fields.get(5),
                    fields.get(6));
        }

        IpAddress local() {
            return IpAddress.of(outer6 ? "2001:db8:ff::1" : "192.0.2.1");
        }

        IpAddress remote() {
            return IpAddress.of(outer6 ? "2001:db8:ff::7" : "198.51.100.7");
        }

        @Override
        public String toString() {
            return (transport ? "transport" : "tunnel") + " over IPv" + (outer6 ? 6 : 4) + ", " + clear.length() / 2
                    + " bytes";
        }
    }

    static Stream<Vector> vectors() throws IOException {
        try (InputStream file = Objects.requireNonNull(EspFamiliesTest.class.getResourceAsStream("esp-families.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII).lines().toList().stream()
                    .map(Vector::parse);
        }
    }

    private EspKey key(Vector vector) {
        byte[] keys = HEX.parseHex(vector.keys);
        try (KeyMaterial material = KeyMaterial.copyOf(keys)) {
            return new EspKey(AeadCipher.AES_128_GCM_16, suite.key(AeadCipher.AES_128_GCM_16, material),
                    ByteBuffer.wrap(keys).getInt(16));
        }
    }

    private void receive(String datagram) {
        byte[] frame = TestPacket.frame(HEX.parseHex(datagram));
        long start = pool.take() + BufferPool.HEADROOM_BYTES;
        TestPacket.write(frame, start);
        batch.clear();
        batch.add(start, frame.length);
        aead.clear();
    }

    private String datagram() {
        return HEX.formatHex(Memory.bytesAt(batch.start(0) + 14, batch.length(0) - 14));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void encapsulatesAsScapyDoes(Vector vector) {
        OuterHeader outer = OuterHeader.esp(vector.local(), vector.remote(), OuterDf.COPY, true, 0);
        OutboundSa sa = new OutboundSa(vector.spi, true, key(vector), outer, vector.transport, Lifetime.FOREVER, 0, 0);
        receive(vector.clear);

        if (vector.transport) {
            assertThat(EspTransport.refusal(sa, batch.start(0) + 14)).isNull();
            EspTransport.encapsulate(aead, batch, 0, sa, vector.sequence);
        } else {
            EspOutbound.encapsulate(aead, batch, 0, sa, vector.sequence);
        }
        aead.seal();

        assertThat(datagram()).isEqualTo(vector.wire);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void opensWhatScapyEncapsulated(Vector vector) {
        InboundSa sa = new InboundSa(vector.spi, new Addressing(vector.remote(), vector.transport), key(vector),
                new ReplayWindow(64, true), SelectorSet.of(Selector.ANY), Lifetime.FOREVER, 0);
        receive(vector.wire);
        assertThat(sa.isFor(batch.start(0) + 14)).isTrue();
        int headers = 14 + (vector.wire.indexOf(HEX.toHexDigits(vector.spi)) / 2);

        EspInbound.prepare(aead, sa, vector.sequence, batch.start(0) + headers, batch.length(0) - headers);
        aead.open();

        assertThat(EspInbound.unwrap(aead, 0, sa, vector.sequence)).isNull();
        if (vector.transport) {
            EspTransport.restore(batch, 0, aead, 0);
        } else {
            assertThat(EspInbound.finish(batch, 0, sa, aead.text(0))).isNull();
        }
        assertThat(datagram()).isEqualTo(oneHopLess(vector.clear));
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
