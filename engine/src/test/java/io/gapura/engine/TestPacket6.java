package io.gapura.engine;

import io.gapura.ffi.IpAddress;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** An IPv6 packet to be built for a test, with checksums computed the slow way. */
public record TestPacket6(IpAddress source, IpAddress destination, int trafficClass, int hopLimit, int nextHeader,
        String payloadHex) {
    static final int UDP = 17;
    static final int ICMPV6 = 58;

    public static TestPacket6 of(IpAddress source, IpAddress destination, int nextHeader, byte[] payload) {
        return new TestPacket6(source, destination, 0, 64, nextHeader, HexFormat.of().formatHex(payload));
    }

    /** A UDP datagram with {@code payloadBytes} bytes of payload and its checksum. */
    public static TestPacket6 udp(IpAddress source, IpAddress destination, int sourcePort, int destinationPort,
            int payloadBytes) {
        ByteBuffer datagram = ByteBuffer.allocate(8 + payloadBytes);
        datagram.putShort((short) sourcePort).putShort((short) destinationPort).putShort((short) (8 + payloadBytes))
                .putShort((short) 0);
        for (int offset = 0; offset < payloadBytes; offset++) {
            datagram.put((byte) offset);
        }
        datagram.putShort(6, (short) upperChecksum(source, destination, UDP, datagram.array()));
        return of(source, destination, UDP, datagram.array());
    }

    /** RFC 8200 §8.1 word by word; 0 for what is right already. */
    static int upperChecksum(IpAddress source, IpAddress destination, int protocol, byte[] upper) {
        ByteBuffer pseudo = ByteBuffer.allocate(40 + upper.length);
        pseudo.put(source.toBytes()).put(destination.toBytes()).putInt(upper.length).putInt(protocol).put(upper);
        return TestPacket.checksum(pseudo.array());
    }

    public TestPacket6 withHopLimit(int hops) {
        return new TestPacket6(source, destination, trafficClass, hops, nextHeader, payloadHex);
    }

    public TestPacket6 withTrafficClass(int bits) {
        return new TestPacket6(source, destination, bits, hopLimit, nextHeader, payloadHex);
    }

    public TestPacket6 withSource(IpAddress address) {
        return new TestPacket6(address, destination, trafficClass, hopLimit, nextHeader, payloadHex);
    }

    public TestPacket6 withDestination(IpAddress address) {
        return new TestPacket6(source, address, trafficClass, hopLimit, nextHeader, payloadHex);
    }

    /** With an extension header in front of what it carries: its first byte is the next header's, put in here. */
    public TestPacket6 behind(int extension, String hex) {
        String chained = "%02x".formatted(nextHeader) + hex.substring(2);
        return new TestPacket6(source, destination, trafficClass, hopLimit, extension, chained + payloadHex);
    }

    /** The datagram. */
    public byte[] bytes() {
        byte[] payload = HexFormat.of().parseHex(payloadHex);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.writeBytes(ByteBuffer.allocate(8).putInt(6 << 28 | trafficClass << 20).putShort((short) payload.length)
                .put((byte) nextHeader).put((byte) hopLimit).array());
        packet.writeBytes(source.toBytes());
        packet.writeBytes(destination.toBytes());
        packet.writeBytes(payload);
        return packet.toByteArray();
    }

    /** The datagram in an Ethernet frame. */
    public byte[] frame() {
        return TestPacket.frame(bytes());
    }
}
