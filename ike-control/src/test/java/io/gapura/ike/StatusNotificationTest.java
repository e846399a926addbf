package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer may say of itself in IKE_AUTH, and what follows from it. */
class StatusNotificationTest {
    private static final int MESSAGE_ID_AT = 20;
    private static final int EXCHANGE_AT = 18;

    private final TestPeers peers = new TestPeers(TestNetwork.perfect()).load();
    private final Adversary peer = new Adversary(peers, TestPeers.LEFT, 1);

    private IkeMessage authenticateWith(NotifyPayload... notifications) {
        peers.network.passes = datagram -> !datagram.remote().getAddress().equals(TestPeers.LEFT);
        List<Payload> payloads = peer.open().authPayloads();
        payloads.addAll(List.of(notifications));
        return peer.request(ExchangeType.IKE_AUTH, payloads);
    }

    /** RFC 7296 §2.3: the peer's window is an upper bound, and one request at a time is within every one. */
    @ParameterizedTest
    @ValueSource(strings = {"00000010", "00000001", "00000000", "ffffffff", "", "0000001000"})
    void oneRequestAtATimeWhateverWindowThePeerOffers(String window) {
        IkeMessage answer = authenticateWith(new NotifyPayload(NotifyType.SET_WINDOW_SIZE, Bytes.ofHex(window)));
        assertThat(answer.find(AuthPayload.class)).isNotNull();
        assertThat(answer.notifies(NotifyType.SET_WINDOW_SIZE)).as("ours is 1, of which nothing is said").isFalse();
        int sentBefore = peers.network.log.size();

        peers.right.rekeyChild("net", peers.network.nowNs);
        peers.right.rekeyIke("peer", peers.network.nowNs);
        peers.right.terminateChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(3));

        Set<Integer> requests = new TreeSet<>();
        for (Datagram sent : peers.network.log.subList(sentBefore, peers.network.log.size())) {
            if (sent.local().equals(new InetSocketAddress(TestPeers.RIGHT, 500))) {
                requests.add(sent.content().intAt(MESSAGE_ID_AT));
            }
        }
        assertThat(requests).containsExactly(0);
    }

    /** RFC 7296 §1.3.1: who does not want the second and later fragments of packets only has to leave it out. */
    @Test
    void thePeersOfferOfNonFirstFragmentsIsNotTaken() {
        IkeMessage answer = authenticateWith(new NotifyPayload(NotifyType.NON_FIRST_FRAGMENTS_ALSO));

        assertThat(answer.find(SaPayload.class)).isNotNull();
        assertThat(answer.notifies(NotifyType.NON_FIRST_FRAGMENTS_ALSO)).isFalse();
    }

    @Test
    void aPeerWithoutTrafficFlowConfidentialityGetsItsChild() {
        IkeMessage answer = authenticateWith(new NotifyPayload(NotifyType.ESP_TFC_PADDING_NOT_SUPPORTED));

        assertThat(answer.find(SaPayload.class)).isNotNull();
        assertThat(answer.notifies(NotifyType.ESP_TFC_PADDING_NOT_SUPPORTED)).as("we take what comes padded").isFalse();
        assertThat(peers.rightPlane.inbound).hasSize(1);
        assertThat(peers.network.log.getLast().content().at(EXCHANGE_AT)).isEqualTo(ExchangeType.IKE_AUTH.number());
    }
}
