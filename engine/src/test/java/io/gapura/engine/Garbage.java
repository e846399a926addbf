package io.gapura.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * Frames that a gateway must survive, none of which it may deliver: random ones, and what is left of a
 * genuine packet of ESP or AH, which the gateway has seen, when it is cut, mangled or repacked. The same seed makes the
 * same frames.
 */
final class Garbage {
    private static final int ETHERNET_BYTES = 14;
    private static final int IPV4_BYTES = 20;
    private static final int PROTOCOL = 9;
    private static final int AH = 51;
    private static final int UDP = 17;
    private static final int MOST_BYTES = 1600;

    private final Random random;
    private final int source;
    private final int destination;
    private final byte[] genuine;
    private final int protocol;

    /** @param genuine a packet of ESP or AH in a frame, from {@code source} to {@code destination} */
    Garbage(long seed, int source, int destination, byte[] genuine) {
        this.random = new Random(seed);
        this.source = source;
        this.destination = destination;
        this.genuine = genuine;
        this.protocol = genuine[ETHERNET_BYTES + PROTOCOL];
    }

    byte[] next() {
        return switch (random.nextInt(8)) {
            case 0 -> bytes(random.nextInt(MOST_BYTES));
            case 1 -> TestPacket.frame(bytes(random.nextInt(MOST_BYTES)));
            case 2 -> Arrays.copyOf(genuine, random.nextInt(genuine.length));
            case 3 -> mangled(genuine);
            case 4 -> packet(protocol, mangled(cut(payload())));
            case 5 -> packet(UDP, datagram(mangled(cut(payload()))));
            case 6 -> packet(protocol, withSpi(bytes(random.nextInt(MOST_BYTES))));
            default -> anyPacket();
        };
    }

    /** What is behind the IP header. */
    private byte[] payload() {
        return Arrays.copyOfRange(genuine, ETHERNET_BYTES + IPV4_BYTES, genuine.length);
    }

    private byte[] cut(byte[] whole) {
        return random.nextBoolean() ? whole : Arrays.copyOf(whole, random.nextInt(whole.length));
    }

    /** One to eight bytes changed. */
    private byte[] mangled(byte[] whole) {
        byte[] changed = whole.clone();
        for (int change = random.nextInt(8); change >= 0 && changed.length > 0; change--) {
            changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
        }
        return changed;
    }

    /** Random bytes behind the genuine SPI, which is at the end of eight bytes of AH. */
    private byte[] withSpi(byte[] body) {
        System.arraycopy(payload(), 0, body, 0, Math.min(protocol == AH ? 8 : 4, body.length));
        return body;
    }

    /** A sound header, or one of which some field is anything. */
    private byte[] packet(int number, byte[] payload) {
        int flags = random.nextInt(4) == 0 ? random.nextInt(0x10000) : 0;
        return TestPacket.of(source, destination, number, payload).withFlags(flags).frame();
    }

    /** UDP between the ports of NAT traversal, its length mostly right. */
    private byte[] datagram(byte[] payload) {
        int length = random.nextInt(8) == 0 ? random.nextInt(0x10000) : 8 + payload.length;
        return ByteBuffer.allocate(8 + payload.length).putShort((short) 4500).putShort((short) 4500)
                .putShort((short) length).putShort((short) 0).put(payload).array();
    }

    /** A sound header of anything to anywhere. */
    private byte[] anyPacket() {
        int anywhere = random.nextBoolean() ? random.nextInt() : destination;
        return TestPacket.of(random.nextInt(), anywhere, random.nextInt(256), bytes(random.nextInt(MOST_BYTES)))
                .withTtl(random.nextInt(256)).withFlags(random.nextInt(0x10000)).frame();
    }

    byte[] bytes(int count) {
        byte[] chosen = new byte[count];
        random.nextBytes(chosen);
        return chosen;
    }

    int number(int bound) {
        return random.nextInt(bound);
    }
}
