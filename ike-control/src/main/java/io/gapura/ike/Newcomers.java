package io.gapura.ike;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.config.Connection;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Role;
import io.gapura.ike.sa.Closure;
import io.gapura.ike.sa.Environment;
import io.gapura.ike.sa.IkeSa;
import io.gapura.ike.sa.IkeState;
import io.gapura.ike.sa.SaInit;
import io.gapura.ike.sa.SessionResume;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for IKE_SA_INIT and IKE_SESSION_RESUME requests: as little work as possible for those that may be forged, nothing kept for
 * them before they have shown a cookie when many come, and limits on those that stay half-open (RFC 7296 §2.6).
 * Control thread.
 */
final class Newcomers {
    private static final Logger LOG = LoggerFactory.getLogger(Newcomers.class);
    private static final long WARNING_INTERVAL_NS = 1_000_000_000L;
    private static final int ERRORS_PER_SECOND = 10;

    /** What was done for one request, in units of what a cookie takes: little, or a key exchange. */
    static final int CHEAP = 1;
    static final int DEAR = 16;

    private final Environment environment;
    private final Cookies cookies;
    private final RateLimit errors;
    /** By the request itself: the same again gets the same answer again. The oldest is first. */
    private final Map<Bytes, IkeSa> halfOpen = new LinkedHashMap<>();
    /** The same by the initiator's SPI; of two with the same one the later. */
    private final Map<Long, IkeSa> bySender = new HashMap<>();
    private final Origins origins;
    private final Candidates candidates = new Candidates();
    private long nextWarningNs;

    Newcomers(Environment environment, long nowNs) {
        this.environment = environment;
        this.cookies = new Cookies(environment.random(), nowNs);
        this.errors = new RateLimit(ERRORS_PER_SECOND, environment.random().nextInt());
        this.origins = new Origins(environment.settings().halfOpenPerAddress());
        this.nextWarningNs = nowNs;
    }

    /** The connections that newcomers may be of, from now on. */
    void load(List<Connection> connections) {
        candidates.load(connections);
    }

    /** Answers a request, or drops it; how much that took. */
    int onRequest(Datagram datagram, IkeHeader header, long nowNs) {
        IkeSa known = halfOpen.get(datagram.content());
        if (known != null) {
            known.repeatResponse();
            return CHEAP;
        }
        try {
            IkeMessage request = IkeMessage.decode(datagram.content());
            NoncePayload nonce = request.find(NoncePayload.class);
            if (header.initiatorSpi() == 0 || header.messageId() != 0 || nonce == null) {
                environment.dropped(IkeDrop.MALFORMED);
            } else if (isBegun(datagram, request, nonce.nonce(), nowNs)) {
                return CHEAP;
            } else if (mayEnter(datagram, request, nonce.nonce(), nowNs)) {
                enter(datagram, request, nowNs);
                return DEAR;
            }
        } catch (MalformedMessage fault) {
            environment.dropped(IkeDrop.MALFORMED);
            NotifyType answer = fault.answer();
            if (answer != null && answer.equals(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD)) {
                refuse(datagram, header, new NotifyPayload(answer, fault.answerValue()), nowNs);
            }
        }
        return CHEAP;
    }

    /**
     * Whether it is the request of a half-open IKE SA but for the cookie. A cookie may cross the answer to a copy of the same
     * request that was let in a moment later without one; the peer then takes the answer for one to what it sent with the
     * cookie, of which its proof will be.
     */
    private boolean isBegun(Datagram datagram, IkeMessage request, Bytes nonce, long nowNs) throws MalformedMessage {
        IkeSa begun = bySender.get(request.header().initiatorSpi());
        Bytes opening = begun == null ? null : begun.openingRequest();
        if (begun == null || opening == null || !begun.remote().equals(datagram.remote())
                || !withoutCookie(IkeMessage.decode(opening)).equals(withoutCookie(request))) {
            return false;
        }
        NotifyPayload shown = request.notification(NotifyType.COOKIE);
        if (shown != null && cookies.isGood(shown.value(), datagram.remote(), request.header().initiatorSpi(), nonce,
                nowNs)) {
            halfOpen.remove(opening);
            begun.reopen(datagram.content());
            halfOpen.put(datagram.content(), begun);
        }
        begun.repeatResponse();
        return true;
    }

    private static List<Payload> withoutCookie(IkeMessage request) {
        return request.payloads().stream().filter(payload -> !(payload instanceof NotifyPayload notify
                && notify.notifyType().equals(NotifyType.COOKIE))).toList();
    }

    private boolean mayEnter(Datagram datagram, IkeMessage request, Bytes nonce, long nowNs) {
        IkeSettings settings = environment.settings();
        InetAddress peer = datagram.remote().getAddress();
        if (halfOpen.size() >= settings.cookieThreshold() || origins.count(peer) >= settings.cookiesPerAddress()) {
            long spi = request.header().initiatorSpi();
            NotifyPayload shown = request.notification(NotifyType.COOKIE);
            if (shown == null || !cookies.isGood(shown.value(), datagram.remote(), spi, nonce, nowNs)) {
                environment.dropped(IkeDrop.BAD_COOKIE);
                answer(datagram, request.header(), new NotifyPayload(NotifyType.COOKIE,
                        cookies.cookie(datagram.remote(), spi, nonce, nowNs)));
                return false;
            }
        }
        if (halfOpen.size() >= settings.halfOpenLimit() || origins.isFull(peer)) {
            environment.dropped(IkeDrop.TOO_MANY_HALF_OPEN);
            return false;
        }
        return true;
    }

