package io.gapura.ike.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Whatever arrives on port 500 is a message or a {@link MalformedMessage}, and soon so. */
final class DecodeFuzzTest {
    private static final int DATAGRAMS = 100_000;
    private static final long SEED = 7296;

    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    @Test
    void mangledMessagesAreMessagesOrMalformed() {
        List<Bytes> seeds = FuzzSeeds.messages();
        int decoded = 0;
        for (int i = 0; i < DATAGRAMS; i++) {
            Bytes datagram = FuzzSeeds.mangled(seeds.get(random.nextInt(seeds.size())), random);
            decoded += decodes(datagram) ? 1 : 0;
        }
        assertThat(decoded).isBetween(DATAGRAMS / 100, DATAGRAMS * 99 / 100);
    }

    @Test
    void randomPayloadsAreMessagesOrMalformed() {
        for (int i = 0; i < DATAGRAMS; i++) {
            byte[] chain = new byte[random.nextInt(200)];
            random.nextBytes(chain);
            try {
                IkeMessage.decodePayloads(new PayloadType(33 + random.nextInt(21)), Bytes.copyOf(chain));
            } catch (MalformedMessage fault) {
                assertThat(fault.getStackTrace()).isEmpty();
            }
        }
    }

    /** What decodes encodes, and decodes again to the same. */
    private static boolean decodes(Bytes datagram) {
        IkeMessage message;
        try {
            message = IkeMessage.decode(datagram);
        } catch (MalformedMessage fault) {
            return false;
        }
        try {
            assertThat(IkeMessage.decode(message.encode()).payloads()).hasSameSizeAs(message.payloads());
        } catch (MalformedMessage fault) {
            throw new AssertionError("what we encode we cannot read: " + message, fault);
        }
        return true;
    }
}
