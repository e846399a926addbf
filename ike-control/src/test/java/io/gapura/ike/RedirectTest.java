package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Habits;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Role;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redirect, RFC 5685: left is the client, right the gateway that sends it to the other one. */
class RedirectTest {
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.3");
    private static final InetAddress NOWHERE = InetAddress.ofLiteral("192.0.2.4");

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());
    private final FakeDataPlane otherPlane = new FakeDataPlane(0x3000);
    private final IkeAgent other = new IkeAgent(IkeSettings.DEFAULT, otherPlane, peers.network.attach(OTHER),
            new SecureRandom(), IkeListener.NONE, peers.network.nowNs);

    private static IkeOptions options(boolean follow, @Nullable InetAddress gateway) {
        return IkeOptions.DEFAULT.with(Habits.DEFAULT.withRedirects(follow, gateway));
    }

    @BeforeEach
    void loadTheOtherGateway() {
        loadOther(null);
    }

    private void loadOther(@Nullable InetAddress gateway) {
        Connection there = TestPeers.rightConnection(options(true, gateway), TestPeers.rightChild());
        other.load(List.of(there.between(OTHER, TestPeers.LEFT)), peers.network.nowNs);
    }

    private void connect(IkeOptions ofLeft, IkeOptions ofRight) {
        peers.load(TestPeers.leftConnection(ofLeft, TestPeers.leftChild()),
                TestPeers.rightConnection(ofRight, TestPeers.rightChild()));
        peers.left.initiate("peer", null, peers.network.nowNs);
        run(Duration.ofSeconds(1));
    }

    private void run(Duration time) {
        peers.runUntil(time, () -> {
            other.doWork(peers.network.nowNs);
            return false;
        });
    }

    private void isAtTheOther() {
        assertThat(peers.left.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.leftStatus().remote().getAddress()).isEqualTo(OTHER);
        assertThat(peers.leftPlane.reaches(otherPlane)).isTrue();
        assertThat(otherPlane.reaches(peers.leftPlane)).isTrue();
        assertThat(peers.right.isIdle()).isTrue();
    }

    private static List<NotifyPayload> notifications(Transport.Datagram datagram) {
        try {
            IkeMessage message = IkeMessage.decode(datagram.content());
            return message.header().exchange().equals(ExchangeType.IKE_SA_INIT) ? message.notifications() : List.of();
        } catch (MalformedMessage e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean wasSaid(NotifyType type) {
        return peers.network.log.stream().anyMatch(datagram -> notifications(datagram).stream()
                .anyMatch(notification -> notification.notifyType().equals(type)));
    }

    @Test
    void section3AClientThatComesIsSentElsewhere() {
        connect(options(true, null), options(true, OTHER));

        isAtTheOther();
        assertThat(wasSaid(NotifyType.REDIRECTED_FROM)).isTrue();
    }

    @Test
    void whoDoesNotFollowIsLetIn() {
        connect(options(false, null), options(true, OTHER));

        assertThat(wasSaid(NotifyType.REDIRECT_SUPPORTED)).isFalse();
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void section5AnEstablishedClientIsSentElsewhere() {
        connect(options(true, null), options(true, null));
        assertThat(peers.trafficFlows()).isTrue();

        assertThat(peers.right.redirect("peer", OTHER, peers.network.nowNs)).isEqualTo(1);
        run(Duration.ofSeconds(2));

        isAtTheOther();
    }

    @Test
    void aClientSendsNobodyElsewhere() {
        connect(options(true, null), options(true, null));
        assertThat(peers.left.redirect("peer", OTHER, peers.network.nowNs)).isZero();
    }

    /** RFC 5685 §7: who was sent here is not sent on. */
    @Test
    void gatewaysDoNotSendAClientRoundInCircles() {
        loadOther(TestPeers.RIGHT);
        connect(options(true, null), options(true, OTHER));

        isAtTheOther();
    }

    @Test
    void aGatewayThatIsNotThereIsGivenUpAndTheFirstOneTriedAgain() {
        connect(options(true, null), options(true, NOWHERE));
        run(Duration.ofSeconds(60));
        peers.right.load(List.of(TestPeers.rightConnection(options(true, null), TestPeers.rightChild())),
                peers.network.nowNs);

        assertThat(peers.runUntil(Duration.ofSeconds(90), peers::trafficFlows)).isTrue();
    }

    /** RFC 5685 §3: who has not seen the request does not know its nonce. */
    @Test
    void aForgedRedirectIsNotFollowed() {
        peers.load(TestPeers.leftConnection(options(true, null), TestPeers.leftChild()),
                TestPeers.rightConnection(options(true, null), TestPeers.rightChild()));
        peers.left.initiate("peer", null, peers.network.nowNs);
        peers.left.doWork(peers.network.nowNs);
        long spi = peers.network.log.getFirst().content().longAt(0);
        Bytes forged = new IkeMessage(new IkeHeader(spi, 0, ExchangeType.IKE_SA_INIT, Role.RESPONDER, true, 0),
                List.of(new NotifyPayload(NotifyType.REDIRECT,
                        Bytes.concat(Bytes.of(1, 4, 192, 0, 2, 3), Bytes.zeros(32)))))
                .encode();
        peers.network.inject(new InetSocketAddress(TestPeers.RIGHT, 500), new InetSocketAddress(TestPeers.LEFT, 500),
                false, forged);
        run(Duration.ofSeconds(1));

        assertThat(peers.leftStatus().remote().getAddress()).isEqualTo(TestPeers.RIGHT);
        assertThat(peers.trafficFlows()).isTrue();
    }
}
