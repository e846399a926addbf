package io.gapura.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole gateway but for its sockets: IKE and engine, wired as in the real process. */
class DemoTest {
    @Test
    void twoGatewaysCarryTrafficThroughRekeysWithoutLoss() {
        List<String> progress = new ArrayList<>();
        try (Demo demo = new Demo(progress::add, Duration.ofMillis(50))) {
            DemoReport report = demo.run();

            assertThat(report.fault()).as("%s", progress).isEmpty();
            assertThat(report.lost()).isZero();
            assertThat(report.damaged()).isZero();
            assertThat(report.checked()).isGreaterThan(10_000);
            assertThat(report.throughput()).hasSize(3);
            assertThat(report.drops()).isEmpty();
        }
    }
}
