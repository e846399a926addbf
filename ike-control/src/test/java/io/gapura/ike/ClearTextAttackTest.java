package io.gapura.ike;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.EncryptedPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.UnknownPayload;
import io.gapura.ike.message.Payload.VendorIdPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Role;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attack cases A1 to A10: what anybody can send in clear, to a gateway with a live tunnel. Each datagram is counted
 * or answered, leaves nothing behind, and the tunnel goes on.
 */
final class ClearTextAttackTest {
    private static final int LENGTH_AT = 24;
    private static final int VERSION_AT = 17;
    private static final int FLAGS_AT = 19;
    private static final int FIRST_PAYLOAD_AT = 28;

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());
    private final Adversary adversary = Adversary.elsewhere(peers);

    ClearTextAttackTest() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild()), TestPeers.rightForAnybody())
                .connect();
    }

    @AfterEach
    void theTunnelGoesOnAndNothingIsLeft() {
        peers.run(Duration.ofSeconds(31));
        assertThat(peers.right.halfOpenCount()).isZero();
        assertThat(peers.right.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.rightPlane.reserved).isEmpty();
        assertThat(peers.trafficFlows()).isTrue();
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.trafficFlows()).isTrue();
    }

    private void assertDropped(IkeDrop reason, Bytes content) {
        long before = peers.right.dropped(reason);
        assertThat(adversary.exchange(content)).as(content.hex()).isEmpty();
        assertThat(peers.right.dropped(reason)).as(content.hex()).isEqualTo(before + 1);
        assertThat(peers.right.halfOpenCount()).isZero();
    }

    private static Bytes changed(Bytes content, int at, int... values) {
        byte[] bytes = content.toArray();
        for (int value = 0; value < values.length; value++) {
            bytes[at + value] = (byte) values[value];
        }
        return Bytes.copyOf(bytes);
    }

    /** With the length in the header made right. */
    private static Bytes sized(Bytes content) {
        byte[] bytes = content.toArray();
        Bytes.ofInt(bytes.length).copyTo(bytes, LENGTH_AT);
        return Bytes.copyOf(bytes);
    }

    @Test
    void a1TooShortToBeIke() {
        Bytes init = adversary.init();
        for (int length = 0; length < IkeHeader.BYTES; length++) {
            assertDropped(IkeDrop.NOT_IKE, init.slice(0, length));
        }
        InetSocketAddress natPort = new InetSocketAddress(TestPeers.RIGHT, 4500);
        for (Bytes content : List.of(Bytes.EMPTY, Bytes.zeros(3), Bytes.of(0xff))) {
            peers.network.inject(new InetSocketAddress(Adversary.ELSEWHERE, 4500), natPort, true, content);
        }
        int logged = peers.network.log.size();
        peers.run(Duration.ofMillis(20));
        assertThat(peers.network.log).hasSize(logged);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 27, 28, 0xdead, 0x8000_0000L, 0xffff_ffffL})
    void a2LengthsThatLie(long length) {
        Bytes init = adversary.init();
        assertDropped(IkeDrop.NOT_IKE, changed(init, LENGTH_AT, (int) (length >> 24), (int) (length >> 16),
                (int) (length >> 8), (int) length));
        assertDropped(IkeDrop.NOT_IKE, changed(init, LENGTH_AT + 3, init.at(LENGTH_AT + 3) + 1));
        assertDropped(IkeDrop.NOT_IKE, Bytes.concat(init, Bytes.of(0)));
    }

    @Test
    void a3OtherVersions() {
        Bytes init = adversary.init();
        assertDropped(IkeDrop.NOT_IKE, changed(init, VERSION_AT, 0x10));
        assertDropped(IkeDrop.NOT_IKE, changed(init, VERSION_AT, 0x00));
        peers.run(Duration.ofSeconds(2));

        int logged = peers.network.log.size();
        for (int sent = 0; sent < 100; sent++) {
            adversary.send(changed(init, VERSION_AT, 0x30));
        }
        peers.run(Duration.ofMillis(20));
        List<Bytes> answers = adversary.answersSince(logged);
        assertThat(answers).hasSize(1);
        assertThat(Adversary.decoded(answers.getFirst()).notifies(NotifyType.INVALID_MAJOR_VERSION)).isTrue();
        assertThat(peers.right.dropped(IkeDrop.WRONG_VERSION)).isEqualTo(100);
    }

    @Test
    void a3MinorVersionsAndReservedBitsAreIgnored() {
        IkeMessage answer = adversary.ask(changed(changed(adversary.init(), VERSION_AT, 0x2f), FLAGS_AT, 0xcf));
        assertThat(answer.find(SaPayload.class)).isNotNull();
        assertThat(answer.header().sender()).isEqualTo(Role.RESPONDER);
    }

    @Test
    void a4UnknownPayloads() {
        for (int type : new int[] {1, 2, 13, 32, 99, 127, 200, 255}) {
            PayloadType unknown = new PayloadType(type);
            List<Payload> critical = new ArrayList<>(adversary.initPayloads());
            critical.addFirst(new UnknownPayload(unknown, true, Bytes.zeros(8)));
            IkeMessage refusal = new Adversary(peers, Adversary.ELSEWHERE, type).ask(adversary.init(critical));
            NotifyPayload error = refusal.notification(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD);
            assertThat(requireNonNull(error).value()).isEqualTo(Bytes.of(type));
        }
        List<Payload> tolerable = new ArrayList<>(adversary.initPayloads());
        tolerable.add(1, new UnknownPayload(new PayloadType(200), false, Bytes.zeros(8)));
        IkeMessage answer = adversary.ask(adversary.init(tolerable));
        assertThat(answer.find(SaPayload.class)).isNotNull();
    }

    @Test
    void a5PayloadsThatDoNotFit() {
        Bytes init = adversary.init();
        for (int length = 0; length < 4; length++) {
            assertDropped(IkeDrop.MALFORMED, changed(init, FIRST_PAYLOAD_AT + 2, 0, length));
        }
        assertDropped(IkeDrop.MALFORMED, changed(init, FIRST_PAYLOAD_AT + 2, 0xff, 0xff));
        assertDropped(IkeDrop.MALFORMED, sized(Bytes.concat(init, Bytes.zeros(1))));
        assertDropped(IkeDrop.MALFORMED, sized(init.slice(0, init.length() - 1)));
        List<Payload> notLast = new ArrayList<>(adversary.initPayloads());
        notLast.add(1, new EncryptedPayload(PayloadType.NONCE, Bytes.zeros(40)));
        Bytes whole = adversary.init(notLast);
        assertDropped(IkeDrop.MALFORMED, whole);
    }

    @Test
    void a6MoreThanAnybodyNeeds() {
        List<Payload> many = new ArrayList<>(adversary.initPayloads());
        many.addAll(Collections.nCopies(62, new VendorIdPayload(Bytes.zeros(4))));
        assertDropped(IkeDrop.MALFORMED, adversary.init(many));
        List<Payload> notifies = new ArrayList<>(adversary.initPayloads());
        notifies.addAll(Collections.nCopies(5_000, new NotifyPayload(new NotifyType(40_000))));
        assertDropped(IkeDrop.MALFORMED, adversary.init(notifies));
        List<Payload> hashes = new ArrayList<>(adversary.initPayloads());
        hashes.add(new UnknownPayload(new PayloadType(38), false, Bytes.zeros(1 + 3_000 * 20)));
        assertThat(adversary.exchange(adversary.init(hashes))).hasSize(1); // a CERTREQ that nobody reads
    }

    @Test
    void a7HeadersThatNoInitHas() {
        Bytes init = adversary.init();
        assertDropped(IkeDrop.NOT_IKE, changed(init, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        assertDropped(IkeDrop.UNKNOWN_SPI, changed(init, 8, 1, 2, 3, 4, 5, 6, 7, 8));
        assertDropped(IkeDrop.UNKNOWN_SPI, changed(init, FLAGS_AT, 0x00));
        assertDropped(IkeDrop.UNKNOWN_SPI, changed(init, FLAGS_AT, 0x28));
        assertDropped(IkeDrop.MALFORMED, changed(init, 20, 0, 0, 0, 1));
        assertDropped(IkeDrop.UNKNOWN_SPI, changed(init, 18, ExchangeType.IKE_AUTH.number()));
    }

    @Test
    void a8NotificationsThatLie() {
        Bytes notify = new IkeMessage(adversary.header(ExchangeType.IKE_SA_INIT, 0, 0),
                List.of(new NotifyPayload(NotifyType.NAT_DETECTION_SOURCE_IP, Bytes.zeros(20)))).encode();
        assertDropped(IkeDrop.MALFORMED, changed(notify, FIRST_PAYLOAD_AT + 5, 200));

        for (int length : new int[] {0, 1, 19, 21, 400}) {
            List<Payload> payloads = new ArrayList<>(adversary.initPayloads());
            payloads.add(new NotifyPayload(NotifyType.NAT_DETECTION_SOURCE_IP, Bytes.zeros(length)));
            payloads.add(new NotifyPayload(NotifyType.NAT_DETECTION_DESTINATION_IP, Bytes.zeros(length)));
            payloads.add(new NotifyPayload(NotifyType.SIGNATURE_HASH_ALGORITHMS, Bytes.zeros(length | 1)));
            IkeMessage answer = new Adversary(peers, Adversary.ELSEWHERE, length).ask(adversary.init(payloads));
            assertThat(answer.find(SaPayload.class)).isNotNull();
            peers.run(Duration.ofSeconds(31));
        }
    }

    @Test
    void a9TheSameAgainIsAnsweredTheSame() {
        Bytes init = adversary.init();
        List<Bytes> first = adversary.exchange(init);
        int logged = peers.network.log.size();
        for (int again = 0; again < 1000; again++) {
            adversary.send(init);
            peers.run(Duration.ofMillis(1));
        }
        assertThat(adversary.answersSince(logged)).hasSize(1000).containsOnly(first.getFirst());
        assertThat(peers.right.halfOpenCount()).isEqualTo(1);

        List<Payload> other = new ArrayList<>(adversary.initPayloads());
        other.add(new VendorIdPayload(Bytes.zeros(4)));
        IkeMessage answer = adversary.ask(adversary.init(other));
        assertThat(answer.header().responderSpi()).isNotEqualTo(Adversary.decoded(first.getFirst()).header()
                .responderSpi());
        assertThat(peers.right.halfOpenCount()).isEqualTo(2);
    }

    /** Forged errors do not end an attempt; the true answer is still taken. */
    @ParameterizedTest
    @ValueSource(ints = {7, 14, 17, 24, 38})
    void a10ForgedErrorsToAnInitiator(int notifyType) {
        TestPeers attacked = overtakenBy(new NotifyType(notifyType));
        attacked.connect();
        assertThat(attacked.trafficFlows()).isTrue();
    }

    /** Who sees our SPI can make us vouch for another request than the peer has answered; no more than once. */
    @Test
    void a10AForgedCookieToAnInitiator() {
        TestPeers attacked = overtakenBy(NotifyType.COOKIE);
        attacked.connect();
        attacked.run(Duration.ofSeconds(40));
        assertThat(attacked.left.isIdle()).isTrue();
        assertThat(attacked.leftPlane.reserved).isEmpty();
        assertThat(attacked.right.halfOpenCount()).isZero();

        attacked.connect();
        assertThat(attacked.trafficFlows()).isTrue();
    }

    /** Forged answers are there before the first true one. */
    private static TestPeers overtakenBy(NotifyType notifyType) {
        TestPeers attacked = new TestPeers(TestNetwork.perfect());
        attacked.load();
        boolean[] forged = {false};
        attacked.network.passes = datagram -> {
            if (!forged[0] && datagram.remote().getAddress().equals(TestPeers.RIGHT)) {
                forged[0] = true;
                for (Bytes value : List.of(Bytes.EMPTY, Bytes.ofShort(1025), Bytes.ofShort(2), Bytes.zeros(65))) {
                    attacked.network.inject(datagram.remote(), datagram.local(), false,
                            forgery(datagram.content(), new NotifyPayload(notifyType, value)));
                }
            }
            return true;
        };
        return attacked;
    }

    private static Bytes forgery(Bytes request, NotifyPayload answer) {
        IkeHeader header = new IkeHeader(request.longAt(0), 0, ExchangeType.IKE_SA_INIT, Role.RESPONDER, true, 0);
        return new IkeMessage(header, List.of(answer)).encode();
    }

    /** Somebody in between who always asks for another cookie. */
    @Test
    void a10EndlessCookies() {
        TestPeers attacked = new TestPeers(TestNetwork.perfect());
        attacked.load();
        int[] asked = {0};
        attacked.network.passes = datagram -> {
            if (datagram.remote().getAddress().equals(TestPeers.RIGHT)) {
                attacked.network.inject(datagram.remote(), datagram.local(), false,
                        forgery(datagram.content(), new NotifyPayload(NotifyType.COOKIE, Bytes.ofInt(asked[0]++))));
            }
            return false;
        };
        attacked.left.initiate("peer", null, attacked.network.nowNs);
        attacked.run(Duration.ofMinutes(2));
        assertThat(asked[0]).isLessThanOrEqualTo(1 + 5 + IkeSettings.DEFAULT.retransmitTries());
        assertThat(attacked.left.isIdle()).isTrue();
    }
}
