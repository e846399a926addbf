package io.gapura.engine.sad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TunnelsTest {
    private final Epochs epochs = new Epochs(1);
    private final Tunnels tunnels = new Tunnels(2, epochs);
    private final TestKey key = new TestKey();
    private final TestKey nextKey = new TestKey();

    @Test
    void isDownUntilAnAssociationIsInstalled() {
        int tunnel = tunnels.open();
        assertThat(tunnels.outbound(tunnel)).isNull();

        OutboundSa sa = key.outbound(tunnel);
        tunnels.install(sa);
        assertThat(tunnels.outbound(tunnel)).isSameAs(sa);

        tunnels.clear(tunnel);
        assertThat(tunnels.outbound(tunnel)).isNull();
    }

    @Test
    void switchesToTheNewerAssociationAndStaysThereWhenTheOlderIsRetired() {
        int tunnel = tunnels.open();
        long old = tunnels.install(key.outbound(tunnel));
        OutboundSa newer = nextKey.outbound(tunnel);
        tunnels.install(newer);

        tunnels.retire(old);
        epochs.reclaim();

        assertThat(tunnels.outbound(tunnel)).isSameAs(newer);
        assertThat(key.isClosed()).isTrue();
        assertThat(nextKey.isClosed()).isFalse();
    }

    @Test
    void goesDownWhenItsCurrentAssociationIsRetired() {
        int tunnel = tunnels.open();
        long handle = tunnels.install(key.outbound(tunnel));

        tunnels.retire(handle);

        assertThat(tunnels.outbound(tunnel)).isNull();
    }

    @Test
    void wipesAKeyOnlyWhenNoWorkerCanHoldIt() {
        int tunnel = tunnels.open();
        long handle = tunnels.install(key.outbound(tunnel));
        epochs.enter(0);
        tunnels.retire(handle);

        epochs.reclaim();
        assertThat(key.isClosed()).isFalse();

        epochs.leave(0);
        epochs.reclaim();
        assertThat(key.isClosed()).isTrue();
    }

    @Test
    void knowsAnAssociationByItsHandleUntilItIsRetired() {
        int tunnel = tunnels.open();
        OutboundSa sa = key.outbound(tunnel);
        long handle = tunnels.install(sa);
        assertThat(tunnels.installed(handle)).isSameAs(sa);

        tunnels.retire(handle);

        assertThatThrownBy(() -> tunnels.installed(handle)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tunnels.retire(handle)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reusesAClosedSlotOnlyWhenNoWorkerCanKnowIt() {
        int tunnel = tunnels.open();
        tunnels.open();
        epochs.enter(0);
        tunnels.close(tunnel);
        epochs.reclaim();
        assertThatThrownBy(tunnels::open).isInstanceOf(IllegalStateException.class);

        epochs.leave(0);
        epochs.reclaim();

        assertThat(tunnels.open()).isEqualTo(tunnel);
        assertThat(tunnels.outbound(tunnel)).isNull();
    }

    @Test
    void refusesAnAssociationForATunnelThatIsNotOpen() {
        assertThatThrownBy(() -> tunnels.install(key.outbound(1))).isInstanceOf(IllegalArgumentException.class);
    }
}
