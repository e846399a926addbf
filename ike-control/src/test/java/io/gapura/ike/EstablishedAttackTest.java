package io.gapura.ike;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.DeletePayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.Payload.UnknownPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Protocol;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.TrafficSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attack cases E1 to E4, E6, E8 and E9: what a peer can send that has proved who it is. It may end its own IKE SA;
 * that of left, an honest peer of the same gateway, goes on. E5 is in {@link TwoPeersModelTest}.
 */
final class EstablishedAttackTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());
    private final Adversary adversary;

    EstablishedAttackTest() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild()), TestPeers.rightForAnybody())
                .connect();
        adversary = Adversary.elsewhere(peers).connect();
    }

    @AfterEach
    void theHonestPeerGoesOn() {
        peers.run(Duration.ofSeconds(6));
        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.leftPlane.reaches(peers.rightPlane)).isTrue();
        assertThat(peers.rightPlane.reserved).isEmpty();
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(10));
        assertThat(peers.leftPlane.reaches(peers.rightPlane)).isTrue();
        assertThat(peers.leftPlane.inbound).hasSize(1);
    }

    private int ikeSas() {
        return peers.right.status(peers.network.nowNs).size();
    }

    @Test
    void e1MessageIdsThatAreNotExpected() {
        Bytes next = adversary.sealed(ExchangeType.INFORMATIONAL, 2, List.of()).getFirst();
        List<Bytes> first = adversary.exchange(next);
        assertThat(first).hasSize(1);
        for (int again = 0; again < 50; again++) {
            assertThat(adversary.exchange(next)).isEqualTo(first);
        }
        assertThat(adversary.exchange(adversary.sealed(ExchangeType.INFORMATIONAL, 2,
                List.of(DeletePayload.ikeSa())).getFirst())).isEqualTo(first); // not even looked at
        long unexpected = peers.right.dropped(IkeDrop.UNEXPECTED);
        int[] ids = {0, 1, 4, 5, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE, -1};
        for (int id : ids) {
            assertThat(adversary.exchange(adversary.sealed(ExchangeType.INFORMATIONAL, id,
                    List.of(DeletePayload.ikeSa())).getFirst())).as("message id %d", id).isEmpty();
        }
        assertThat(peers.right.dropped(IkeDrop.UNEXPECTED)).isEqualTo(unexpected + ids.length);
        adversary.nextMessageId = 3;
        assertThat(adversary.isAlive()).isTrue();
    }

    /** Types that have a form, with contents that have none. */
    static Stream<UnknownPayload> malformed() {
        Random random = new Random(2);
        return Stream.iterate(0, number -> number < 60, number -> number + 1).map(number -> {
            byte[] body = new byte[random.nextInt(40)];
            random.nextBytes(body);
            int[] types = {33, 40, 41, 42, 44, 45};
            return new UnknownPayload(new PayloadType(types[number % types.length]), false, Bytes.copyOf(body));
        });
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void e2MalformedContents(UnknownPayload payload) {
        IkeMessage answer = adversary.request(ExchangeType.CREATE_CHILD_SA, List.of(payload));
        assertThat(answer.error()).isNotNull();
        if (answer.notifies(NotifyType.INVALID_SYNTAX) && ikeSas() == 1) {
            assertThat(adversary.isAlive()).isFalse();
            assertThat(peers.rightPlane.inbound).hasSize(2); // the adversary's own is in its time of grace
        }
    }

    private List<Payload> newChild(Payload... selectors) {
        List<Payload> payloads = new ArrayList<>(List.of(Adversary.esp(0x7100), new NoncePayload(Bytes.zeros(32))));
        payloads.addAll(List.of(selectors));
        return payloads;
    }

    private static TrafficSelector range(String from, String to) {
        return TestPeers.selector(from, to);
    }

    static Stream<List<TrafficSelector>> selectors() {
        TrafficSelector backwards = new TrafficSelector(0, 0, 65_535, Bytes.of(10, 1, 255, 255), Bytes.of(10, 1, 0, 0));
        TrafficSelector portsBackwards = new TrafficSelector(6, 100, 99, Bytes.of(10, 1, 0, 0),
                Bytes.of(10, 1, 255, 255));
        TrafficSelector ipv6 = TrafficSelector.ofAddresses(Bytes.zeros(16), Bytes.ofHex("ff".repeat(16)));
        return Stream.of(List.of(), List.of(backwards), List.of(portsBackwards), List.of(ipv6),
                List.of(range("172.16.0.0", "172.16.255.255")), List.of(range("10.2.0.0", "10.2.255.255")),
                Collections.nCopies(255, range("172.16.0.0", "172.16.0.1")));
    }

    /** Empty, backwards, of the other family, of somebody else, or many of these: no child for any of it. */
    @ParameterizedTest
    @MethodSource("selectors")
    void e3TrafficThatIsNotAllowed(List<TrafficSelector> mine) {
        int inbound = peers.rightPlane.inbound.size();
        IkeMessage answer = adversary.request(ExchangeType.CREATE_CHILD_SA, newChild(
                new TsPayload(Role.INITIATOR, mine),
                Adversary.ts(Role.RESPONDER, range("10.2.0.0", "10.2.255.255"))));
        assertThat(requireNonNull(answer.error()).notifyType()).isIn(NotifyType.TS_UNACCEPTABLE,
                NotifyType.INVALID_SYNTAX);
        assertThat(peers.rightPlane.inbound).hasSize(inbound);
    }

    /** What is allowed in part is narrowed: nothing beyond what is configured. */
    @Test
    void e3EverythingIsNarrowed() {
        IkeMessage answer = adversary.request(ExchangeType.CREATE_CHILD_SA, newChild(
                Adversary.ts(Role.INITIATOR, range("0.0.0.0", "255.255.255.255")),
                Adversary.ts(Role.RESPONDER, range("0.0.0.0", "255.255.255.255"))));
        assertThat(answer.all(TsPayload.class)).flatExtracting(TsPayload::selectors).containsExactly(
                range("10.1.0.0", "10.1.255.255"), range("10.2.0.0", "10.2.255.255"));
    }

    @Test
    void e4DeletingWhatIsNotOnesOwn() {
        int leftSpi = peers.leftStatus().children().getFirst().spiOut();
        int rightSpi = peers.leftStatus().children().getFirst().spiIn();
        for (int spi : new int[] {leftSpi, rightSpi, 0, 1, -1, 0x12345}) {
            IkeMessage answer = adversary.request(ExchangeType.INFORMATIONAL,
                    List.of(DeletePayload.child(Protocol.ESP, spi)));
            assertThat(answer.payloads()).isEmpty();
        }
        assertThat(peers.trafficFlows() || peers.leftPlane.reaches(peers.rightPlane)).isTrue();
        assertThat(peers.rightPlane.inbound).hasSize(2);
    }

    @Test
    void e4DeletingTwice() {
        List<DeletePayload> twice = List.of(DeletePayload.child(Protocol.ESP, 0x7001),
                DeletePayload.child(Protocol.ESP, 0x7001),
                new DeletePayload(Protocol.ESP, Collections.nCopies(500, Bytes.ofInt(0x7001))));
        IkeMessage answer = adversary.request(ExchangeType.INFORMATIONAL, twice);
        assertThat(answer.all(DeletePayload.class)).hasSize(1).allMatch(deletion -> deletion.spis().size() == 1);
        answer = adversary.request(ExchangeType.INFORMATIONAL, twice);
        assertThat(answer.payloads()).isEmpty();
        assertThat(adversary.isAlive()).isTrue();
    }

    /** Count times size is more than there is, or more than fits an int. */
    @ParameterizedTest
    @ValueSource(strings = {"0304ffff", "03ffffff", "0304000200000001", "03000001", "01040001000000aa",
        "0303000112ab34"})
    void e4DeletionsThatLie(String hex) {
        IkeMessage answer = adversary.request(ExchangeType.INFORMATIONAL,
                List.of(new UnknownPayload(PayloadType.DELETE, false, Bytes.ofHex(hex))));
        assertThat(answer.notifies(NotifyType.INVALID_SYNTAX)).isTrue();
        assertThat(ikeSas()).isEqualTo(1);
    }

    @Test
    void e4DeletionOfTheIkeSaBesidesOtherThings() {
        adversary.request(ExchangeType.INFORMATIONAL, List.of(DeletePayload.child(Protocol.ESP, 0x7001),
                new NotifyPayload(NotifyType.SET_WINDOW_SIZE, Bytes.ofInt(-1)), DeletePayload.ikeSa(),
                DeletePayload.ikeSa()));
        assertThat(adversary.isAlive()).isFalse();
        assertThat(ikeSas()).isEqualTo(1);
    }

    @Test
    void e6ChildrenWithoutEnd() {
        NotifyType last = null;
        for (int number = 0; number < 10_000 && last == null; number++) {
            List<Payload> payloads = newChild(Adversary.ts(Role.INITIATOR, range("10.1.0.0", "10.1.255.255")),
                    Adversary.ts(Role.RESPONDER, range("10.2.0.0", "10.2.255.255")));
            payloads.set(0, Adversary.esp(0x8000 + number));
            IkeMessage answer = adversary.request(ExchangeType.CREATE_CHILD_SA, payloads);
            last = answer.error() == null ? null : answer.error().notifyType();
        }
        assertThat(last).isEqualTo(NotifyType.NO_ADDITIONAL_SAS);
        assertThat(peers.rightPlane.inbound.size()).isLessThanOrEqualTo(1 + 256);
        assertThat(adversary.isAlive()).isTrue();
        adversary.request(ExchangeType.INFORMATIONAL, List.of(DeletePayload.ikeSa()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "00001000", "00007777", "0000000000007001"})
    void e6RekeyingWhatIsNotOnesOwn(String spi) {
        List<Payload> payloads = newChild(Adversary.ts(Role.INITIATOR, range("10.1.0.0", "10.1.255.255")),
                Adversary.ts(Role.RESPONDER, range("10.2.0.0", "10.2.255.255")));
        payloads.addFirst(new NotifyPayload(Protocol.ESP, Bytes.ofHex(spi), NotifyType.REKEY_SA, Bytes.EMPTY));
        IkeMessage answer = adversary.request(ExchangeType.CREATE_CHILD_SA, payloads);
        assertThat(requireNonNull(answer.error()).notifyType()).isIn(NotifyType.CHILD_SA_NOT_FOUND,
                NotifyType.INVALID_SYNTAX);
        assertThat(peers.rightPlane.inbound).hasSize(2);
    }

    /** Configuration payloads are nothing that we know; they come in any number of messages. */
    @Test
    void e6ConfigurationRequestsWithoutEnd() {
        UnknownPayload request = new UnknownPayload(PayloadType.CONFIGURATION, false, Bytes.zeros(60_000));
        for (int number = 0; number < 200; number++) {
            IkeMessage answer = adversary.request(ExchangeType.INFORMATIONAL, List.of(request));
            assertThat(answer.find(SaPayload.class)).isNull();
        }
        assertThat(adversary.isAlive()).isTrue();
    }

    /** E8: exchanges for further keys that nobody has agreed on. */
    @Test
    void e8FurtherKeyExchangesOutOfOrder() {
        for (int number = 0; number < 7; number++) {
            IkeMessage answer = adversary.request(ExchangeType.IKE_FOLLOWUP_KE, List.of(
                    new Payload.KePayload(36, Bytes.zeros(1184)),
                    new NotifyPayload(NotifyType.ADDITIONAL_KEY_EXCHANGE, adversary.bytes(8))));
            assertThat(requireNonNull(answer.error()).notifyType()).isEqualTo(NotifyType.STATE_NOT_FOUND);
        }
        assertThat(adversary.isAlive()).isTrue();
        adversary.nextMessageId++;
        assertThat(adversary.exchange(adversary.sealed(ExchangeType.IKE_INTERMEDIATE, adversary.nextMessageId - 1,
                List.of(new Payload.KePayload(36, Bytes.zeros(1184)))).getFirst())).isEmpty();
        assertThat(peers.right.dropped(IkeDrop.UNEXPECTED)).isPositive();
    }
}
