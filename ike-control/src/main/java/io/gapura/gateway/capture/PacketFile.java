package io.gapura.gateway.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes one packet out of a pcap or pcapng file of either byte order. */
public final class PacketFile {
    private static final int LONGEST_BYTES = 1 << 28;

    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int ENHANCED_PACKET = 6;
    private static final int ENHANCED_LENGTH = 20;
    private static final int ENHANCED_FRAME = 28;
    private static final int SMALLEST_BLOCK = 12;

    private static final int PCAP = 0xa1b2c3d4;
    private static final int PCAP_NANOSECONDS = 0xa1b23c4d;
    private static final int PCAP_HEADER = 24;
    private static final int PCAP_RECORD = 16;

    private static final int ETHERNET_BYTES = 14;
    private static final int VLAN = 0x8100;

    private PacketFile() {
    }

    /** The file's packet with this number, counted from 1. */
    public static byte[] frame(Path file, int number) throws IOException {
        if (Files.size(file) > LONGEST_BYTES) {
            throw new IOException("longer than " + LONGEST_BYTES + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.remaining() < PCAP_HEADER) {
            throw new IOException("is no capture");
        }
        byte[] frame = bytes.getInt(0) == SECTION_HEADER ? fromPcapng(bytes, number) : fromPcap(bytes, number);
        if (frame == null) {
            throw new IOException("has no packet " + number);
        }
        return frame;
    }

    private static byte @Nullable [] fromPcapng(ByteBuffer bytes, int number)
            throws IOException {
        int at = 0;
        int seen = 0;
        while (at + SMALLEST_BLOCK <= bytes.limit()) {
            if (bytes.getInt(at) == SECTION_HEADER) {
                bytes.order(ByteOrder.BIG_ENDIAN);
                if (bytes.getInt(at + 8) != BYTE_ORDER_MAGIC) {
                    bytes.order(ByteOrder.LITTLE_ENDIAN);
                }
            }
            int length = bytes.getInt(at + 4);
            if (length < SMALLEST_BLOCK || length > bytes.limit() - at) {
                throw new IOException("is damaged at byte " + at);
            }
            if (bytes.getInt(at) == ENHANCED_PACKET && ++seen == number) {
                return slice(bytes, at + ENHANCED_FRAME, bytes.getInt(at + ENHANCED_LENGTH), at + length);
            }
            at += length;
        }
        return null;
    }

    private static byte @Nullable [] fromPcap(ByteBuffer bytes, int number)
            throws IOException {
        int magic = bytes.getInt(0);
        if (magic != PCAP && magic != PCAP_NANOSECONDS) {
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            magic = bytes.getInt(0);
        }
        if (magic != PCAP && magic != PCAP_NANOSECONDS) {
            throw new IOException("is neither pcap nor pcapng");
        }
        int at = PCAP_HEADER;
        for (int seen = 1; at + PCAP_RECORD <= bytes.limit(); seen++) {
            int length = bytes.getInt(at + 8);
            byte[] frame = slice(bytes, at + PCAP_RECORD, length, bytes.limit());
            if (seen == number) {
                return frame;
            }
            at += PCAP_RECORD + length;
        }
        return null;
    }

    private static byte[] slice(ByteBuffer bytes, int at, int length, int end) throws IOException {
        if (length < 0 || length > end - at) {
            throw new IOException("is damaged at byte " + at);
        }
        byte[] slice = new byte[length];
        bytes.get(at, slice);
        return slice;
    }

    /** The IP datagram of an Ethernet frame, with or without a VLAN tag, or of what is one already. */
    public static byte[] datagram(byte[] bytes) {
        if (bytes.length > ETHERNET_BYTES && type(bytes, 12) == VLAN && isIp(type(bytes, 16))) {
            return Arrays.copyOfRange(bytes, ETHERNET_BYTES + 4, bytes.length);
        }
        return bytes.length > ETHERNET_BYTES && isIp(type(bytes, 12)) && !looksLikeIp(bytes)
                ? Arrays.copyOfRange(bytes, ETHERNET_BYTES, bytes.length)
                : bytes;
    }

    private static int type(byte[] bytes, int at) {
        return at + 1 < bytes.length ? ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff) : 0;
    }

    private static boolean isIp(int type) {
        return type == 0x0800 || type == 0x86dd;
    }

    /** An IPv4 datagram whose length is its own. */
    private static boolean looksLikeIp(byte[] bytes) {
        return bytes[0] == 0x45 && type(bytes, 2) == bytes.length;
    }
}
