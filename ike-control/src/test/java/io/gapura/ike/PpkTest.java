package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
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

/** Post-quantum pre-shared keys in IKE_AUTH, RFC 8784 §3: the table of who has which, and who insists. */
class PpkTest {
    private static final int EXCHANGE_AT = 18;

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    /** {@code none}, or a key as {@code id/secret}, with an exclamation mark if it is required. */
    private static @Nullable Ppk ppk(String text) {
        if (text.equals("none")) {
            return null;
        }
        String[] parts = text.replace("!", "").split("/", -1);
        return new Ppk(Identity.parse(parts[0]), Secret.ofUtf8(parts[1]), text.endsWith("!"), /* early= */false);
    }

    private void connect(String left, String right) {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT.withPpk(ppk(left)), TestPeers.leftChild()),
                TestPeers.rightConnection(IkeOptions.DEFAULT.withPpk(ppk(right)), TestPeers.rightChild())).connect();
        peers.run(Duration.ofSeconds(40));
    }

    @ParameterizedTest
    @CsvSource({"q1/k, q1/k, true", "q1/k!, q1/k!, true", "q1/k!, q1/k, true", "q1/k, q1/k!, true",
        "none, none, false", "q1/k, none, false", "none, q1/k, false", "q1/k, q2/k, false"})
    void whoCanAgreesAndChildrenWork(String left, String right, boolean mixed) {
        connect(left, right);

        assertThat(peers.leftStatus().ppk()).isEqualTo(mixed);
        assertThat(peers.rightStatus().ppk()).isEqualTo(mixed);
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
        "q1/k!, q2/k, insists on a post-quantum pre-shared key", "q1/k, q2/k!, has another post-quantum pre-shared key",
        "q1/k, q1/other, has another pre-shared key", "q1/k!, q1/other!, has another pre-shared key"})
    void whoInsistsGoesWithout(String left, String right, String why) {
        connect(left, right);

        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
        assertThat(peers.leftPlane.reserved).isEmpty();
        assertThat(peers.failures).anyMatch(reason -> reason.contains(why));
    }

    /** Case B6. */
    @Test
    void aStrippedNotificationIsNoticed() {
        peers.network.nat = PpkTest::withoutPpk;
        connect("q1/k", "q1/k");

        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
    }

    private static Datagram withoutPpk(Datagram datagram) {
        if (datagram.content().at(EXCHANGE_AT) != ExchangeType.IKE_SA_INIT.number()) {
            return datagram;
        }
        try {
            IkeMessage message = IkeMessage.decode(datagram.content());
            List<Payload> rest = message.payloads().stream().filter(payload -> !(payload instanceof NotifyPayload notify
                    && notify.notifyType().equals(NotifyType.USE_PPK))).toList();
            return new Datagram(datagram.local(), datagram.remote(), datagram.natPort(),
                    new IkeMessage(message.header(), rest).encode());
        } catch (MalformedMessage e) {
            throw new IllegalStateException(e);
        }
    }
}
