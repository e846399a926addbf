package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.DpdAction;
import io.gapura.ike.config.Habits;
import io.gapura.ike.config.IkeTimes;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Secret;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Session resumption, RFC 5723: left is the client, and the way between it and right is interrupted. */
class ResumptionTest {
    private static final int EXCHANGE_AT = 18;
    private static final int MESSAGE_ID_AT = 20;
    private static final IkeOptions RESUMING = IkeOptions.DEFAULT.with(Habits.DEFAULT.withResumption(true))
            .withDpdDelay(Duration.ofSeconds(2));
    private static final InetSocketAddress LEFT = new InetSocketAddress(TestPeers.LEFT, 500);
    private static final InetSocketAddress RIGHT = new InetSocketAddress(TestPeers.RIGHT, 500);

    private TestPeers peers = new TestPeers(TestNetwork.perfect());

    private static Child restarting() {
        return TestPeers.leftChild().withDpdAction(DpdAction.RESTART);
    }

    private static Connection rightConnection(IkeOptions options) {
        return TestPeers.rightConnection(options.withDpdDelay(Duration.ZERO), TestPeers.rightChild());
    }

    private void connect(IkeOptions ofLeft, IkeOptions ofRight) {
        peers.load(TestPeers.leftConnection(ofLeft, restarting()), rightConnection(ofRight)).connect();
        assertThat(peers.trafficFlows()).isTrue();
    }

    private List<Datagram> sent(ExchangeType exchange) {
        return peers.network.log.stream()
                .filter(each -> each.content().at(EXCHANGE_AT) == exchange.number()).toList();
    }

    /** Nothing passes until left knows that, and has begun to connect again. */
    private void interrupt() {
        peers.network.passes = _ -> false;
        int opened = sent(ExchangeType.IKE_SESSION_RESUME).size() + sent(ExchangeType.IKE_SA_INIT).size();
        assertThat(peers.runUntil(Duration.ofSeconds(90), () -> sent(ExchangeType.IKE_SESSION_RESUME).size()
                + sent(ExchangeType.IKE_SA_INIT).size() > opened)).isTrue();
        peers.network.passes = _ -> true;
    }

    private boolean comesBack() {
        return peers.runUntil(Duration.ofSeconds(10), peers::trafficFlows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fresh", "rekeyed by left", "rekeyed by right", "resumed before"})
    void anInterruptedSessionIsResumed(String history) {
        connect(RESUMING, RESUMING);
        String suite = peers.leftStatus().suite();
        int inits = sent(ExchangeType.IKE_SA_INIT).size();
        switch (history) {
            case "rekeyed by left" -> peers.left.rekeyIke("peer", peers.network.nowNs);
            case "rekeyed by right" -> peers.right.rekeyIke("peer", peers.network.nowNs);
            case "resumed before" -> {
                interrupt();
                assertThat(comesBack()).isTrue();
            }
            default -> {
            }
        }
        peers.run(Duration.ofSeconds(1));

        interrupt();

        assertThat(comesBack()).isTrue();
        assertThat(sent(ExchangeType.IKE_SESSION_RESUME)).isNotEmpty();
        assertThat(sent(ExchangeType.IKE_SA_INIT)).as("no key exchange").hasSize(inits);
        peers.run(Duration.ofSeconds(20));
        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.right.status(peers.network.nowNs)).as("the old IKE SA is gone").hasSize(1);
        assertThat(peers.leftStatus().suite()).isEqualTo(suite);
        assertThat(peers.rightStatus().remoteId()).isEqualTo("left.example.org");
        assertThat(peers.trafficFlows()).isTrue();
        peers.left.rekeyIke("peer", peers.network.nowNs);
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.trafficFlows()).isTrue();
        assertThat(peers.failures).isEmpty();
    }

    @Test
    void aResumedSessionIsAsPostQuantumAsTheFirst() {
        IkeOptions withPpk = RESUMING.withPpk(new Ppk(Identity.parse("q1"), Secret.ofUtf8("k"), true));
        connect(withPpk, withPpk);

        interrupt();

        assertThat(comesBack()).isTrue();
        assertThat(sent(ExchangeType.IKE_SESSION_RESUME)).isNotEmpty();
        assertThat(peers.leftStatus().ppk()).isTrue();
        assertThat(peers.rightStatus().ppk()).isTrue();
        assertThat(peers.leftStatus().suite()).contains("mlkem");
    }

    @Test
    void cookiesAreDemandedHereToo() {
        peers = new TestPeers(TestNetwork.perfect(), IkeSettings.DEFAULT.withCookieThreshold(0));
        connect(RESUMING, RESUMING);
        int inits = sent(ExchangeType.IKE_SA_INIT).size();

        interrupt();

        assertThat(comesBack()).isTrue();
        assertThat(sent(ExchangeType.IKE_SA_INIT)).hasSize(inits);
        assertThat(clear(ExchangeType.IKE_SESSION_RESUME)).anyMatch(each -> each.notifies(NotifyType.COOKIE));
    }

    private List<IkeMessage> clear(ExchangeType exchange) {
        return sent(exchange).stream().map(each -> Adversary.decoded(each.content())).toList();
    }

    @Test
    void whoDoesNotAskGetsNoTicketAndWhoDoesNotGiveHasNone() {
        connect(RESUMING, IkeOptions.DEFAULT);
        interrupt();
        assertThat(comesBack()).isTrue();
        connect(IkeOptions.DEFAULT.withDpdDelay(Duration.ofSeconds(2)), RESUMING);
        interrupt();
        assertThat(comesBack()).isTrue();

        assertThat(sent(ExchangeType.IKE_SESSION_RESUME)).isEmpty();
    }

