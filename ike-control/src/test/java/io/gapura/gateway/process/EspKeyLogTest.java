package io.gapura.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.gateway.vici.ViciCaller;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Keys are shown to whom and when the configuration allows it, and to nobody else. */
final class EspKeyLogTest {
    @Test
    void showsNothingUnlessConfigured() {
        EspKeyLog keys = new EspKeyLog(Duration.ZERO, 0);
        assertThatThrownBy(() -> keys.show(1, _ -> {})).hasMessageContaining("write observability.key_export");
    }

    @Test
    void showsNothingAfterItsTime() {
        EspKeyLog keys = new EspKeyLog(Duration.ofSeconds(10), 0);
        keys.show(Duration.ofSeconds(9).toNanos(), _ -> {});
        assertThatThrownBy(() -> keys.show(Duration.ofSeconds(10).toNanos(), _ -> {}))
                .hasMessageContaining("in the first 10 s");
    }

    @Test
    void isForRootAlone() {
        Audit.needRoot(new ViciCaller("root"), "exporting keys");
        Audit.needRoot(new ViciCaller("0"), "exporting keys");
        assertThatThrownBy(() -> Audit.needRoot(new ViciCaller("operator"), "exporting keys"))
                .hasMessage("exporting keys is for root alone");
        assertThat(new ViciCaller("nobody").isRoot()).isFalse();
    }
}
