package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.DpdAction;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.EncryptedPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6290, and what RFC 7296 §2.21.4 says of messages of unknown IKE SAs: right loses its memory. */
class CrashDetectionTest {
    private static final IkeSettings REMEMBERING = IkeSettings.DEFAULT
            .with(CrashTokens.of(Secret.ofUtf8("a secret that outlives the process")));
    private static final InetSocketAddress LEFT = new InetSocketAddress(TestPeers.LEFT, 500);
    private static final InetSocketAddress RIGHT = new InetSocketAddress(TestPeers.RIGHT, 500);
    private static final int SHORTEST_REQUEST_BYTES = 57;

    private final TestPeers peers = new TestPeers(TestNetwork.perfect(), REMEMBERING);
    private final FakeDataPlane planeAgain = new FakeDataPlane(0x4000);

    private TestPeers connect() {
        Child restarting = TestPeers.leftChild().withDpdAction(DpdAction.RESTART);
        return peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, restarting),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild())).connect();
    }

    /** Right as it is after a restart: the same address and configuration, and nothing else. */
    private IkeAgent rightAgain(IkeSettings settings) {
        IkeAgent again = new IkeAgent(settings, planeAgain, peers.network.attach(TestPeers.RIGHT), new SecureRandom(),
                IkeListener.NONE, peers.network.nowNs);
        again.load(List.of(TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild())),
                peers.network.nowNs);
        return again;
    }

    private boolean runUntilTunnelIsBack(IkeAgent again, Duration atMost) {
        return peers.runUntil(atMost, () -> {
            again.doWork(peers.network.nowNs);
            return peers.leftPlane.reaches(planeAgain) && planeAgain.reaches(peers.leftPlane);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"fresh", "rekeyed by left", "rekeyed by right"})
    void aPeerThatHasStartedAnewIsNoticedAtTheFirstRequest(String history) {
        connect();
        switch (history) {
            case "rekeyed by left" -> peers.left.rekeyIke("peer", peers.network.nowNs);
            case "rekeyed by right" -> peers.right.rekeyIke("peer", peers.network.nowNs);
            default -> {
            }
        }
        peers.run(Duration.ofSeconds(1));
        IkeAgent again = rightAgain(REMEMBERING);

        peers.left.rekeyChild("net", peers.network.nowNs);

        assertThat(runUntilTunnelIsBack(again, Duration.ofMillis(500))).isTrue();
        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(again.status(peers.network.nowNs)).hasSize(1);
    }

    /** The retransmissions of one request take 26 s by default. */
    @Test
    void withoutItsSecretTheAnswerIsNoMoreThanAHint() {
        connect();
        IkeAgent again = rightAgain(IkeSettings.DEFAULT);

        peers.left.rekeyChild("net", peers.network.nowNs);

        assertThat(runUntilTunnelIsBack(again, Duration.ofSeconds(10))).isFalse();
        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(runUntilTunnelIsBack(again, Duration.ofSeconds(60))).isTrue();
    }

    private Bytes answerOfAnybody(NotifyPayload... notifications) {
        IkeSaStatus sa = peers.leftStatus();
        IkeHeader header = new IkeHeader(sa.initiatorSpi(), sa.responderSpi(), ExchangeType.INFORMATIONAL,
                Role.RESPONDER, true, 2);
        return new IkeMessage(header, List.<Payload>of(notifications)).encode();
    }

    @Test
    void aForgedTokenOnlyMakesUsAskThePeer() {
        connect();
        int sentBefore = peers.network.log.size();
        for (int forged = 0; forged < 100; forged++) {
            peers.network.inject(RIGHT, LEFT, false, answerOfAnybody(new NotifyPayload(NotifyType.INVALID_IKE_SPI),
                    NotifyPayload.ofIkeSa(NotifyType.QCD_TOKEN, Bytes.ofLong(forged))));
            peers.network.inject(RIGHT, LEFT, false, answerOfAnybody(new NotifyPayload(NotifyType.INVALID_IKE_SPI),
                    NotifyPayload.ofIkeSa(NotifyType.QCD_TOKEN, Bytes.zeros(16))));
            peers.run(Duration.ofMillis(20));
        }

        assertThat(peers.trafficFlows()).isTrue();
        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.network.log.subList(sentBefore, peers.network.log.size())).as("one question, one answer")
                .hasSize(2);
    }

    private List<IkeMessage> answers(InetSocketAddress from, IkeHeader header, int bytes) {
        int sentBefore = peers.network.log.size();
        Bytes body = Bytes.zeros(bytes - new IkeMessage(header, List.of()).encode().length() - 4);
        peers.network.inject(from, RIGHT, false, new IkeMessage(header,
                List.of(new EncryptedPayload(PayloadType.NONE, body))).encode());
        peers.run(Duration.ofMillis(5));
        List<IkeMessage> answers = new ArrayList<>();
        for (Datagram sent : peers.network.log.subList(sentBefore, peers.network.log.size())) {
            if (sent.remote().equals(from)) {
                answers.add(Adversary.decoded(sent.content()));
            }
        }
        return answers;
    }

    /** The SPIs of a live IKE SA, with whatever flags and from wherever: nobody hears its token in clear. */
    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "203.0.113.66"})
    void theTokenOfAnIkeSaThatLivesIsNeverShown(String asker) {
        connect();
        IkeSaStatus sa = peers.leftStatus();
        InetSocketAddress from = new InetSocketAddress(InetAddress.ofLiteral(asker), 4711);
        for (Role sender : Role.values()) {
            assertThat(inClear(from, sender, sa.initiatorSpi(), sa.responderSpi())).isEmpty();
            assertThat(inClear(from, sender, 0x77, sa.responderSpi())).isEmpty();
            assertThat(inClear(from, sender, sa.responderSpi(), sa.initiatorSpi())).isEmpty();
            assertThat(inClear(from, sender, sa.initiatorSpi(), 0x77)).as("not ours")
                    .allMatch(answer -> answer.notifies(NotifyType.INVALID_IKE_SPI));
        }
    }

    private List<IkeMessage> inClear(InetSocketAddress from, Role sender, long initiatorSpi, long responderSpi) {
        IkeHeader header = new IkeHeader(initiatorSpi, responderSpi, ExchangeType.INFORMATIONAL, sender, false, 9);
        return answers(from, header, 200).stream().filter(each -> each.find(EncryptedPayload.class) == null).toList();
    }

    /** Whoever asks from elsewhere hears a token, but not the one of the address that the IKE SA was with. */
    @Test
    void tokensAreOfOneAddressOnly() {
        IkeSpis spis = new IkeSpis(0x1234, 0x5678);
        CrashTokens tokens = REMEMBERING.crashTokens();

        assertThat(tokens.token(spis, TestPeers.LEFT)).isEqualTo(tokens.token(spis, TestPeers.LEFT))
                .isNotEqualTo(tokens.token(spis, Adversary.ELSEWHERE))
                .isNotEqualTo(tokens.token(new IkeSpis(0x5678, 0x1234), TestPeers.LEFT))
                .satisfies(token -> assertThat(token.length()).isEqualTo(16));
        assertThat(CrashTokens.NONE.token(spis, TestPeers.LEFT).isEmpty()).isTrue();
    }

    @Test
    void unknownIkeSasAreAnsweredAsTheRequestWasAsked() {
        peers.load();
        IkeHeader header = new IkeHeader(0x1234, 0x5678, ExchangeType.CREATE_CHILD_SA, Role.INITIATOR, false, 7);

        assertThat(answers(LEFT, header, 100)).singleElement().satisfies(answer -> {
            assertThat(answer.header()).isEqualTo(new IkeHeader(0x1234, 0x5678, ExchangeType.CREATE_CHILD_SA,
                    Role.RESPONDER, true, 7));
            assertThat(answer.notifies(NotifyType.INVALID_IKE_SPI)).isTrue();
            assertThat(answer.notification(NotifyType.QCD_TOKEN)).isNotNull();
        });
        assertThat(peers.right.dropped(IkeDrop.UNKNOWN_SPI)).isEqualTo(1);
    }

    @Test
    void answersAreNoLongerThanTheQuestionAndRationed() {
        peers.load();
        IkeHeader header = new IkeHeader(0x1234, 0x5678, ExchangeType.INFORMATIONAL, Role.INITIATOR, false, 7);

        assertThat(answers(LEFT, header, SHORTEST_REQUEST_BYTES).getFirst().encode().length())
                .isLessThanOrEqualTo(SHORTEST_REQUEST_BYTES + 3);
        assertThat(answers(LEFT, header, 40).getFirst().encode().length()).isEqualTo(36);
        assertThat(answers(LEFT, header, 33)).as("it would be longer").isEmpty();
        IkeHeader response = new IkeHeader(0x1234, 0x5678, ExchangeType.INFORMATIONAL, Role.INITIATOR, true, 7);
        assertThat(answers(LEFT, response, 100)).as("to a response there is no answer").isEmpty();
        int answered = 0;
        for (int asked = 0; asked < 100; asked++) {
            answered += answers(new InetSocketAddress(Adversary.ELSEWHERE, 500), header, 100).size();
        }
        assertThat(answered).isEqualTo(10);
    }

    // ---- ESP that is not known, RFC 7296 §1.5

    @Test
    void thePeerIsToldOfEspThatWeDoNotHaveAndRekeys() {
        connect();
        int spiOut = peers.leftStatus().children().getFirst().spiOut();

        peers.right.onUnknownSpi(spiOut, TestPeers.LEFT, peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));

        assertThat(peers.leftStatus().children()).singleElement()
                .satisfies(child -> assertThat(child.spiOut()).isNotEqualTo(spiOut));
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void aChildThatThePeerHasLostIsSetUpAnew() {
        peers.network.passes = datagram -> !datagram.remote().equals(LEFT);
        Adversary adversary = new Adversary(peers.load(), TestPeers.LEFT, 1).connect();
        adversary.request(ExchangeType.INFORMATIONAL,
                List.of(new NotifyPayload(NotifyType.INVALID_SPI, Bytes.ofInt(0x7001))));

        IkeMessage last = Adversary.decoded(peers.network.log.getLast().content());
        assertThat(last.header().exchange()).isEqualTo(ExchangeType.CREATE_CHILD_SA);
        assertThat(last.header().response()).isFalse();
    }

    @Test
    void unknownEspIsNotToldOfEndlesslyNorToStrangers() {
        connect();
        int sentBefore = peers.network.log.size();
        for (int packet = 0; packet < 50; packet++) {
            peers.right.onUnknownSpi(0x99, TestPeers.LEFT, peers.network.nowNs);
            peers.right.onUnknownSpi(0x99, Adversary.ELSEWHERE, peers.network.nowNs);
            peers.run(Duration.ofMillis(100));
        }

        assertThat(peers.network.log.subList(sentBefore, peers.network.log.size())).hasSize(2);
        assertThat(peers.trafficFlows()).isTrue();
    }
}
