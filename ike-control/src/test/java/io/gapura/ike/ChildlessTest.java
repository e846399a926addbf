package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Childless;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Habits;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.MalformedMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IKE SAs that begin without a child SA, RFC 6023. */
class ChildlessTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private static IkeOptions options(Childless childless) {
        return IkeOptions.DEFAULT.with(Habits.DEFAULT.withChildless(childless));
    }

    private void connect(Childless ofLeft, Childless ofRight) {
        peers.load(TestPeers.leftConnection(options(ofLeft), TestPeers.leftChild()),
                TestPeers.rightConnection(options(ofRight), TestPeers.rightChild())).connect();
    }

    private boolean sawCreateChildSa() {
        return peers.network.log.stream().anyMatch(datagram -> {
            try {
                return IkeHeader.decode(datagram.content()).exchange().equals(ExchangeType.CREATE_CHILD_SA);
            } catch (MalformedMessage e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /**
     * <pre>
     *   HDR, SK {IDi, [IDr,] AUTH}  -->
     *                               <--  HDR, SK {IDr, AUTH}
     *   HDR, SK {SA, Ni, KEi, TSi, TSr}  -->  the child, with a key exchange of its own if so configured
     * </pre>
     */
    @ParameterizedTest
    @CsvSource({"PREFER, ALLOW, true", "FORCE, ALLOW, true", "FORCE, FORCE, true", "PREFER, NEVER, false",
        "ALLOW, ALLOW, false", "NEVER, PREFER, false"})
    void theChildComesByCreateChildSaIfBothLikeIt(Childless ofLeft, Childless ofRight, boolean later) {
        connect(ofLeft, ofRight);

        assertThat(peers.trafficFlows()).isTrue();
        assertThat(peers.leftStatus().children()).hasSize(1);
        assertThat(sawCreateChildSa()).isEqualTo(later);
    }

    @Test
    void whoInsistsDoesWithoutAPeerThatDoesNotOfferIt() {
        connect(Childless.FORCE, Childless.NEVER);
        peers.run(Duration.ofSeconds(5));

        assertThat(peers.left.isIdle()).isTrue();
        assertThat(peers.failures).anyMatch(failure -> failure.contains("childless"));
    }

    @Test
    void aResponderThatInsistsRefusesTheChildButKeepsTheIkeSa() {
        connect(Childless.ALLOW, Childless.FORCE);

        assertThat(peers.leftStatus().children()).isEmpty();
        assertThat(peers.failures).anyMatch(failure -> failure.contains("NO_ADDITIONAL_SAS"));
        peers.left.initiate("peer", "net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void severalChildrenFollowOneAnother() {
        peers.load(
                TestPeers.leftConnection(options(Childless.PREFER), TestPeers.leftChild(), TestPeers.otherLeftChild()),
                TestPeers.rightConnection(options(Childless.ALLOW), TestPeers.rightChild(),
                        TestPeers.otherRightChild()))
                .connect();

        assertThat(peers.leftStatus().children()).extracting(IkeSaStatus.ChildStatus::name)
                .isEqualTo(List.of("net", "other"));
        assertThat(peers.trafficFlows()).isTrue();
    }
}
