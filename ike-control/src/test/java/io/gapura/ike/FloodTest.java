package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.EncryptedPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.VendorIdPayload;
import io.gapura.ike.message.PayloadType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attack cases C1 to C5 and C9: those who would like right to keep or compute something for each of them. */
final class FloodTest {
    private static final InetSocketAddress RIGHT = new InetSocketAddress(TestPeers.RIGHT, 500);

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private TestPeers load(TestPeers loaded) {
        return loaded.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild()),
                TestPeers.rightForAnybody());
    }

    private static TestPeers cautious() {
        return new TestPeers(TestNetwork.perfect(), IkeSettings.DEFAULT.withCookieThreshold(0));
    }

    private static InetAddress ipv4(int number) {
        return InetAddress.ofLiteral("10.%d.%d.%d".formatted(number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff));
    }

    private static InetAddress ipv6(int site, int network, int host) {
        return InetAddress.ofLiteral("2001:db8:%x:%x::%x".formatted(site, network, host + 1));
    }

    private void assertALegitimatePeerComesIn(Duration within) {
        peers.left.initiate("peer", null, peers.network.nowNs);
        assertThat(peers.runUntil(within, peers::trafficFlows)).isTrue();
    }

    /** C1: only the cookie itself opens the door, for its address, nonce and SPI, and not for ever. */
    @Test
    void whatIsNoCookieIsAnsweredByACookie() {
        TestPeers cautious = load(cautious());
        Adversary adversary = Adversary.elsewhere(cautious);
        Bytes cookie = adversary.cookie();
        byte[] mangled = cookie.toArray();
        mangled[7] ^= 1;
        Adversary other = new Adversary(cautious, Adversary.ELSEWHERE, 2);
        Adversary otherPlace = new Adversary(cautious, ipv4(9), 1);

        assertAnsweredByCookie(adversary, Bytes.copyOf(mangled));
        assertAnsweredByCookie(adversary, Bytes.EMPTY);
        assertAnsweredByCookie(adversary, Bytes.zeros(65));
        assertAnsweredByCookie(adversary, cookie.slice(0, 16));
        assertAnsweredByCookie(other, cookie);
        assertAnsweredByCookie(otherPlace, cookie);
        assertThat(cautious.right.halfOpenCount()).isZero();
        assertThat(cautious.right.dropped(IkeDrop.BAD_COOKIE)).isEqualTo(7);

        cautious.run(Duration.ofSeconds(29));
        IkeMessage answer = adversary.ask(adversary.initWithCookie(cookie));
        assertThat(answer.find(SaPayload.class)).isNotNull();
    }

    @Test
    void anOldCookieIsNoCookie() {
        TestPeers cautious = load(cautious());
        Adversary adversary = Adversary.elsewhere(cautious);
        Bytes cookie = adversary.cookie();

        cautious.run(Duration.ofSeconds(61));
        assertAnsweredByCookie(adversary, cookie);
    }

    private static void assertAnsweredByCookie(Adversary adversary, Bytes shown) {
        IkeMessage answer = adversary.ask(adversary.initWithCookie(shown));
        assertThat(answer.payloads()).hasSize(1);
        assertThat(answer.notifies(NotifyType.COOKIE)).isTrue();
        assertThat(answer.header().responderSpi()).isZero();
    }

    /** A repeated request is let in without a cookie, when one is already under way for it. */
    @Test
    void aCookieThatCrossesAnAnswerSpoilsNothing() {
        TestPeers crowded = load(new TestPeers(TestNetwork.perfect(), IkeSettings.DEFAULT.withCookieThreshold(1)));
        Adversary adversary = Adversary.elsewhere(crowded);
        adversary.send(adversary.init());
        crowded.run(Duration.ofSeconds(28));
        List<Datagram> held = new ArrayList<>();
        crowded.network.passes = datagram -> !datagram.remote().getAddress().equals(TestPeers.LEFT)
                || !held.add(datagram);

        crowded.left.initiate("peer", null, crowded.network.nowNs);
        crowded.runUntil(Duration.ofSeconds(7),
                () -> held.stream().anyMatch(answer -> answer.content().longAt(8) != 0));
        crowded.network.passes = _ -> true;
        held.forEach(answer -> crowded.network.inject(answer.local(), answer.remote(), false, answer.content()));

        assertThat(held).hasSizeGreaterThan(1);
        assertThat(crowded.runUntil(Duration.ofSeconds(1), crowded::trafficFlows)).isTrue();
        assertThat(crowded.right.halfOpenCount()).isZero();
        assertThat(crowded.right.status(crowded.network.nowNs)).hasSize(1);
    }

    /** C2: from then on nothing is kept, and what was is forgotten in time; meanwhile a legitimate peer comes in. */
    @Test
    void forgedSendersLeaveNothing() {
        load(peers);
        int logged = peers.network.log.size();
        int longest = 0;
        for (int forged = 0; forged < 20_000; forged++) {
            Adversary adversary = new Adversary(peers, ipv4(forged), forged);
            Bytes request = adversary.init(new VendorIdPayload(Bytes.zeros(64)));
            adversary.send(request);
            longest = request.length();
            if (forged % 20 == 0) {
                peers.run(Duration.ofMillis(1));
            }
            if (forged == 10_000) {
                assertALegitimatePeerComesIn(Duration.ofSeconds(1));
            }
        }
        assertThat(peers.right.halfOpenCount()).isBetween(1, 64);
        int atMost = longest;
        assertThat(peers.network.log.stream().skip(logged)
                .filter(datagram -> datagram.local().equals(RIGHT) && datagram.content().longAt(8) == 0)
                .filter(datagram -> !datagram.remote().getAddress().equals(TestPeers.LEFT))
                .map(datagram -> datagram.content().length())).hasSizeGreaterThan(15_000)
                .allMatch(length -> length <= atMost);

        peers.run(Duration.ofSeconds(31));
        assertThat(peers.right.halfOpenCount()).isZero();
        assertThat(peers.right.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.trafficFlows()).isTrue();
    }

    /** C3: so many of one address, of a network, of a site; they go after 30 s. */
    @Test
    void nobodyHasMoreHalfOpenIkeSasThanHisShare() {
        load(peers);
        assertThat(entered(8, number -> ipv4(1))).isEqualTo(5);
        assertThat(entered(15, number -> ipv6(1, 1, number))).isEqualTo(10);
        assertThat(entered(60, number -> ipv6(2, number, 0))).isEqualTo(40);
        assertThat(peers.right.dropped(IkeDrop.TOO_MANY_HALF_OPEN)).isEqualTo(3 + 5 + 20);

        peers.run(Duration.ofSeconds(31));
        assertThat(peers.right.halfOpenCount()).isZero();
        assertThat(entered(8, number -> ipv4(1))).isEqualTo(5);
    }

    private interface Places {
        InetAddress of(int number);
    }

    /** How many of these who show cookies when asked are let in. */
    private int entered(int count, Places places) {
        int before = peers.right.halfOpenCount();
        for (int number = 0; number < count; number++) {
            Adversary adversary = new Adversary(peers, places.of(number), 1000 + number + before);
            IkeMessage answer = adversary.maybeAsk(adversary.init());
            NotifyPayload demanded = answer == null ? null : answer.notification(NotifyType.COOKIE);
            if (demanded != null) {
                adversary.maybeAsk(adversary.initWithCookie(demanded.value()));
            }
        }
        return peers.right.halfOpenCount() - before;
    }

    /** C3: when many wait they wait less long. */
    @Test
    void underAttackHalfOpenIkeSasLiveEightSeconds() {
        load(peers);
        assertThat(entered(70, number -> ipv4(number))).isEqualTo(70);
        peers.run(Duration.ofSeconds(7));
        int some = peers.right.halfOpenCount();
        assertThat(some).isGreaterThan(60);
        assertALegitimatePeerComesIn(Duration.ofSeconds(3));
        peers.run(Duration.ofSeconds(2));
        assertThat(peers.right.halfOpenCount()).isLessThan(64);
        peers.run(Duration.ofSeconds(25));
        assertThat(peers.right.halfOpenCount()).isZero();
        assertThat(peers.trafficFlows()).isTrue();
    }

    /** C3: but whoever has gone on after our answer is not forged, and may be waiting for us. */
    @Test
    void underAttackWhoHasGoneOnIsNotHurried() {
        load(peers);
        Adversary slow = Adversary.elsewhere(peers).open();
        slow.send(new IkeMessage(slow.header(ExchangeType.IKE_AUTH, slow.rightSpi(), 1),
                List.of(new EncryptedPayload(PayloadType.ID_INITIATOR, Bytes.zeros(200)))).encode());
        assertThat(entered(70, number -> ipv4(number))).isEqualTo(70);
        peers.run(Duration.ofSeconds(9));

        assertThat(slow.exchange(slow.sealed(ExchangeType.IKE_AUTH, 1, slow.authPayloads()).getFirst())).hasSize(1);
    }

    /** C3: the global limit is one, too. */
    @Test
    void beyondTheLimitNobodyIsLetIn() {
        TestPeers few = load(new TestPeers(TestNetwork.perfect(), IkeSettings.DEFAULT.withHalfOpenLimits(3, 5)));
        for (int number = 0; number < 5; number++) {
            Adversary adversary = new Adversary(few, ipv4(number), number);
            adversary.exchange(adversary.init());
        }
        assertThat(few.right.halfOpenCount()).isEqualTo(3);
        assertThat(few.right.dropped(IkeDrop.TOO_MANY_HALF_OPEN)).isEqualTo(2);
    }

    /** C4: what does not open costs one key exchange in all, and the true message still finds its IKE SA. */
    @Test
    void aHalfOpenIkeSaOutlivesForgedMessages() {
        load(peers);
        Adversary adversary = Adversary.elsewhere(peers).open();
        Bytes genuine = adversary.sealed(ExchangeType.IKE_AUTH, 1, adversary.authPayloads()).getFirst();
        Random random = new Random(4);
        for (int forged = 0; forged < 1000; forged++) {
            byte[] body = new byte[200];
            random.nextBytes(body);
            adversary.send(new IkeMessage(adversary.header(ExchangeType.IKE_AUTH, adversary.rightSpi(), 1),
                    List.of(new EncryptedPayload(PayloadType.ID_INITIATOR, Bytes.copyOf(body)))).encode());
            peers.run(Duration.ofMillis(1));
        }
        assertThat(peers.right.dropped(IkeDrop.NOT_AUTHENTIC)).isEqualTo(1000);
        assertThat(peers.right.halfOpenCount()).isEqualTo(1);

        assertThat(adversary.exchange(genuine)).hasSize(1);
        assertThat(peers.right.halfOpenCount()).isZero();
        assertThat(peers.rightPlane.inbound).hasSize(1);
    }

    /** C5: whoever has not proved who he is may prove it, nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"INFORMATIONAL", "CREATE_CHILD_SA", "IKE_INTERMEDIATE", "IKE_FOLLOWUP_KE"})
    void nothingElseIsDoneBeforeIkeAuth(String name) {
        load(peers);
        ExchangeType type = List.of(ExchangeType.INFORMATIONAL, ExchangeType.CREATE_CHILD_SA,
                ExchangeType.IKE_INTERMEDIATE, ExchangeType.IKE_FOLLOWUP_KE).stream()
                .filter(each -> each.toString().equals(name)).findFirst().orElseThrow();
        Adversary adversary = Adversary.elsewhere(peers).open();
        List<Payload> payloads = new ArrayList<>(adversary.authPayloads());

        IkeMessage answer = adversary.maybeRequest(type, payloads);
        assertThat(answer == null || answer.error() != null).isTrue();
        assertThat(peers.rightPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.tunnels).isEmpty();
    }

    /** C9: errors for whoever asks for them, ten a second and no longer than the question. */
    @Test
    void errorsAreRationed() {
        peers.load();
        Adversary adversary = Adversary.elsewhere(peers); // there is no connection for it
        int logged = peers.network.log.size();
        Bytes request = adversary.init();
        for (int sent = 0; sent < 500; sent++) {
            adversary.send(request);
            peers.run(Duration.ofMillis(1));
        }
        assertThat(adversary.answersSince(logged)).hasSize(10)
                .allMatch(answer -> answer.length() <= request.length())
                .allMatch(answer -> Adversary.decoded(answer).notifies(NotifyType.NO_PROPOSAL_CHOSEN));
        assertThat(peers.right.dropped(IkeDrop.NO_CONNECTION)).isEqualTo(500);
        peers.run(Duration.ofSeconds(1));
        adversary.send(request);
        peers.run(Duration.ofMillis(10));
        assertThat(adversary.answersSince(logged)).hasSize(11);
    }

    /** C9: a request that is shorter than its answer gets none. */
    @Test
    void noAnswerIsLongerThanItsQuestion() {
        TestPeers cautious = load(cautious());
        Adversary adversary = Adversary.elsewhere(cautious);
        int logged = cautious.network.log.size();
        Bytes shortest = adversary.init(List.of(adversary.initPayloads().getLast()));
        assertThat(shortest.length()).isLessThan(28 + 8 + 32);

        adversary.exchange(shortest);
        assertThat(adversary.answersSince(logged)).isEmpty();
    }

    /** Established IKE SAs are served before those who knock, in every duty cycle. */
    @Test
    void aFloodDoesNotDelayWhoIsIn() {
        load(peers).connect();
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.left.doWork(peers.network.nowNs);
        for (int forged = 0; forged < 5000; forged++) {
            Adversary adversary = new Adversary(peers, ipv4(forged), forged);
            peers.network.inject(new InetSocketAddress(ipv4(forged), 500), RIGHT, false, adversary.init());
        }
        peers.run(Duration.ofMillis(12));

        assertThat(peers.right.dropped(IkeDrop.OVERLOADED)).isPositive();
        assertThat(peers.leftPlane.inbound).hasSize(2);
    }
}