    /** Tickets are of one process. */
    @Test
    void aGatewayThatHasForgottenItsKeysMakesTheClientConnectAsAtFirst() {
        connect(RESUMING, RESUMING);
        FakeDataPlane planeAgain = new FakeDataPlane(0x4000);
        IkeAgent again = new IkeAgent(IkeSettings.DEFAULT, planeAgain, peers.network.attach(TestPeers.RIGHT),
                new SecureRandom(), IkeListener.NONE, peers.network.nowNs);
        again.load(List.of(rightConnection(RESUMING)), peers.network.nowNs);

        interrupt();

        assertThat(peers.runUntil(Duration.ofSeconds(10), () -> {
            again.doWork(peers.network.nowNs);
            return peers.leftPlane.reaches(planeAgain) && planeAgain.reaches(peers.leftPlane);
        })).isTrue();
        assertThat(clear(ExchangeType.IKE_SESSION_RESUME)).anyMatch(each -> each.notifies(NotifyType.TICKET_NACK));
        assertThat(peers.failures).isEmpty();
    }

    @Test
    void aTicketThatIsTooOldIsNotUsed() {
        connect(RESUMING, RESUMING);
        peers.coast(Duration.ofHours(1).plusSeconds(5));
        int inits = sent(ExchangeType.IKE_SA_INIT).size();

        interrupt();

        assertThat(comesBack()).isTrue();
        assertThat(sent(ExchangeType.IKE_SESSION_RESUME)).isEmpty();
        assertThat(sent(ExchangeType.IKE_SA_INIT).size()).isGreaterThan(inits);
    }

    @Test
    void whatWasEndedOnPurposeIsNotResumed() {
        connect(RESUMING, RESUMING);
        peers.left.terminateIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        peers.connect();

        assertThat(peers.trafficFlows()).isTrue();
        assertThat(sent(ExchangeType.IKE_SESSION_RESUME)).isEmpty();
    }

    /** The clear request shows the ticket to everybody; its keys it shows to nobody. */
    @Test
    void whoHasSeenATicketCanDoNothingWithIt() {
        connect(RESUMING, RESUMING);
        interrupt();
        Bytes request = sent(ExchangeType.IKE_SESSION_RESUME).getFirst().content();
        assertThat(comesBack()).isTrue();
        int nacks = nacks();

        peers.network.inject(new InetSocketAddress(Adversary.ELSEWHERE, 500), RIGHT, false,
                Bytes.concat(Bytes.ofLong(0x77), request.from(Long.BYTES)));
        peers.run(Duration.ofSeconds(40));

        assertThat(nacks()).as("used").isEqualTo(nacks + (peers.right.dropped(IkeDrop.NO_CONNECTION) == 0 ? 1 : 0));
        assertThat(peers.right.halfOpenCount()).isZero();
        assertThat(peers.right.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.trafficFlows()).isTrue();
    }

    private int nacks() {
        return (int) clear(ExchangeType.IKE_SESSION_RESUME).stream()
                .filter(each -> each.notifies(NotifyType.TICKET_NACK)).count();
    }

    /** Somebody who was faster, with the ticket but without its keys, keeps nobody from using it. */
    @Test
    void aTicketIsUsedUpByItsOwnerAlone() {
        connect(RESUMING, RESUMING);
        peers.network.passes = datagram -> datagram.content().at(EXCHANGE_AT) == ExchangeType.IKE_SESSION_RESUME
                .number();
        assertThat(peers.runUntil(Duration.ofSeconds(90), () -> !sent(ExchangeType.IKE_SESSION_RESUME).isEmpty()))
                .isTrue();
        Bytes request = sent(ExchangeType.IKE_SESSION_RESUME).getFirst().content();
        peers.network.inject(LEFT, RIGHT, false, Bytes.concat(Bytes.ofLong(0x77), request.from(Long.BYTES)));
        peers.network.passes = _ -> true;

        assertThat(comesBack()).isTrue();
        peers.run(Duration.ofSeconds(40));
        assertThat(peers.right.status(peers.network.nowNs)).hasSize(1);
        assertThat(nacks()).isZero();
    }

    @Test
    void aChangedTicketMakesTheClientConnectAsAtFirst() {
        connect(RESUMING, RESUMING);
        peers.network.nat = datagram -> {
            if (datagram.content().at(EXCHANGE_AT) != ExchangeType.IKE_SESSION_RESUME.number()
                    || datagram.content().intAt(MESSAGE_ID_AT) != 0 || !datagram.local().equals(LEFT)) {
                return datagram;
            }
            byte[] changed = datagram.content().toArray();
            changed[120] ^= 1;
            return new Datagram(datagram.local(), datagram.remote(), datagram.natPort(), Bytes.copyOf(changed));
        };

        interrupt();

        assertThat(comesBack()).isTrue();
        assertThat(nacks()).isPositive();
    }

    /** RFC 4478 and RFC 5723: to resume is not to prove anew. */
    @Test
    void resumingDoesNotPutOffReauthentication() {
        IkeOptions reauthenticating = RESUMING.with(IkeTimes.of(Duration.ZERO, Duration.ofMinutes(20)));
        connect(reauthenticating, reauthenticating);
        peers.coast(Duration.ofMinutes(12));
        interrupt();
        assertThat(comesBack()).isTrue();
        assertThat(sent(ExchangeType.IKE_SESSION_RESUME)).isNotEmpty();
        int inits = sent(ExchangeType.IKE_SA_INIT).size();

        peers.coast(Duration.ofMinutes(10));

        assertThat(sent(ExchangeType.IKE_SA_INIT).size()).isGreaterThan(inits);
        assertThat(peers.trafficFlows()).isTrue();
    }
}
