package io.gapura.gateway.bench;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.wire.EspHeader;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What is measured: packets of these sizes, through so many SAs.
 *
 * @param sizes IPv4 datagram lengths in bytes; a batch goes through them round and round
 * @param sas   as many policies too, in no order
 * @param burst so many packets of one SA follow each other
 */
public record Load(EspCipher cipher, String label, List<Integer> sizes, int sas, int burst) {
    /** The simple Internet mix: seven small packets, four middling, one large. */
    private static final List<Integer> IMIX = List.of(64, 576, 64, 64, 576, 64, 1420, 64, 576, 64, 64, 576);

    /** The address plan of {@link GatewayPair} has room for so many. */
    public static final int MOST_SAS = 1 << 18;

    public Load {
        sizes = List.copyOf(sizes);
        if (sas < 1 || sas > MOST_SAS) {
            throw new IllegalArgumentException("1 to " + MOST_SAS + " SAs, not " + sas);
        }
        if (burst < 1 || burst > PacketBatch.CAPACITY) {
            throw new IllegalArgumentException("1 to " + PacketBatch.CAPACITY + " packets a burst, not " + burst);
        }
    }

    public static Load of(EspCipher cipher, int bytes, int sas) {
        return new Load(cipher, Integer.toString(bytes), List.of(bytes), sas, 1);
    }

    public static Load imix(EspCipher cipher, int sas) {
        return new Load(cipher, "imix", IMIX, sas, 1);
    }

    public Load inBurstsOf(int packets) {
        return new Load(cipher, label, sizes, sas, packets);
    }

    int size(int packet) {
        return sizes.get(packet % sizes.size());
    }

    /** What ESP encrypts of it: with padding and trailer. */
    int textBytes(int packet) {
        int bytes = size(packet);
        return bytes + EspHeader.paddingBytes(bytes, cipher.blockBytes()) + EspHeader.TRAILER_BYTES;
    }

    double meanBytes() {
        return sizes.stream().mapToInt(Integer::intValue).average().orElse(0);
    }

    /** Each SA for one burst, shuffled, always the same way. */
    int[] order() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        int[] order = new int[sas];
        for (int next = 0; next < sas; next++) {
            int place = random.nextInt(next + 1);
            order[next] = order[place];
            order[place] = next;
        }
        int[] packets = new int[sas * burst];
        for (int packet = 0; packet < packets.length; packet++) {
            packets[packet] = order[packet / burst];
        }
        return packets;
    }
}
