package io.gapura.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import org.junit.jupiter.api.Test;

/** The benchmarks measure packets that arrive. */
final class GatewayPairTest {
    private static final int ROUNDS = 20;

    @Test
    void carriesEachBatchToTheFarEnd() {
        try (GatewayPair gateways = new GatewayPair(EspCipher.AES_128_GCM_16, 1420)) {
            for (int round = 0; round < ROUNDS; round++) {
                gateways.offer();
                assertThat(gateways.encapsulate()).isEqualTo(GatewayPair.BATCH);
                assertThat(gateways.decapsulate()).isEqualTo(GatewayPair.BATCH);
                assertThat(gateways.collect()).isEqualTo(GatewayPair.BATCH);
            }
            assertThat(gateways.received().sent()).isEqualTo(ROUNDS * (long) GatewayPair.BATCH);
            assertThat(gateways.sent().balances()).isTrue();
        }
    }
}
