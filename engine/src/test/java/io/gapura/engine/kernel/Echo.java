package io.gapura.engine.kernel;

import io.gapura.engine.TestPacket;
import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pings and their answers, RFC 792 and RFC 4443 §4, in fragments where one packet cannot hold them. */
final class Echo {
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int FRAGMENT = 44;
    private static final int HEADER_BYTES = 8;
    private static final int UNIT_BYTES = 8;
    private static final int MORE_IPV4 = 0x2000;
    private static final int MORE_IPV6 = 1;
    private static final int MOST_BYTES = 4096;

    private Echo() {
    }

    /** A request with so many bytes, a number in the first ones, cut into packets of {@code packetBytes}. */
    static List<byte[]> request(IpAddress source, IpAddress destination, int sequence, int bytes, int packetBytes) {
        boolean ipv6 = !source.isIpv4();
        ByteBuffer message = ByteBuffer.allocate(HEADER_BYTES + bytes);
        message.put((byte) (ipv6 ? 128 : 8)).put((byte) 0).putShort((short) 0).putShort((short) 0x4741)
                .putShort((short) sequence);
        for (int at = 0; at < bytes; at++) {
            message.put((byte) (at * 7 + sequence));
        }
        int checksum = TestPacket.checksum(ipv6
                ? ByteBuffer.allocate(40 + message.capacity()).put(source.toBytes()).put(destination.toBytes())
                        .putInt(message.capacity()).putInt(ICMPV6).put(message.array()).array()
                : message.array());
        message.putShort(2, (short) checksum);
        return ipv6
                ? packets6(source, destination, sequence, message.array(), packetBytes)
                : packets4(source, destination, sequence, message.array(), packetBytes);
    }

    private static List<byte[]> packets4(IpAddress source, IpAddress destination, int identification, byte[] message,
            int packetBytes) {
        List<byte[]> packets = new ArrayList<>();
        int most = (packetBytes - 20) / UNIT_BYTES * UNIT_BYTES;
        for (int at = 0; at < message.length; at += most) {
            int end = Math.min(at + most, message.length);
            int flags = at / UNIT_BYTES | (end < message.length ? MORE_IPV4 : 0);
            packets.add(new TestPacket(source.ipv4(), destination.ipv4(), 0, identification, flags, 64, ICMP,
                    HexFormat.of().formatHex(Arrays.copyOfRange(message, at, end))).bytes());
        }
        return packets;
    }

    private static List<byte[]> packets6(IpAddress source, IpAddress destination, int identification, byte[] message,
            int packetBytes) {
        if (message.length + 40 <= packetBytes) {
            return List.of(packet6(source, destination, ICMPV6, message));
        }
        List<byte[]> packets = new ArrayList<>();
        int most = (packetBytes - 48) / UNIT_BYTES * UNIT_BYTES;
        for (int at = 0; at < message.length; at += most) {
            int end = Math.min(at + most, message.length);
            ByteBuffer fragment = ByteBuffer.allocate(8 + end - at).put((byte) ICMPV6).put((byte) 0)
                    .putShort((short) (at | (end < message.length ? MORE_IPV6 : 0))).putInt(identification);
            packets.add(packet6(source, destination, FRAGMENT, fragment.put(message, at, end - at).array()));
        }
        return packets;
    }

    private static byte[] packet6(IpAddress source, IpAddress destination, int nextHeader, byte[] payload) {
        return ByteBuffer.allocate(40 + payload.length).putInt(6 << 28).putShort((short) payload.length)
                .put((byte) nextHeader).put((byte) 64).put(source.toBytes()).put(destination.toBytes()).put(payload)
                .array();
    }

    /** Whether the packets, fragments in any order, are together the answer to that request. */
    static boolean isAnswered(List<byte[]> packets, boolean ipv6, int sequence, int bytes) {
        byte[] message = whole(packets, ipv6, HEADER_BYTES + bytes);
        if (message == null || (message[0] & 0xff) != (ipv6 ? 129 : 0)
                || ByteBuffer.wrap(message).getShort(6) != (short) sequence) {
            return false;
        }
        for (int at = 0; at < bytes; at++) {
            if (message[HEADER_BYTES + at] != (byte) (at * 7 + sequence)) {
                return false;
            }
        }
        return true;
    }

    private static byte @Nullable [] whole(List<byte[]> packets, boolean ipv6, int bytes) {
        byte[] message = new byte[MOST_BYTES];
        int here = 0;
        for (byte[] packet : packets) {
            ByteBuffer header = ByteBuffer.wrap(packet);
            boolean cut = ipv6 && packet[6] == FRAGMENT;
            int from = ipv6 ? cut ? 48 : 40 : 20;
            int offset = ipv6 ? cut ? header.getShort(42) & 0xfff8 : 0 : (header.getShort(6) & 0x1fff) * UNIT_BYTES;
            int end = ipv6 ? 40 + header.getShort(4) : header.getShort(2);
            System.arraycopy(packet, from, message, offset, end - from);
            here += end - from;
        }
        return here == bytes ? Arrays.copyOf(message, bytes) : null;
    }
}
