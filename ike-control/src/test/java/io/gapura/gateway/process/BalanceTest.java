package io.gapura.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.SaLoad;
import io.gapura.gateway.process.WorkerWatch.Rates;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BalanceTest {
    private static Rates rates(double received, double takenOver, double handedOver, double busyPercent) {
        return new Rates(received, takenOver, handedOver, 8, busyPercent);
    }

    private static Balance balance(List<SaLoad> loads, Rates... rates) {
        return Balance.of(List.of(rates), loads, _ -> Optional.of("hq/lan"));
    }

    private static SaLoad sa(int spi, int worker, long packets) {
        return new SaLoad(true, spi, worker, packets);
    }

    @Test
    void oneFatPeerIsNamedWithTheRemedy() {
        Balance balance = balance(List.of(sa(0x1001, 1, 90_000), sa(0x1002, 1, 100), sa(0x1003, 0, 5)),
                rates(50_000, 0, 49_900, 40), rates(50_000, 49_900, 0, 99));
        assertThat(balance.sharePercent(1)).isGreaterThan(99);
        assertThat(balance.receivedPercent(1)).isEqualTo(50);
        assertThat(balance.evennessPercent()).isBetween(50.0, 51.0);
        assertThat(balance.busiest(1)).isEqualTo("hq/lan out 00001001");
        assertThat(balance.advice())
                .isEqualTo("Worker 1 carries 100 %, most of it for hq/lan, whose SA 00001001 it owns:"
                        + " set per_cpu_sas: yes on that child, here and at the peer.");
    }

    @Test
    void queuesThatGiveAllToOneWorkerAreNamed() {
        Balance balance = balance(List.of(sa(1, 0, 10), sa(2, 0, 10), sa(3, 0, 10)), rates(90_000, 0, 0, 90),
                rates(100, 0, 0, 1));
        assertThat(balance.advice()).contains("Worker 0 receives 100 %", "ethtool -X", "dataplane.placement");
    }

    @Test
    void evenWorkThatIsHandedOverIsNamed() {
        Balance balance = balance(List.of(), rates(1000, 500, 500, 20), rates(1000, 500, 500, 20));
        assertThat(balance.evennessPercent()).isEqualTo(100);
        assertThat(balance.handedOverPercent()).isEqualTo(50);
        assertThat(balance.advice()).contains("50 % of the packets arrive at a worker that does not own their SA");
    }

    @Test
    void whereThereIsNothingToDoItSaysSo() {
        assertThat(balance(List.of(), rates(1000, 0, 0, 20), rates(1100, 0, 0, 20)).advice())
                .isEqualTo("The work is even: nothing to do.");
        assertThat(balance(List.of(), rates(1000, 0, 0, 20)).advice())
                .isEqualTo("The only worker has room: nothing to do.");
        assertThat(balance(List.of(), rates(1_000_000, 0, 0, 95)).advice()).contains("name more cores");
        assertThat(balance(List.of(), rates(3, 0, 0, 0), rates(0, 0, 0, 0)).advice()).contains("ask again under load");
    }
}
