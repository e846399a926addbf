package io.gapura.ike.sa;

import io.gapura.ike.IkeDrop;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.time.Duration;
import java.util.List;

/**
 * Quick crash detection, RFC 6290: each side tells the other, encrypted, a token that only it can make; who has lost the
 * IKE SA says so in clear, and shows the token.
 *
 * <pre>
 *   HDR, SK {IDi, …, N(QCD_TOKEN)}  -->
 *                             <--  HDR, SK {IDr, …, N(QCD_TOKEN)}        §4.2; likewise when the IKE SA is rekeyed
 *   one of them starts anew
 *   HDR, SK {…}  -->
 *                             <--  HDR, N(INVALID_IKE_SPI), N(QCD_TOKEN)                              §4.5
 *   the IKE SA is given up, and what was in it set up again
 * </pre>
 *
 * <p>ESP whose SPI we do not know is a lesser loss: within the IKE SA we say which, RFC 7296 §1.5.
 *
 * <p>Without a token the answer proves nothing: it makes us ask whether the peer lives, RFC 7296 §2.21.4. Control thread.
 */
final class CrashDetection {
    private static final int SHORTEST_BYTES = 16;
    private static final int LONGEST_BYTES = 128;
    /** A hint that anybody can give is followed this often at most. */
    private static final long HINT_INTERVAL_NS = Duration.ofSeconds(10).toNanos();

    private final IkeSa sa;
    private Bytes peersToken = Bytes.EMPTY;
    private long hintedNs;
    private boolean hinted;

    CrashDetection(IkeSa sa) {
        this.sa = sa;
    }

    /** [N(QCD_TOKEN)] of ours. */
    List<Payload> token() {
        return token(sa, sa.spis());
    }

    /** The same of an IKE SA that is about to replace {@code sa}. */
    static List<Payload> token(IkeSa sa, IkeSpis spis) {
        Bytes token = sa.environment().settings().crashTokens().token(spis, sa.path().remoteAddress());
        return token.isEmpty() ? List.of() : List.of(NotifyPayload.ofIkeSa(NotifyType.QCD_TOKEN, token));
    }

    /** The peer's, if it tells one. */
    void learn(IkeMessage message) {
        NotifyPayload token = message.notification(NotifyType.QCD_TOKEN);
        if (token != null && token.value().length() >= SHORTEST_BYTES && token.value().length() <= LONGEST_BYTES) {
            peersToken = token.value();
        }
    }

    /** As initiator of a rekey: the responder has told us its token with its answer, and now hears ours, §4.3. */
    void announce(long nowNs) {
        List<Payload> token = token();
        if (!token.isEmpty()) {
            sa.requests().add(new Announcement(token), nowNs);
        }
    }

    /** {@code HDR, SK {N(…)} -->}. */
    private record Announcement(List<Payload> notifications) implements Exchange {
        @Override
        public ExchangeType type() {
            return ExchangeType.INFORMATIONAL;
        }

        @Override
        public List<Payload> request(long nowNs) {
            return notifications;
        }

        @Override
        public void onResponse(IkeMessage response, long nowNs) {
            // Told.
        }
    }

    /** ESP has come from the peer with an SPI that we do not have, or no longer: tells it, RFC 7296 §1.5. */
    void onUnknownSpi(int spi, long nowNs) {
        if (sa.state() == IkeState.ESTABLISHED && sa.requests().isIdle() && mayFollowHint(nowNs)) {
            sa.log("the peer sends ESP with SPI %08x, which we do not have".formatted(spi));
            sa.requests().add(new Announcement(List.of(new NotifyPayload(NotifyType.INVALID_SPI, Bytes.ofInt(spi)))),
                    nowNs);
        }
    }

    /** The peer does not have the SPI that we send by: rekeying the child shows whether it has lost it, §2.25. */
    void onInvalidSpi(IkeMessage request, long nowNs) {
        NotifyPayload invalid = request.notification(NotifyType.INVALID_SPI);
        ChildSa child = invalid == null || invalid.value().length() != Integer.BYTES
                ? null
                : sa.childBySpiOut(invalid.value().intAt(0));
        if (child != null) {
            sa.log("the peer does not have what we send by: rekeying child SA %s".formatted(child));
            sa.rekey(child, nowNs);
        }
    }

    private boolean mayFollowHint(long nowNs) {
        boolean may = !hinted || nowNs - hintedNs >= HINT_INTERVAL_NS;
        if (may) {
            hinted = true;
            hintedNs = nowNs;
        }
        return may;
    }

    /** A response in clear to a request of an IKE SA that has keys: from anybody, unless it shows the peer's token. */
    void onClear(Bytes datagram, long nowNs) {
        IkeMessage message;
        try {
            message = IkeMessage.decode(datagram);
        } catch (MalformedMessage _) {
            sa.environment().dropped(IkeDrop.NOT_AUTHENTIC);
            return;
        }
        boolean lost = message.header().response() && message.notifies(NotifyType.INVALID_IKE_SPI);
        if (lost && sa.state().isAuthenticated() && !peersToken.isEmpty() && message.notifications().stream()
                .anyMatch(each -> each.notifyType().equals(NotifyType.QCD_TOKEN) && each.value().equals(peersToken))) {
            sa.warn("the peer %s has started anew: it no longer has this IKE SA".formatted(
                    sa.remote().getHostString()));
            sa.close(Closure.LOST_BY_PEER, nowNs);
            return;
        }
        sa.environment().dropped(IkeDrop.NOT_AUTHENTIC);
        if (lost && sa.state() == IkeState.ESTABLISHED && sa.requests().isIdle() && mayFollowHint(nowNs)) {
            sa.log("somebody says in clear that %s has lost the IKE SA: asking it".formatted(
                    sa.remote().getHostString()));
            sa.requests().add(new Informational.Liveness(), nowNs);
        }
    }
}
