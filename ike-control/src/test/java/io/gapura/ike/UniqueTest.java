package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Habits;
import io.gapura.ike.config.Unique;
import io.gapura.ike.sa.IkeState;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who comes a second time, RFC 7296 §2.4: left has lost its memory and connects again, or comes from another place, while
 * right still has its first IKE SA.
 */
class UniqueTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private static IkeOptions options(Unique unique) {
        return IkeOptions.DEFAULT.with(Habits.DEFAULT.withUnique(unique));
    }

    private void connectOnce(Unique ofLeft, Unique ofRight) {
        Connection right = TestPeers.rightConnection(options(ofRight), TestPeers.rightChild());
        peers.load(TestPeers.leftConnection(options(ofLeft), TestPeers.leftChild()),
                right.between(TestPeers.RIGHT, null)).connect();
        assertThat(peers.right.status(peers.network.nowNs)).hasSize(1);
    }

    /** Another agent with left's name, which knows nothing of the first. */
    private IkeAgent secondLeft(Unique unique, boolean fromElsewhere) {
        Connection connection = TestPeers.leftConnection(options(unique), TestPeers.leftChild());
        InetAddress address = fromElsewhere ? TestPeers.ELSEWHERE : TestPeers.LEFT;
        IkeAgent second = new IkeAgent(IkeSettings.DEFAULT, new FakeDataPlane(0x3000), peers.network.attach(address),
                new SecureRandom(), IkeListener.NONE, peers.network.nowNs);
        second.load(List.of(connection.between(address, TestPeers.RIGHT)), peers.network.nowNs);
        second.initiate("peer", null, peers.network.nowNs);
        return second;
    }

    private void run(IkeAgent second, Duration time) {
        peers.runUntil(time, () -> {
            second.doWork(peers.network.nowNs);
            return false;
        });
    }

    private int atRight() {
        return (int) peers.right.status(peers.network.nowNs).stream()
                .filter(sa -> sa.state() == IkeState.ESTABLISHED).count();
    }

    @ParameterizedTest
    @EnumSource(value = Unique.class, names = {"NO", "KEEP", "REPLACE"})
    void initialContactReplacesAtOnce(Unique ofRight) {
        connectOnce(Unique.NO, ofRight);
        run(secondLeft(Unique.NO, true), Duration.ofSeconds(1));

        assertThat(atRight()).isEqualTo(1);
        assertThat(peers.rightPlane.tunnels).hasSize(1);
    }

    @Test
    void neverMeansNeverInEitherRole() {
        connectOnce(Unique.NO, Unique.NEVER);
        run(secondLeft(Unique.NO, true), Duration.ofSeconds(1));
        assertThat(atRight()).isEqualTo(2);
    }

    @Test
    void withoutInitialContactBothStayIfThePolicyIsNo() {
        connectOnce(Unique.NO, Unique.NO);
        run(secondLeft(Unique.NEVER, true), Duration.ofSeconds(1));
        assertThat(atRight()).isEqualTo(2);
    }

    @Test
    void keepRefusesTheNewcomer() {
        connectOnce(Unique.NO, Unique.KEEP);
        IkeAgent second = secondLeft(Unique.NEVER, true);
        run(second, Duration.ofSeconds(1));

        assertThat(second.isIdle()).isTrue();
        assertThat(peers.leftStatus().children()).hasSize(1);
        assertThat(atRight()).isEqualTo(1);
    }

    @Test
    void replaceDeletesTheOldOneAndTellsItsPeer() {
        connectOnce(Unique.NO, Unique.REPLACE);
        run(secondLeft(Unique.NEVER, true), Duration.ofSeconds(1));

        assertThat(atRight()).isEqualTo(1);
        assertThat(peers.left.isIdle()).isTrue();
    }

    /** From the same place it may be a reauthentication, which deletes the old one itself when the new one is complete. */
    @Test
    void replaceLeavesAReauthenticationSomeTime() {
        connectOnce(Unique.NO, Unique.REPLACE);
        IkeAgent second = secondLeft(Unique.NEVER, false);
        run(second, Duration.ofSeconds(2));
        assertThat(atRight()).isEqualTo(2);

        run(second, Duration.ofSeconds(10));
        assertThat(atRight()).isEqualTo(1);
    }
}
