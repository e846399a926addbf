package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Habits;
import io.gapura.ike.config.IkeTimes;
import io.gapura.ike.config.Unique;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.sa.IkeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Reauthentication, RFC 7296 §2.8.3, and who says when: RFC 4478. */
class ReauthenticationTest {
    private static final IkeTimes EVERY_MINUTE = IkeTimes.of(Duration.ZERO, Duration.ofMinutes(1));
    private static final IkeTimes NEVER = IkeTimes.of(Duration.ZERO, Duration.ZERO);

    private TestPeers peers = new TestPeers(TestNetwork.perfect());

    private void connect(IkeTimes ofLeft, IkeTimes ofRight, Unique ofRightUnique) {
        IkeOptions left = IkeOptions.DEFAULT.with(ofLeft);
        IkeOptions right = IkeOptions.DEFAULT.with(ofRight).with(Habits.DEFAULT.withUnique(ofRightUnique));
        peers.load(TestPeers.leftConnection(left, TestPeers.leftChild(), TestPeers.otherLeftChild()),
                TestPeers.rightConnection(right, TestPeers.rightChild(), TestPeers.otherRightChild())).connect();
        assertThat(peers.leftStatus().children()).hasSize(2);
    }

    private long spi() {
        return peers.leftStatus().initiatorSpi();
    }

    /** Make before break: at every millisecond what either side sends can be opened by the other. */
    @ParameterizedTest
    @EnumSource(Unique.class)
    void thereIsANewIkeSaBeforeTheOldOneGoes(Unique ofRight) {
        connect(EVERY_MINUTE, NEVER, ofRight);
        long before = spi();

        peers.runUntil(Duration.ofSeconds(75), () -> {
            assertThat(peers.trafficFlows()).isTrue();
            return false;
        });

        assertThat(spi()).isNotEqualTo(before);
        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.right.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.leftStatus().children()).hasSize(2);
        assertThat(peers.leftPlane.tunnels).hasSize(2);
        assertThat(peers.rightPlane.tunnels).hasSize(2);
    }

    /** The peer may receive nothing more by what it deletes as soon as it has our answer. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void whoAnswersADeletionSendsByTheOtherOneAlready(boolean ikeSa) {
        connect(NEVER, NEVER, Unique.NO);
        int old = sentByRight().findFirst().orElseThrow();
        List<Boolean> byOld = new ArrayList<>();
        peers.network.passes = datagram -> {
            boolean informational = datagram.content().at(18) == ExchangeType.INFORMATIONAL.number();
            if (informational && datagram.local().getAddress().equals(TestPeers.RIGHT)) {
                byOld.add(sentByRight().anyMatch(spi -> spi == old));
            }
            return true;
        };
        if (ikeSa) {
            peers.left.reauthenticateIke("peer", peers.network.nowNs);
        } else {
            peers.left.rekeyChild("net", peers.network.nowNs);
        }
        peers.run(Duration.ofSeconds(2));

        assertThat(byOld).isNotEmpty().doesNotContain(true);
    }

    private Stream<Integer> sentByRight() {
        return peers.rightPlane.sent().filter(each -> each.sa().selectors().child().equals("net"))
                .map(FakeDataPlane.Installed::spi);
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.1, 20", "0.3, 0.2, 50"})
    void itGoesThroughABadNetworkToo(double loss, double duplication, int jitterMs) {
        peers = new TestPeers(new TestNetwork(7, loss, duplication, jitterMs * 1_000_000L));
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT.with(EVERY_MINUTE), TestPeers.leftChild()),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild()));
        peers.left.initiate("peer", null, peers.network.nowNs);
        assertThat(peers.runUntil(Duration.ofSeconds(20), peers::trafficFlows)).isTrue();

        peers.run(Duration.ofMinutes(5));

        assertThat(peers.runUntil(Duration.ofSeconds(20), () -> established() == 1 && peers.trafficFlows())).isTrue();
    }

    private long established() {
        return peers.left.status(peers.network.nowNs).stream().filter(sa -> sa.state() == IkeState.ESTABLISHED).count();
    }

    @Test
    void breakBeforeMakeDeletesFirst() {
        connect(EVERY_MINUTE.breakingBeforeMaking(), NEVER, Unique.NO);
        long before = spi();

        boolean broken = peers.runUntil(Duration.ofSeconds(61), peers.leftPlane.tunnels::isEmpty);
        peers.run(Duration.ofSeconds(2));

        assertThat(broken).isTrue();
        assertThat(spi()).isNotEqualTo(before);
        assertThat(peers.leftStatus().children()).hasSize(2);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void breakBeforeMakeTriesUntilThePeerIsThereAgain() {
        connect(EVERY_MINUTE.breakingBeforeMaking(), NEVER, Unique.NO);
        assertThat(peers.runUntil(Duration.ofSeconds(61), peers.leftPlane.tunnels::isEmpty)).isTrue();
        peers.network.passes = _ -> false;
        peers.run(Duration.ofMinutes(2));
        peers.network.passes = _ -> true;

        assertThat(peers.runUntil(Duration.ofMinutes(2), () -> established() == 1 && peers.trafficFlows())).isTrue();
        assertThat(peers.runUntil(Duration.ofSeconds(2), () -> peers.leftStatus().children().size() == 2)).isTrue();
    }

    /** The old IKE SA goes on while the new one cannot be set up. */
    @Test
    void aFailedReauthenticationLosesNothing() {
        connect(IkeTimes.of(Duration.ZERO, Duration.ofMinutes(1)), NEVER, Unique.NO);
        peers.network.passes = datagram -> datagram.content().at(18) != ExchangeType.IKE_AUTH.number();

        peers.runUntil(Duration.ofSeconds(64), () -> {
            assertThat(peers.trafficFlows()).isTrue();
            return false;
        });

        assertThat(established()).isEqualTo(1);
        assertThat(peers.leftStatus().children()).hasSize(2);
    }

    /** RFC 4478 §3: {@code HDR, SK {IDr, AUTH, …, N(AUTH_LIFETIME)(60)}}, and the initiator comes again in time. */
    @Test
    void authLifetimeMakesTheInitiatorReauthenticate() {
        connect(NEVER, EVERY_MINUTE, Unique.NO);
        long before = spi();

        peers.runUntil(Duration.ofSeconds(64), () -> {
            assertThat(peers.trafficFlows()).isTrue();
            return false;
        });

        assertThat(spi()).isNotEqualTo(before);
        assertThat(established()).isEqualTo(1);
    }

    /** A rekey does not prove anew who anybody is: the time runs on. */
    @Test
    void aRekeyDoesNotPutReauthenticationOff() {
        connect(EVERY_MINUTE, NEVER, Unique.NO);
        peers.run(Duration.ofSeconds(30));
        peers.right.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        long before = spi();

        peers.run(Duration.ofSeconds(32));

        assertThat(spi()).isNotEqualTo(before);
        assertThat(peers.leftStatus().initiator()).isTrue();
    }

    @Test
    void whoIsNotReauthenticatedInTimeIsDeleted() {
        connect(NEVER, EVERY_MINUTE, Unique.NO);
        peers.network.passes = datagram -> datagram.content().at(18) != ExchangeType.IKE_SA_INIT.number();
        peers.run(Duration.ofSeconds(64));
        assertThat(peers.trafficFlows()).isTrue();

        boolean gone = peers.runUntil(Duration.ofSeconds(5), peers.rightPlane.tunnels::isEmpty);

        peers.run(Duration.ofSeconds(1));
        assertThat(gone).isTrue();
        assertThat(peers.leftPlane.tunnels).isEmpty();
    }
}
