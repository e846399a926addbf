package io.gapura.engine;

import io.gapura.ffi.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What Jazzer begins with: packets that scapy and the Linux kernel made. Of the kernel, {@code kernel-frames.txt} has what
 * {@code KernelMatrix --record} has seen, one line an answer to a ping, its fields separated by spaces:
 *
 * <pre>
 *   protocol   esp or ah
 *   cipher     in swanctl's words
 *   placement  tunnel46: over IPv4 with IPv6 inside, and so on
 *   wire       the datagrams that came, with a comma between fragments
 *   clear      what they carried
 * </pre>
 */
final class FuzzSeeds {
    private static final HexFormat HEX = HexFormat.of();
    private static final int NAME = 0x5350_4900;
    private static final int EACH_NTH = 5;
    private static final int AH = 51;
    private static final int UDP = 17;

    private static final IpAddress OURS = IpAddress.of("192.0.2.1");
    private static final IpAddress PEERS = IpAddress.of("192.0.2.2");
    private static final IpAddress OURS6 = IpAddress.of("2001:db8:ff::1");
    private static final IpAddress PEERS6 = IpAddress.of("2001:db8:ff::2");
    private static final IpAddress INSIDE = IpAddress.of("10.1.0.1");
    private static final IpAddress PEERS_INSIDE = IpAddress.of("10.2.0.2");
    private static final IpAddress INSIDE6 = IpAddress.of("2001:db8:1::1");
    private static final IpAddress PEERS_INSIDE6 = IpAddress.of("2001:db8:2::2");

    private FuzzSeeds() {
    }

    /** One line: what was sent, and what it carried. */
    private record Line(String protocol, String cipher, List<String> wire, String clearHex) {
        static Line ofKernel(String line) {
            List<String> fields = List.of(line.split(" ", -1));
            return new Line(fields.get(0), fields.get(1), List.of(fields.get(3).split(",", -1)), fields.get(4));
        }

        static Line ofVector(String protocol, String line) {
            List<String> fields = List.of(line.split(" ", -1));
            return new Line(protocol, fields.get(0), List.of(fields.get(7)), fields.get(6));
        }

        byte[] clear() {
            return HEX.parseHex(clearHex);
        }
    }

    private static List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        text("kernel-frames.txt").forEach(line -> lines.add(Line.ofKernel(line)));
        for (String protocol : List.of("esp", "ah")) {
            List<String> vectors = text(protocol + "/" + protocol + "-vectors.txt");
            for (int vector = 0; vector < vectors.size(); vector += EACH_NTH) {
                lines.add(Line.ofVector(protocol, vectors.get(vector)));
            }
        }
        return lines;
    }

    private static List<String> text(String file) {
        try (InputStream stream = Objects.requireNonNull(FuzzSeeds.class.getResourceAsStream(file))) {
            return new String(stream.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What came from outside, alone, twice, and cut short. The {@code ciphers} in the order of their SAs. */
    static Stream<byte[]> wire(String protocol, List<String> ciphers) {
        return lines().stream().filter(line -> line.protocol.equals(protocol)).flatMap(line -> {
            int sa = Math.max(0, ciphers.indexOf(line.cipher));
            List<byte[]> frames = line.wire.stream().map(hex -> TestPacket.frame(
                    named(readdressed(HEX.parseHex(hex), PEERS, OURS, PEERS6, OURS6), sa))).toList();
            List<byte[]> twice = new ArrayList<>(frames);
            twice.addAll(frames.reversed());
            byte[] first = frames.getFirst();
            return Stream.of(frames, twice, List.of(Arrays.copyOf(first, first.length - 1)));
        }).map(FuzzedGateway::input);
    }

    /** What an authentic peer encrypted, with padding and trailer, by each of the ways it may come. */
    static Stream<byte[]> inner(int ways) {
        return lines().stream().flatMap(line -> Stream.iterate(0, way -> way < ways, way -> way + 1).map(way -> {
            byte[] packet = readdressed(line.clear(), PEERS_INSIDE, INSIDE, PEERS_INSIDE6, INSIDE6);
            boolean ipv6 = packet[0] >>> 4 == 6;
            boolean transport = way >= 3;
            byte[] carried = transport ? Arrays.copyOfRange(packet, ipv6 ? 40 : 20, packet.length) : packet;
            int nextHeader = transport ? packet[ipv6 ? 6 : 9] : ipv6 ? 41 : 4;
            int padding = -(carried.length + 2) & 3;
            ByteBuffer input = ByteBuffer.allocate(1 + carried.length + padding + 2).put((byte) (int) way).put(carried);
            for (int at = 1; at <= padding; at++) {
                input.put((byte) at);
            }
            return input.put((byte) padding).put((byte) nextHeader).array();
        }));
    }

    /** What hosts of the protected network send, through a tunnel of ESP and of AH. */
    static Stream<byte[]> clear() {
        return lines().stream().flatMap(line -> {
            byte[] input = FuzzedGateway.input(List.of(
                    TestPacket.frame(readdressed(line.clear(), INSIDE, PEERS_INSIDE, INSIDE6, PEERS_INSIDE6))));
            return Stream.of(0, 1).map(
                    byAh -> ByteBuffer.allocate(1 + input.length).put((byte) (int) byAh).put(input).array());
        });
    }

    /** In order, the last first, twice, overlapping, with a gap, contradicting, damaged; many small ones. */
    static Stream<byte[]> cuts() {
        ByteBuffer small = ByteBuffer.allocate(3 * 80);
        for (int unit = 0; unit < 80; unit++) {
            small.put((byte) unit).put((byte) 1).put((byte) 0);
        }
        return Stream.of("000a00 0aff00", "0aff00 000a00", "000a00 000a00 0aff00 0aff00", "000b00 0aff00",
                "000a00 14ff00", "000a01 0aff01", "000a02 0aff00", "0aff00 0aff01 000a00", "00ff00", "00ff01",
                "001000 100800 18ff00", "ffff00 000000", "00ff02 000a00 0aff00").map(
                        cuts -> HEX.parseHex(
                                cuts.replace(" ", "")))
                .flatMap(cuts -> Stream.of(cuts, small.array()));
    }

    private static byte[] readdressed(byte[] datagram, IpAddress source, IpAddress destination, IpAddress source6,
            IpAddress destination6) {
        ByteBuffer changed = ByteBuffer.wrap(datagram.clone());
        if (datagram[0] >>> 4 == 6) {
            return changed.put(8, source6.toBytes()).put(24, destination6.toBytes()).array();
        }
        changed.put(12, source.toBytes()).put(16, destination.toBytes()).putShort(10, (short) 0);
        int headerBytes = (datagram[0] & 0xf) * 4;
        changed.putShort(10, (short) TestPacket.checksum(Arrays.copyOf(changed.array(), headerBytes)));
        return changed.array();
    }

    /** With the name of an SA in place of the SPI, unless it is a fragment that has none. */
    private static byte[] named(byte[] datagram, int sa) {
        boolean ipv6 = datagram[0] >>> 4 == 6;
        int protocol = datagram[ipv6 ? 6 : 9];
        boolean later = !ipv6 && (ByteBuffer.wrap(datagram).getShort(6) & 0x1fff) != 0;
        int at = (ipv6 ? 40 : (datagram[0] & 0xf) * 4) + (protocol == UDP ? 8 : protocol == AH ? 4 : 0);
        return later || at + 4 > datagram.length
                ? datagram
                : ByteBuffer.wrap(datagram).putInt(at, NAME | sa).array();
    }
}
