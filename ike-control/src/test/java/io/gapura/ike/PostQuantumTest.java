package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Fragmentation;
import io.gapura.ike.crypto.PostQuantum;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Proposal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several key exchanges for one SA, RFC 9242 and RFC 9370, and what can be done against them on the way.
 *
 * <pre>
 *   IKE_SA_INIT       X25519         --&gt;
 *   IKE_INTERMEDIATE  ML-KEM         --&gt;     by the keys of the first, in fragments
 *   IKE_AUTH                         --&gt;     by the keys of both; vouches for all of it
 * </pre>
 */
class PostQuantumTest {
    private static final int EXCHANGE_AT = 18;
    private static final String HYBRID_ESP = "aes256gcm16-x25519-ke1_mlkem768-ke3_mlkem512";

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private static Connection left(IkeOptions options, PostQuantum postQuantum, String... proposals) {
        return TestPeers.leftConnection(options, TestPeers.leftChild())
                .withProposals(Proposals.ike(List.of(proposals), postQuantum));
    }

    private static Connection right(IkeOptions options, PostQuantum postQuantum, String... proposals) {
        return TestPeers.rightConnection(options, TestPeers.rightChild())
                .withProposals(Proposals.ike(List.of(proposals), postQuantum));
    }

    private void loadChildrenWith(String esp) {
        List<Proposal> proposals = Proposals.esp(List.of(esp));
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild().withEspProposals(proposals)),
                TestPeers.rightConnection(IkeOptions.DEFAULT, TestPeers.rightChild().withEspProposals(proposals)));
    }

    private long sent(ExchangeType type) {
        return peers.network.log.stream()
                .filter(datagram -> datagram.content().at(EXCHANGE_AT) == type.number()).count();
    }

    private void assertNothingCameUp() {
        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
        assertThat(peers.leftPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.reserved).isEmpty();
    }

    @Test
    void withoutConfigurationItIsHybrid() {
        peers.load().connect();

        assertThat(peers.leftStatus().suite()).isEqualTo("aes256gcm16-prfsha384-x25519-ke1_mlkem768");
        assertThat(peers.rightStatus().suite()).isEqualTo(peers.leftStatus().suite());
        assertThat(sent(ExchangeType.IKE_INTERMEDIATE)).isEqualTo(3);
        assertThat(peers.trafficFlows()).isTrue();
    }

    /** No datagram is longer than the fragment size allows. */
    @Test
    void nothingIsTooLongForThePath() {
        peers.load().connect();
        peers.left.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));

        assertThat(peers.network.log).allMatch(datagram -> datagram.content().length() <= 1248);
        assertThat(sent(ExchangeType.IKE_FOLLOWUP_KE)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes256gcm16-prfsha384-x25519-ke1_mlkem768", "aes128-sha256-modp2048-ke1_mlkem1024",
        "chacha20poly1305-prfsha512-x448-ke1_mlkem512-ke2_ecp521-ke7_mlkem1024",
        "aes128ccm16-prfaesxcbc-ecp256bp-ke3_x25519", "aes128ctr-sha1-prfaescmac-x25519-ke1_mlkem512",
        "aes256gcm16-prfsha256-mlkem512-ke1_x25519"})
    void keyExchangesAreDoneInTheirOrder(String proposal) {
        IkeOptions options = IkeOptions.DEFAULT;
        peers.load(left(options, PostQuantum.PREFER, proposal), right(options, PostQuantum.PREFER, proposal)).connect();

        assertThat(peers.leftStatus().suite()).contains(proposal.substring(proposal.indexOf("-ke")));
        assertThat(peers.trafficFlows()).isTrue();

        long before = peers.leftStatus().initiatorSpi();
        peers.right.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.leftStatus().initiatorSpi()).isNotEqualTo(before);
        assertThat(peers.leftStatus().suite()).isEqualTo(peers.rightStatus().suite());
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void eitherSideMayBeClassical() {
        IkeOptions options = IkeOptions.DEFAULT;
        peers.load(left(options, PostQuantum.PREFER), right(options, PostQuantum.OFF)).connect();
        assertThat(peers.leftStatus().suite()).isEqualTo("aes256gcm16-prfsha384-x25519");

        TestPeers others = new TestPeers(TestNetwork.perfect());
        others.load(left(options, PostQuantum.OFF), right(options, PostQuantum.PREFER)).connect();
        assertThat(others.leftStatus().suite()).isEqualTo("aes256gcm16-prfsha384-x25519");
        assertThat(others.trafficFlows()).isTrue();
    }

    @Test
    void whoInsistsRefusesAClassicalInitiator() {
        peers.load(left(IkeOptions.DEFAULT, PostQuantum.OFF), right(IkeOptions.DEFAULT, PostQuantum.REQUIRE)).connect();
        peers.run(Duration.ofSeconds(40));

        assertNothingCameUp();
        assertThat(peers.failures).anyMatch(reason -> reason.contains("NO_PROPOSAL_CHOSEN"));
    }

    @Test
    void whoInsistsGetsNoWorseFromAClassicalResponder() {
        peers.load(left(IkeOptions.DEFAULT, PostQuantum.REQUIRE), right(IkeOptions.DEFAULT, PostQuantum.OFF)).connect();
        peers.run(Duration.ofSeconds(40));

        assertNothingCameUp();
        assertThat(peers.failures).anyMatch(reason -> reason.contains("post_quantum: prefer would do without"));
    }

    /** A peer that begins with another group is asked for ours, if that is the way to ML-KEM. */
    @Test
    void kemIsWorthARoundTrip() {
        IkeOptions options = IkeOptions.DEFAULT;
        peers.load(left(options, PostQuantum.PREFER, "aes128gcm16-prfsha256-ecp256", "aes256gcm16-prfsha256-x25519-"
                + "ke1_mlkem768"), right(options, PostQuantum.PREFER)).connect();

        assertThat(peers.leftStatus().suite()).isEqualTo("aes256gcm16-prfsha256-x25519-ke1_mlkem768");
    }

    /** Case B6: whoever changes IKE_SA_INIT on the way to have the hybrid proposal overlooked. */
    @Test
    void aStrippedNotificationIsNoticedByAuth() {
        tamperWithInit(payloads -> payloads.removeIf(payload -> payload instanceof NotifyPayload notify
                && notify.notifyType().equals(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED)));
        assertNothingCameUp();
        assertThat(peers.failures).anyMatch(reason -> reason.contains("AUTHENTICATION_FAILED"));
        assertThat(sent(ExchangeType.IKE_INTERMEDIATE)).isZero();
    }

    @Test
    void aStrippedProposalIsNoticedByAuth() {
        tamperWithInit(payloads -> payloads.replaceAll(payload -> payload instanceof SaPayload sa
                ? new SaPayload(sa.proposals().stream().filter(each -> !Proposals.isPostQuantum(each))
                        .map(each -> each.withNumber(each.number() - 1)).toList())
                : payload));
        assertNothingCameUp();
        assertThat(sent(ExchangeType.IKE_INTERMEDIATE)).isZero();
        assertThat(peers.failures).isNotEmpty();
    }

    private interface Tampering {
        void change(List<Payload> payloads);
    }

    private void tamperWithInit(Tampering tampering) {
        peers.load();
        peers.network.nat = datagram -> datagram.content().at(EXCHANGE_AT) == ExchangeType.IKE_SA_INIT.number()
                && datagram.local().getAddress().equals(TestPeers.LEFT) ? changed(datagram, tampering) : datagram;
        peers.connect();
        peers.run(Duration.ofSeconds(40));
    }

    private static Datagram changed(Datagram datagram, Tampering tampering) {
        try {
            IkeMessage message = IkeMessage.decode(datagram.content());
            List<Payload> payloads = new ArrayList<>(message.payloads());
            tampering.change(payloads);
            return new Datagram(datagram.local(), datagram.remote(), datagram.natPort(),
                    new IkeMessage(message.header(), payloads).encode());
        } catch (MalformedMessage e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is changed under way is dropped, and what is repeated gets the same answer again. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void intermediateMessagesSurviveLossAndForgery(int lost) {
        int[] seen = {0};
        peers.network.passes = datagram -> datagram.content().at(EXCHANGE_AT) != ExchangeType.IKE_INTERMEDIATE.number()
                || datagram.remote().getAddress().equals(lost == 0 ? TestPeers.LEFT : TestPeers.RIGHT)
                || seen[0]++ > 1;
        UnaryOperator<Datagram> forgery = datagram -> datagram;
        peers.network.nat = forgery;
        peers.load().connect();
        Datagram first = peers.network.log.stream()
                .filter(datagram -> datagram.content().at(EXCHANGE_AT) == ExchangeType.IKE_INTERMEDIATE.number())
                .findFirst().orElseThrow();
        byte[] forged = first.content().toArray();
        forged[forged.length - 1] ^= 1;
        peers.network.inject(first.local(), first.remote(), false, Bytes.copyOf(forged));
        peers.run(Duration.ofSeconds(20));

        assertThat(peers.trafficFlows()).isTrue();
        assertThat(peers.right.dropped(IkeDrop.NOT_AUTHENTIC)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChildIsRekeyedByFollowUps(boolean byRight) {
        loadChildrenWith(HYBRID_ESP);
        peers.connect();
        int before = peers.leftStatus().children().getFirst().spiIn();

        (byRight ? peers.right : peers.left).rekeyChild("net", peers.network.nowNs);
        peers.runUntil(Duration.ofSeconds(10), () -> {
            assertThat(peers.trafficFlows()).isTrue();
            return false;
        });

        assertThat(peers.leftStatus().children()).hasSize(1);
        assertThat(peers.leftStatus().children().getFirst().spiIn()).isNotEqualTo(before);
        assertThat(peers.leftStatus().children().getFirst().suite())
                .isEqualTo("aes256gcm16-x25519-ke1_mlkem768-ke3_mlkem512-noesn");
        assertThat(peers.leftPlane.inbound).hasSize(1);
        assertThat(peers.rightPlane.reserved).isEmpty();
    }

    /** RFC 9370 §2.2.4: who waits too long finds the state gone, and begins again. */
    @Test
    void aFollowUpThatComesTooLateStartsAnew() {
        IkeSettings slow = new IkeSettings(Duration.ofSeconds(150), 1, 5, 1000, 1000, 1000, 1000,
                Duration.ofHours(1), CrashTokens.NONE);
        TestPeers patient = new TestPeers(TestNetwork.perfect(), slow);
        List<Proposal> proposals = Proposals.esp(List.of(HYBRID_ESP));
        IkeOptions options = IkeOptions.DEFAULT.withDpdDelay(Duration.ZERO).withFragmentation(Fragmentation.NO, 1280);
        patient.load(TestPeers.leftConnection(options, TestPeers.leftChild().withEspProposals(proposals)),
                TestPeers.rightConnection(options, TestPeers.rightChild().withEspProposals(proposals))).connect();
        int before = patient.leftStatus().children().getFirst().spiIn();
        int[] seen = {0};
        patient.network.passes = datagram -> datagram.content().at(EXCHANGE_AT) != ExchangeType.IKE_FOLLOWUP_KE.number()
                || seen[0]++ > 0;
        patient.left.rekeyChild("net", patient.network.nowNs);
        patient.run(Duration.ofSeconds(130));
        assertThat(patient.rightPlane.reserved).isEmpty();
        patient.run(Duration.ofSeconds(60));

        assertThat(patient.leftStatus().children()).hasSize(1);
        assertThat(patient.leftStatus().children().getFirst().spiIn()).isNotEqualTo(before);
        assertThat(patient.trafficFlows()).isTrue();
        assertThat(patient.leftPlane.reserved).isEmpty();
    }

    /** The peer dies between CREATE_CHILD_SA and the follow-up: nothing stays reserved on either side. */
    @Test
    void aPeerThatDiesInBetweenLeavesNothing() {
        loadChildrenWith(HYBRID_ESP);
        peers.connect();
        peers.network.passes = datagram -> datagram.content().at(EXCHANGE_AT) != ExchangeType.IKE_FOLLOWUP_KE.number();
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofMinutes(4));

        assertThat(peers.leftPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.reserved).isEmpty();
    }
}
