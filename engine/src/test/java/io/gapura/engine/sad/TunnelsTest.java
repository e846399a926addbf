package io.gapura.engine.sad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TunnelsTest {
    private final Epochs epochs = new Epochs(1);
    private final Tunnels tunnels = new Tunnels(2, 1, epochs);
    private final TestKey key = new TestKey();
    private final TestKey nextKey = new TestKey();

    @Test
    void isDownUntilAnAssociationIsInstalled() {
        int tunnel = tunnels.open();
        assertThat(tunnels.outbound(tunnel, 0)).isNull();

        OutboundSa sa = key.outbound(tunnel);
        tunnels.install(sa);
        assertThat(tunnels.outbound(tunnel, 0)).isSameAs(sa);

        tunnels.clear(tunnel);
        assertThat(tunnels.outbound(tunnel, 0)).isNull();
    }

    @Test
    void switchesToTheNewerAssociationAndStaysThereWhenTheOlderIsRetired() {
        int tunnel = tunnels.open();
        long old = tunnels.install(key.outbound(tunnel));
        OutboundSa newer = nextKey.outbound(tunnel);
        tunnels.install(newer);

        tunnels.retire(old);
        epochs.reclaim();

        assertThat(tunnels.outbound(tunnel, 0)).isSameAs(newer);
        assertThat(key.isClosed()).isTrue();
        assertThat(nextKey.isClosed()).isFalse();
    }

    @Test
    void aWorkerSendsByItsOwnAssociationAndTheOthersByTheSharedOne() {
        Tunnels ofTwo = new Tunnels(2, 2, epochs);
        ofTwo.open();
        int tunnel = ofTwo.open();
        OutboundSa shared = key.outbound(tunnel);
        OutboundSa own = nextKey.outbound(tunnel);
        ofTwo.install(shared);
        long handle = ofTwo.installOwn(own);
        assertThat(ofTwo.outbound(tunnel, own.worker)).isSameAs(own);
        assertThat(ofTwo.outbound(tunnel, 1)).isSameAs(shared);

        OutboundSa newer = key.outbound(tunnel);
        ofTwo.install(newer);
        assertThat(ofTwo.outbound(tunnel, own.worker)).isSameAs(own);
        assertThat(ofTwo.outbound(tunnel, 1)).isSameAs(newer);

        ofTwo.retire(handle);
        assertThat(ofTwo.outbound(tunnel, own.worker)).isSameAs(newer);
        assertThat(ofTwo.outbound(tunnel, 1)).isSameAs(newer);
        ofTwo.clear(tunnel);
        assertThat(ofTwo.outbound(tunnel, own.worker)).isNull();
        assertThat(ofTwo.outbound(tunnel, 1)).isNull();
    }

    @Test
    void aWorkerWithoutAssociationSendsByAnothersWhenTheSharedOneIsGone() {
        Tunnels ofTwo = new Tunnels(1, 2, epochs);
        int tunnel = ofTwo.open();
        long shared = ofTwo.install(key.outbound(tunnel));
        OutboundSa own = nextKey.outbound(tunnel);
        long handle = ofTwo.installOwn(own);

        ofTwo.retire(shared);
        assertThat(ofTwo.outbound(tunnel, 1)).isSameAs(own);

        ofTwo.retire(handle);
        assertThat(ofTwo.outbound(tunnel, 0)).isNull();
        assertThat(ofTwo.outbound(tunnel, 1)).isNull();
    }

    @Test
    void ofSeveralThatOneWorkerOwnsTheEarlierOneGoesOnWhenTheLaterOneIsRetired() {
        int tunnel = tunnels.open();
        OutboundSa earlier = key.outbound(tunnel);
        tunnels.installOwn(earlier);
        OutboundSa later = nextKey.outbound(tunnel);
        long handle = tunnels.installOwn(later);
        assertThat(tunnels.outbound(tunnel, 0)).isSameAs(later);

        tunnels.retire(handle);
        assertThat(tunnels.outbound(tunnel, 0)).isSameAs(earlier);
    }

    @Test
    void goesDownWhenItsCurrentAssociationIsRetired() {
        int tunnel = tunnels.open();
        long handle = tunnels.install(key.outbound(tunnel));

        tunnels.retire(handle);

        assertThat(tunnels.outbound(tunnel, 0)).isNull();
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
        assertThat(tunnels.outbound(tunnel, 0)).isNull();
    }

    @Test
    void refusesAnAssociationForATunnelThatIsNotOpen() {
        assertThatThrownBy(() -> tunnels.install(key.outbound(1))).isInstanceOf(IllegalArgumentException.class);
    }
}
