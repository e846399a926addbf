package io.gapura.engine.port;

import io.gapura.engine.TestPacket;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Large segments and the packets they stand for, byte by byte: what {@link LargeSegment} and the merger are held against. */
final class NaiveSegments {
    static final int TCP = 6;
    static final int UDP = 17;

    private static final int FIN_PSH = 0x09;
    private static final int CWR = 0x80;

    private final Random random;

    NaiveSegments(Random random) {
        this.random = random;
    }

    /** One flow's packet or large segment: IPv4 without options, its checksums right. */
    byte[] random(int protocol, int payloadBytes, int flow) {
        byte[] payload = new byte[payloadBytes];
        random.nextBytes(payload);
        return protocol == TCP ? tcp(payload, flow, 0x10, random.nextInt()) : udp(payload, flow);
    }

    byte[] tcp(byte[] payload, int flow, int flags, int sequence) {
        int optionBytes = 4 * (flow % 4);
        ByteBuffer segment = ByteBuffer.allocate(20 + optionBytes + payload.length);
        segment.putShort((short) (1000 + flow)).putShort((short) 443).putInt(sequence).putInt(7 * flow);
        segment.put((byte) ((5 + optionBytes / 4) << 4)).put((byte) flags).putShort((short) 1000).putInt(0);
        for (int option = 0; option < optionBytes; option++) {
            segment.put((byte) 1);
        }
        return finished(packet(flow, TCP, segment.put(payload).array()));
    }

    private byte[] udp(byte[] payload, int flow) {
        ByteBuffer datagram = ByteBuffer.allocate(8 + payload.length);
        datagram.putShort((short) (2000 + flow)).putShort((short) 53).putShort((short) (8 + payload.length))
                .putShort((short) 0).put(payload);
        return finished(packet(flow, UDP, datagram.array()));
    }

    private byte[] packet(int flow, int protocol, byte[] upper) {
        return new TestPacket(0x0a010002, 0x0a020002 + flow, 4 * (flow % 3), random.nextInt(0x10000),
                flow % 2 == 0 ? TestPacket.DONT_FRAGMENT : 0, 64, protocol, "").withPayload(upper).bytes();
    }

    /** What a card would send for the large segment, RFC 9293 §3.7.1 and the kernel's segmentation-offloads.rst. */
    static List<byte[]> cut(byte[] large, int segmentBytes) {
        ByteBuffer view = ByteBuffer.wrap(large);
        boolean tcp = large[9] == TCP;
        int headerBytes = 20 + (tcp ? (large[32] & 0xf0) >>> 2 : 8);
        List<byte[]> packets = new ArrayList<>();
        for (int taken = 0; headerBytes + taken < large.length; taken += segmentBytes) {
            int end = Math.min(large.length, headerBytes + taken + segmentBytes);
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            packet.write(large, 0, headerBytes);
            packet.write(large, headerBytes + taken, end - headerBytes - taken);
            byte[] bytes = packet.toByteArray();
            ByteBuffer.wrap(bytes).putShort(4, (short) (view.getShort(4) + packets.size()));
            if (tcp) {
                ByteBuffer.wrap(bytes).putInt(24, view.getInt(24) + taken);
                bytes[33] &= (byte) ~((end < large.length ? FIN_PSH : 0) | (taken > 0 ? CWR : 0));
            }
            packets.add(finished(bytes));
        }
        return packets;
    }

    /** The packet with lengths and checksums as they should be. */
    static byte[] finished(byte[] packet) {
        byte[] bytes = packet.clone();
        ByteBuffer view = ByteBuffer.wrap(bytes);
        view.putShort(2, (short) bytes.length).putShort(10, (short) 0);
        view.putShort(10, (short) TestPacket.checksum(Arrays.copyOf(bytes, 20)));
        int checksumAt = bytes[9] == TCP ? 36 : 26;
        if (bytes[9] == UDP) {
            view.putShort(24, (short) (bytes.length - 20));
        }
        view.putShort(checksumAt, (short) 0);
        int checksum = upperChecksum(bytes);
        view.putShort(checksumAt, (short) (checksum == 0 && bytes[9] == UDP ? 0xffff : checksum));
        return bytes;
    }

    /** Of TCP or UDP with the pseudo header; 0 where the checksum is there and right. */
    static int upperChecksum(byte[] packet) {
        ByteBuffer covered = ByteBuffer.allocate(packet.length - 8);
        covered.put(packet, 12, 8).put((byte) 0).put(packet[9]).putShort((short) (packet.length - 20));
        return TestPacket.checksum(covered.put(packet, 20, packet.length - 20).array());
    }

    /** The packet as the kernel leaves it to a card: only the pseudo header's sum is in the checksum's place. */
    static byte[] withOpenChecksum(byte[] packet) {
        byte[] bytes = packet.clone();
        ByteBuffer pseudo = ByteBuffer.allocate(12).put(bytes, 12, 8).put((byte) 0).put(bytes[9])
                .putShort((short) (bytes.length - 20));
        ByteBuffer.wrap(bytes).putShort(bytes[9] == TCP ? 36 : 26,
                (short) ~TestPacket.checksum(pseudo.array()));
        return bytes;
    }
}
