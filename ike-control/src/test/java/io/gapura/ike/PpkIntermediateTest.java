package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.crypto.PostQuantum;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Secret;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Post-quantum pre-shared keys in IKE_INTERMEDIATE, RFC 9867 §3.1; {@code SessionKeyVectorTest} has the keys. */
class PpkIntermediateTest {
    private static final int EXCHANGE_AT = 18;

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    /** {@code none}, or a key as {@code id/secret}, with ! if it is required, with ~ if only in IKE_AUTH. */
    private static @Nullable Ppk ppk(String text) {
        if (text.equals("none")) {
            return null;
        }
        String[] parts = text.replaceAll("[!~]", "").split("/", -1);
        return new Ppk(Identity.parse(parts[0]), Secret.ofUtf8(parts[1]), text.contains("!"), !text.contains("~"));
    }

    private void connect(String left, String right, PostQuantum keyExchange) {
        Connection ofLeft = TestPeers.leftConnection(IkeOptions.DEFAULT.withPpk(ppk(left)), TestPeers.leftChild());
        Connection ofRight = TestPeers.rightConnection(IkeOptions.DEFAULT.withPpk(ppk(right)),
                TestPeers.rightChild());
        peers.load(ofLeft.withProposals(Proposals.ike(List.of(), keyExchange)),
                ofRight.withProposals(Proposals.ike(List.of(), keyExchange))).connect();
        peers.run(Duration.ofSeconds(40));
    }

    private long intermediates() {
        return peers.network.log.stream()
                .filter(each -> each.content().at(EXCHANGE_AT) == ExchangeType.IKE_INTERMEDIATE.number()).count();
    }

    @ParameterizedTest
    @CsvSource({"q1/k, q1/k, true, 2", "q1/k!, q1/k!, true, 2", "q1/k!, q1/k, true, 2", "q1/k, q1/k!, true, 2",
        "none, none, false, 0", "q1/k, none, false, 0", "none, q1/k, false, 0", "q1/k, q2/k, false, 2",
        "q1/k, q1/other, false, 2", "q1/k!~, q1/k!, true, 0", "q1/k!, q1/k!~, true, 0"})
    void whoCanAgreesAndChildrenWork(String left, String right, boolean mixed, int intermediates) {
        connect(left, right, PostQuantum.OFF);

        assertThat(peers.leftStatus().ppk()).isEqualTo(mixed);
        assertThat(peers.rightStatus().ppk()).isEqualTo(mixed);
        assertThat(intermediates()).as("requests and answers").isEqualTo(intermediates);
        goesOnAsItWas(mixed);
    }

    /** The key comes with the last key exchange, and needs no exchange of its own. */
    @Test
    void besideAFurtherKeyExchangeItCostsNoExchange() {
        connect("q1/k!", "q1/k!", PostQuantum.REQUIRE);
        long withKey = intermediates();

        TestPeers without = new TestPeers(TestNetwork.perfect());
        without.load().connect();

        assertThat(withKey).isEqualTo(without.network.log.stream()
                .filter(each -> each.content().at(EXCHANGE_AT) == ExchangeType.IKE_INTERMEDIATE.number()).count());
        goesOnAsItWas(true);
        assertThat(peers.leftStatus().suite()).contains("mlkem");
    }

    private void goesOnAsItWas(boolean mixed) {
        assertThat(peers.trafficFlows()).isTrue();
        peers.right.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.leftStatus().ppk()).isEqualTo(mixed);
        assertThat(peers.trafficFlows()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"q1/k!, none, has no post-quantum pre-shared key", "none, q1/k!, has no post-quantum pre-shared key",
        "q1/k!, q2/k, goes on without post-quantum pre-shared key",
        "q1/k, q2/k!, has no post-quantum pre-shared key",
        "q1/k, q1/other!, has no post-quantum pre-shared key",
        "q1/k!, q1/other!, goes on without post-quantum pre-shared key"})
    void whoInsistsGoesWithout(String left, String right, String why) {
        connect(left, right, PostQuantum.OFF);

        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
        assertThat(peers.failures).anyMatch(reason -> reason.contains(why));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void losingAnyMessageOfTheExchangeDelaysItOnly(int lost) {
        int[] seen = {0};
        peers.network.passes = datagram -> datagram.content()
                .at(EXCHANGE_AT) != ExchangeType.IKE_INTERMEDIATE.number() || seen[0]++ != lost;
        connect("q1/k!", "q1/k!", PostQuantum.OFF);

        assertThat(peers.leftStatus().ppk()).isTrue();
        assertThat(peers.trafficFlows()).isTrue();
    }

    /** Case B6: somebody on the way would rather have no such key. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aStrippedNotificationIsNoticed(boolean both) {
        peers.network.nat = datagram -> without(datagram, both);
        connect("q1/k", "q1/k", PostQuantum.OFF);

        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
    }

    private static Datagram without(Datagram datagram, boolean both) {
        if (datagram.content().at(EXCHANGE_AT) != ExchangeType.IKE_SA_INIT.number()) {
            return datagram;
        }
        IkeMessage message = Adversary.decoded(datagram.content());
        List<Payload> rest = message.payloads().stream().filter(payload -> !(payload instanceof NotifyPayload notify
                && (notify.notifyType().equals(NotifyType.USE_PPK_INT)
                        || (both && notify.notifyType().equals(NotifyType.USE_PPK)))))
                .toList();
        return new Datagram(datagram.local(), datagram.remote(), datagram.natPort(),
                new IkeMessage(message.header(), rest).encode());
    }
}
