package io.gapura.gateway.capture;

import io.gapura.text.Suggestion;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;

/** A packet described in words: {@code src 10.1.0.5 dst 10.2.0.7 tcp dport 443 bytes 1500 df}. */
public final class PacketWords {
    private static final List<String> WORDS = List.of("src", "dst", "proto", "sport", "dport", "bytes", "ttl", "df",
            "tcp", "udp", "icmp", "sctp", "esp", "ah");
    private static final int HEADER_BYTES = 20;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int ICMP = 1;
    private static final int ECHO_REQUEST = 8;
    private static final int CLIENT_PORT = 1024;
    private static final int UNSAID = -1;
    private static final int SMALLEST_BYTES = 28;
    private static final int DEFAULT_BYTES = 84;

    private byte[] source = new byte[0];
    private byte[] destination = new byte[0];
    private int protocol = 17;
    private int sourcePort = UNSAID;
    private int destinationPort;
    private int bytes = DEFAULT_BYTES;
    private int timeToLive = 64;
    private int flags;

    private PacketWords() {
    }

    /**
     * The datagram, with as many zeros behind its headers as its length demands.
     *
     * @throws IllegalArgumentException saying which word is wrong or missing
     */
    public static byte[] datagram(List<String> words) {
        PacketWords packet = new PacketWords();
        Iterator<String> each = words.iterator();
        while (each.hasNext()) {
            packet.word(each.next(), each);
        }
        if (packet.source.length == 0 || packet.destination.length == 0) {
            throw new IllegalArgumentException("src and dst are needed");
        }
        return packet.build();
    }

    private void word(String word, Iterator<String> rest) {
        switch (word) {
            case "src" -> source = address(word, rest);
            case "dst" -> destination = address(word, rest);
            case "proto" -> protocol = number(word, rest, 0, 255);
            case "sport" -> sourcePort = number(word, rest, 0, 65_535);
            case "dport" -> destinationPort = number(word, rest, 0, 65_535);
            case "bytes" -> bytes = number(word, rest, SMALLEST_BYTES, 65_535);
            case "ttl" -> timeToLive = number(word, rest, 0, 255);
            case "df" -> flags = DONT_FRAGMENT;
            default -> protocol = Protocols.number(word).orElseThrow(() -> new IllegalArgumentException("'" + word
                    + "' is no word of a packet; " + Suggestion.of(word, WORDS)));
        }
    }

    private static String next(String word, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException("'" + word + "' is the last word: say which");
        }
        return rest.next();
    }

    private static int number(String word, Iterator<String> rest, int least, int most) {
        String text = next(word, rest);
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(word + " " + text + ": that is no number", e);
        }
        throw new IllegalArgumentException(word + " " + text + " is not between " + least + " and " + most);
    }

    private static byte[] address(String word, Iterator<String> rest) {
        byte[] address = InetAddress.ofLiteral(next(word, rest)).getAddress();
        if (address.length != 4) {
            throw new IllegalArgumentException("packets in words are IPv4 so far; give others by --hex or --pcap");
        }
        return address;
    }

    private byte[] build() {
        ByteBuffer packet = ByteBuffer.allocate(bytes);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) bytes).putShort((short) 1).putShort((short) flags)
                .put((byte) timeToLive).put((byte) protocol).putShort((short) 0).put(source).put(destination);
        packet.putShort(10, (short) checksum(packet));
        if (protocol == ICMP) {
            packet.put(HEADER_BYTES, (byte) (sourcePort == UNSAID ? ECHO_REQUEST : sourcePort)).put(HEADER_BYTES + 1,
                    (byte) destinationPort);
        } else {
            packet.putShort(HEADER_BYTES, (short) (sourcePort == UNSAID ? CLIENT_PORT : sourcePort))
                    .putShort(HEADER_BYTES + 2, (short) destinationPort);
        }
        return packet.array();
    }

    private static int checksum(ByteBuffer header) {
        int sum = 0;
        for (int at = 0; at < HEADER_BYTES; at += 2) {
            sum += header.getShort(at) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~((sum & 0xffff) + (sum >>> 16)) & 0xffff;
    }
}
