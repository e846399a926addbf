package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.crypto.Opened.Complete;
import io.gapura.ike.crypto.Opened.Malformed;
import io.gapura.ike.crypto.Opened.Partial;
import io.gapura.ike.crypto.Opened.Rejected;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.FuzzSeeds;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.PayloadType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Case E2: whatever an authenticated peer encrypts, and whatever anybody sends, comes to one of four ends. */
final class OpenFuzzTest {
    private static final int DATAGRAMS = 100_000;
    private static final long SEED = 7383;

    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    private enum End {
        COMPLETE,
        PARTIAL,
        MALFORMED,
        REJECTED
    }

    private static End end(Opened opened) {
        return switch (opened) {
            case Complete _ -> End.COMPLETE;
            case Partial _ -> End.PARTIAL;
            case Malformed _ -> End.MALFORMED;
            case Rejected _ -> End.REJECTED;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes128gcm16-prfsha256-x25519", "aes128-sha256-x25519"})
    void mangledTextCorrectlyEncryptedIsCompleteOrMalformed(String suite) {
        ProtectedPair pair = ProtectedPair.of(suite);
        List<IkeMessage> seeds = FuzzSeeds.inner();
        Map<End, Integer> ends = new EnumMap<>(End.class);
        for (int i = 0; i < DATAGRAMS; i++) {
            IkeMessage seed = seeds.get(random.nextInt(seeds.size()));
            Bytes text = FuzzSeeds.spoiled(seed.encodePayloads(), random);
            ends.merge(end(pair.responder().open(datagram(pair, seed.firstType(), text))), 1, Integer::sum);
        }
        assertThat(ends.keySet()).containsExactly(End.COMPLETE, End.PARTIAL, End.MALFORMED, End.REJECTED);
        assertThat(ends.get(End.MALFORMED)).isGreaterThan(DATAGRAMS / 10);
    }

    /** Whole, or as a fragment with numbers that may make no sense. */
    private Bytes datagram(ProtectedPair pair, PayloadType first, Bytes text) {
        return random.nextInt(4) > 0
                ? pair.seal(first, text)
                : pair.sealFragment(random.nextInt(3), random.nextInt(4), random.nextInt(4), text);
    }

    @Test
    void mangledDatagramsAreNearlyAlwaysRejected() {
        ProtectedPair pair = ProtectedPair.of("aes128gcm16-prfsha256-x25519");
        List<Bytes> sealed = pair.initiator().seal(FuzzSeeds.inner().getFirst(), 180);
        assertThat(sealed).hasSizeGreaterThan(1);
        int open = 0;
        for (int i = 0; i < DATAGRAMS; i++) {
            Bytes genuine = sealed.get(random.nextInt(sealed.size()));
            Bytes mangled = FuzzSeeds.mangled(genuine, random);
            boolean rejected = end(pair.responder().open(mangled)) == End.REJECTED;
            assertThat(rejected || mangled.equals(genuine)).as(mangled.hex()).isTrue();
            open += rejected ? 0 : 1;
        }
        assertThat(open).isPositive();
    }
}
