package io.gapura.engine;

import io.gapura.ffi.Memory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** An IPv4 packet to be built for a test, with checksums computed the slow way. */
public record TestPacket(int source, int destination, int typeOfService, int identification, int flags, int ttl,
        int protocol, String payloadHex) {

    public static final int DONT_FRAGMENT = 0x4000;
    public static final int MORE_FRAGMENTS = 0x2000;

    private static final int UDP = 17;

    /** A UDP datagram with {@code payloadBytes} bytes of payload. */
    public static TestPacket udp(int source, int destination, int sourcePort, int destinationPort, int payloadBytes) {
        ByteBuffer datagram = ByteBuffer.allocate(8 + payloadBytes);
        datagram.putShort((short) sourcePort).putShort((short) destinationPort).putShort((short) (8 + payloadBytes))
                .putShort((short) 0);
        for (int offset = 0; offset < payloadBytes; offset++) {
            datagram.put((byte) offset);
        }
        return of(source, destination, UDP, datagram.array());
    }

    public static TestPacket of(int source, int destination, int protocol, byte[] payload) {
        return new TestPacket(source, destination, 0, 0x4242, 0, 64, protocol, HexFormat.of().formatHex(payload));
    }

    /** An address such as {@code 10.1.0.1}. */
    public static int address(String dotted) {
        int address = 0;
        for (String part : dotted.split("\\.", -1)) {
            address = address << 8 | Integer.parseInt(part);
        }
        return address;
    }

    public TestPacket withTtl(int hops) {
        return new TestPacket(source, destination, typeOfService, identification, flags, hops, protocol, payloadHex);
    }

    public TestPacket withTypeOfService(int tos) {
        return new TestPacket(source, destination, tos, identification, flags, ttl, protocol, payloadHex);
    }

    public TestPacket withFlags(int flagsAndOffset) {
        return new TestPacket(source, destination, typeOfService, identification, flagsAndOffset, ttl, protocol,
                payloadHex);
    }

    public TestPacket withSource(int address) {
        return new TestPacket(address, destination, typeOfService, identification, flags, ttl, protocol, payloadHex);
    }

    public TestPacket withDestination(int address) {
        return new TestPacket(source, address, typeOfService, identification, flags, ttl, protocol, payloadHex);
    }

    public TestPacket withPayload(byte[] bytes) {
        return new TestPacket(source, destination, typeOfService, identification, flags, ttl, protocol,
                HexFormat.of().formatHex(bytes));
    }

    /** The datagram. */
    public byte[] bytes() {
        byte[] payload = HexFormat.of().parseHex(payloadHex);
        ByteBuffer packet = ByteBuffer.allocate(20 + payload.length);
        packet.put((byte) 0x45).put((byte) typeOfService).putShort((short) (20 + payload.length));
        packet.putShort((short) identification).putShort((short) flags);
        packet.put((byte) ttl).put((byte) protocol).putShort((short) 0).putInt(source).putInt(destination);
        packet.putShort(10, (short) checksum(Arrays.copyOf(packet.array(), 20)));
        return packet.put(payload).array();
    }

    /** The datagram in an Ethernet frame. */
    public byte[] frame() {
        return frame(bytes());
    }

    /** {@code datagram} in an Ethernet frame between stations that the tests do not care about. */
    public static byte[] frame(byte[] datagram) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        boolean ipv6 = datagram.length > 0 && datagram[0] >>> 4 == 6;
        frame.writeBytes(HexFormat.of().parseHex("0200000000aa" + "0200000000bb" + (ipv6 ? "86dd" : "0800")));
        frame.writeBytes(datagram);
        return frame.toByteArray();
    }

    /** The datagram in {@code frame}. */
    public static byte[] datagram(byte[] frame) {
        return Arrays.copyOfRange(frame, 14, frame.length);
    }

    /** RFC 1071 word by word. */
    public static int checksum(byte[] bytes) {
        int sum = 0;
        for (int offset = 0; offset < bytes.length; offset++) {
            sum += (bytes[offset] & 0xff) << (offset % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }

    /** The same bytes with one of them XORed. */
    public static byte[] flip(byte[] bytes, int offset, int bits) {
        byte[] flipped = bytes.clone();
        flipped[offset] ^= (byte) bits;
        return flipped;
    }

    /** Copies bytes to {@code address}. */
    public static void write(byte[] bytes, long address) {
        Memory.copy(bytes, 0, address, bytes.length);
    }
}