    /** So many are half-open that many of them may not mean it. */
    private boolean isUnderAttack() {
        return halfOpen.size() >= Math.max(environment.settings().cookieThreshold(),
                IkeSettings.DEFAULT.cookieThreshold());
    }

    private void enter(Datagram datagram, IkeMessage request, long nowNs) {
        InetAddress local = datagram.local().getAddress();
        InetAddress remote = datagram.remote().getAddress();
        List<Connection> fitting = candidates.between(local, remote);
        if (fitting.isEmpty()) {
            environment.dropped(IkeDrop.NO_CONNECTION);
            warn(nowNs, remote, "no connection is configured between " + local.getHostAddress() + " and this peer");
            refuse(datagram, request.header(), new NotifyPayload(NotifyType.NO_PROPOSAL_CHOSEN), nowNs);
            return;
        }
        SaInit.Welcome welcome = request.header().exchange().equals(ExchangeType.IKE_SESSION_RESUME)
                ? SessionResume.welcome(environment, fitting, datagram, request, nowNs)
                : SaInit.welcome(environment, fitting, datagram, request, nowNs);
        switch (welcome) {
            case SaInit.Welcome.Entered(var sa) -> {
                halfOpen.put(datagram.content(), sa);
                bySender.put(request.header().initiatorSpi(), sa);
                origins.enter(remote);
            }
            case SaInit.Welcome.Refused(var answer, var reason) -> {
                if (warn(nowNs, remote, reason)) {
                    environment.onTurnedAway(fitting, remote, reason, nowNs);
                }
                refuse(datagram, request.header(), answer, nowNs);
            }
        }
    }

    /** Has been let in, or has gone. */
    void leave(IkeSa sa) {
        Bytes opening = sa.openingRequest();
        if (opening != null && halfOpen.remove(opening, sa)) {
            bySender.remove(sa.spis().initiator(), sa);
            origins.leave(sa.openedFrom());
        }
    }

    /**
     * Who takes too long goes; sooner when many wait, but for those that have gone on after our answer, which nobody can
     * whose address is forged: they wait for us as much as we for them. Nor while we look at what he has shown.
     */
    void onTimer(long nowNs) {
        Duration shortest = isUnderAttack() ? IkeSettings.HALF_OPEN_LIFE_UNDER_ATTACK : IkeSettings.HALF_OPEN_LIFE;
        List<IkeSa> late = halfOpen.values().stream().takeWhile(sa -> isOlder(sa, shortest, nowNs))
                .filter(sa -> isOlder(sa, sa.suite() == null ? shortest : IkeSettings.HALF_OPEN_LIFE, nowNs))
                .filter(sa -> sa.state() == IkeState.HALF_OPEN).toList();
        late.forEach(sa -> sa.close(Closure.FAILED, nowNs));
    }

    private static boolean isOlder(IkeSa sa, Duration age, long nowNs) {
        return nowNs - sa.bornNs() >= age.toNanos();
    }

    int halfOpenCount() {
        return halfOpen.size();
    }

    /** An error, RFC 7296 §2.21.1; not to everybody all the time. */
    private void refuse(Datagram datagram, IkeHeader request, NotifyPayload error, long nowNs) {
        if (errors.permits(Origins.of(datagram.remote().getAddress()), nowNs)) {
            answer(datagram, request, error);
        }
    }

    /** In clear, without keeping anything: RFC 7296 §2.6. Never longer than the request. */
    private void answer(Datagram datagram, IkeHeader request, NotifyPayload answer) {
        Bytes message = new IkeMessage(request.answer(), List.of(answer)).encode();
        if (message.length() <= datagram.content().length()) {
            environment.send(new Datagram(datagram.local(), datagram.remote(), datagram.natPort(), message));
        }
    }

    /** What does not speak IKEv2 learns that we speak nothing else, RFC 7296 §2.5; at most once a second. */
    void refuseVersion(Datagram datagram, long nowNs) {
        Bytes content = datagram.content();
        boolean response = (content.at(19) & 0x20) != 0;
        if (!response && nowNs - nextWarningNs >= 0) {
            IkeHeader header = new IkeHeader(content.longAt(0), content.longAt(8), new ExchangeType(content.at(18)),
                    Role.INITIATOR, false, content.intAt(20));
            warn(nowNs, datagram.remote().getAddress(), "it speaks another version of IKE");
            refuse(datagram, header, new NotifyPayload(NotifyType.INVALID_MAJOR_VERSION), nowNs);
        }
    }

    /** At most once a second; whether it was. */
    private boolean warn(long nowNs, InetAddress remote, String reason) {
        boolean due = nowNs - nextWarningNs >= 0;
        if (due) {
            nextWarningNs = nowNs + WARNING_INTERVAL_NS;
            LOG.warn("{} is refused: {}", remote.getHostAddress(), reason);
        }
        return due;
    }
}
