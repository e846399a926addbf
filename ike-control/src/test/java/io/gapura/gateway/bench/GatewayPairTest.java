package io.gapura.gateway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.SuiteChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmarks measure packets that arrive. */
final class GatewayPairTest {
    private static final int ROUNDS = 20;

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void carriesEachBatchToTheFarEnd(int sas) {
        Load load = Load.imix(EspCipher.AES_128_GCM_16, sas);
        try (GatewayPair gateways = new GatewayPair(load, SuiteChoice::preferred)) {
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

    @Test
    void losesNoPacketToRekeys() {
        Load load = Load.of(EspCipher.AES_128_GCM_16, 512, 3);
        try (GatewayPair gateways = new GatewayPair(load, SuiteChoice::preferred)) {
            for (int rekey = 0; rekey < 200; rekey++) {
                gateways.offer();
                gateways.encapsulate();
                Runnable ending = gateways.sas().rekey(rekey % load.sas()); // with packets of the old one on their way
                gateways.decapsulate();
                assertThat(gateways.collect()).isEqualTo(GatewayPair.BATCH);
                ending.run();
                gateways.reclaim();
            }
            assertThat(gateways.received().drops()).isEmpty();
        }
    }
}
