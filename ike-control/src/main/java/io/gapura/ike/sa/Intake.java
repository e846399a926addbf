package io.gapura.ike.sa;

import io.gapura.ike.IkeDrop;
import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.crypto.Opened;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.PayloadType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes in for one IKE SA: opened, told apart from repetitions, and handed to the exchange that it belongs to. */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private static final int NEXT_PAYLOAD_AT = 16;
    private static final Opened NO_KEYS = new Opened.Rejected("there have been no other keys");

    private final IkeSa sa;
    private final Responses responses;

    /** Of before the last change of keys: the peer may not know yet that we have answered. */
    private @Nullable Session previous;
    private SaInit.@Nullable Unkeyed unkeyed;
    private @Nullable IkeRekey contested;
    private Bytes lastClear = Bytes.EMPTY;
    private Bytes lastOctets = Bytes.EMPTY;

    Intake(IkeSa sa, Responses responses) {
        this.sa = sa;
        this.responses = responses;
    }

    /** The datagram that is being dealt with, before there are keys. */
    Bytes lastClear() {
        return lastClear;
    }

    /** {@link Opened.Complete#octets} of the message that is being dealt with. */
    Bytes lastOctets() {
        return lastOctets;
    }

    /** There are new keys; the last answer went out by the old ones, and its request may come again. */
    void keep(Session old) {
        forgetPrevious();
        previous = old;
    }

    void forgetPrevious() {
        if (previous != null) {
            previous.keys().close();
            previous = null;
        }
    }

    /** A responder's keys are derived when the first message is here that needs them. */
    void keyLater(SaInit.Unkeyed later) {
        unkeyed = later;
    }

    /** The IKE SA was made by the peer while we were making another: which of the two stays is not known yet. */
    void contestedBy(IkeRekey ours) {
        contested = ours;
    }

    void close() {
        forgetPrevious();
        if (unkeyed != null) {
            unkeyed.agreement().close();
        }
    }

    void onDatagram(Datagram datagram, IkeHeader header, long nowNs) {
        if (sa.state() == IkeState.CONNECTING) {
            onClearDatagram(datagram, header, nowNs);
            return;
        }
        if (!hasKeys(header, nowNs)) {
            return;
        }
        switch (sa.session().protection().open(datagram.content())) {
            case Opened.Complete(var message, var octets) -> {
                forgetPrevious();
                lastOctets = octets;
                onMessage(message, datagram, nowNs);
            }
            case Opened.Malformed(var head, var fault) -> onMalformed(head, fault, nowNs);
            case Opened.Partial _ -> sa.heard(nowNs);
            case Opened.Rejected _ -> onUnreadable(datagram, nowNs);
        }
    }

    /** The initiator has gone on, or somebody who pretends to be it: now the keys are worth it. */
    private boolean hasKeys(IkeHeader header, long nowNs) {
        if (isOpening(header)) {
            sa.environment().dropped(IkeDrop.UNEXPECTED);
            return false;
        }
        try {
            if (unkeyed != null) {
                SaInit.Unkeyed later = unkeyed;
                unkeyed = null;
                sa.keying().key(later.key(sa));
            }
            return true;
        } catch (MalformedMessage fault) {
            sa.warn("key exchange: " + fault.getMessage());
            sa.environment().dropped(IkeDrop.MALFORMED);
            sa.close(Closure.FAILED, nowNs);
            return false;
        }
    }

    private static boolean isOpening(IkeHeader header) {
        return header.exchange().equals(ExchangeType.IKE_SA_INIT)
                || header.exchange().equals(ExchangeType.IKE_SESSION_RESUME);
    }

    /** Before there are keys only the answer to our IKE_SA_INIT makes sense, and anybody may have sent it. */
    private void onClearDatagram(Datagram datagram, IkeHeader header, long nowNs) {
        if (!header.response() || header.sender() == sa.role()
                || !isOpening(header)) {
            sa.environment().dropped(IkeDrop.UNEXPECTED);
            return;
        }
        try {
            lastClear = datagram.content();
            if (!sa.requests().onResponse(IkeMessage.decode(datagram.content()), nowNs)) {
                sa.environment().dropped(IkeDrop.UNEXPECTED);
            }
        } catch (MalformedMessage _) {
            sa.environment().dropped(IkeDrop.MALFORMED);
        }
    }

    /** RFC 9242 §3.2: a request that we have answered already is protected by the keys that it changed. */
    private void onUnreadable(Datagram datagram, long nowNs) {
        switch (previous == null ? NO_KEYS : previous.protection().open(datagram.content())) {
            case Opened.Complete(var message, _) when !message.header().response()
                    && responses.isRepeated(message.header().messageId()) ->
                responses.sendAgain();
            case Opened.Partial _ -> {
            }
            case Opened _ when datagram.content().at(NEXT_PAYLOAD_AT) == PayloadType.NOTIFY.number() ->
                sa.crashDetection().onClear(datagram.content(), nowNs);
            case Opened _ -> sa.environment().dropped(IkeDrop.NOT_AUTHENTIC);
        }
    }

    private void onMessage(IkeMessage message, Datagram datagram, long nowNs) {
        sa.heard(nowNs);
        if (message.header().response()) {
            if (!sa.requests().onResponse(message, nowNs)) {
                sa.environment().dropped(IkeDrop.UNEXPECTED);
            }
        } else if (responses.isRepeated(message.header().messageId())) {
            responses.sendAgain();
        } else if (responses.isExpected(message.header().messageId())) {
            sa.path().follow(datagram, sa.state());
            onRequest(message, nowNs);
        } else {
            sa.environment().dropped(IkeDrop.UNEXPECTED);
        }
    }

    /** If the peer makes use of it, it stays. */
    private void settleContest(IkeMessage request, long nowNs) {
        if (contested != null && !Informational.deletesIkeSa(request)) {
            contested.yieldToPeer(nowNs);
            contested = null;
        }
    }

    private void onRequest(IkeMessage request, long nowNs) {
        LOG.debug("{}: received {}", sa.connection().name(), request);
        ExchangeType type = request.header().exchange();
        boolean halfOpen = sa.state() == IkeState.HALF_OPEN;
        boolean established = sa.state().isAuthenticated();
        settleContest(request, nowNs);
        if (halfOpen && type.equals(ExchangeType.IKE_INTERMEDIATE)) {
            IkeIntermediate.respond(sa, request, nowNs);
        } else if (halfOpen && type.equals(ExchangeType.IKE_AUTH)) {
            IkeAuth.respond(sa, request, nowNs);
        } else if (established && type.equals(ExchangeType.CREATE_CHILD_SA)) {
            CreateChildSa.respond(sa, request, nowNs);
        } else if (established && type.equals(ExchangeType.IKE_FOLLOWUP_KE)) {
            sa.followUps().respond(request, nowNs);
        } else if (established && type.equals(ExchangeType.INFORMATIONAL)) {
            Informational.respond(sa, request, nowNs);
        } else {
            sa.environment().dropped(IkeDrop.UNEXPECTED);
        }
    }

    /** RFC 7296 §2.21.3 and §2.5: what is authentic gets an answer; broken syntax ends the IKE SA. */
    private void onMalformed(IkeHeader header, MalformedMessage fault, long nowNs) {
        if (sa.state() == IkeState.CHECKING) {
            sa.environment().dropped(IkeDrop.UNEXPECTED);
            return;
        }
        NotifyType answer = fault.answer();
        boolean expected = !header.response() && responses.isExpected(header.messageId());
        sa.warn("a message of the peer is malformed: %s".formatted(fault.getMessage()));
        if (expected && answer != null) {
            sa.respond(header, List.of(new NotifyPayload(answer, fault.answerValue())));
        }
        boolean fatal = !NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD.equals(answer) || sa.state() == IkeState.HALF_OPEN;
        boolean ours = expected || header.response();
        if (ours && fatal) {
            sa.close(Closure.FAILED, nowNs);
        }
    }
}
