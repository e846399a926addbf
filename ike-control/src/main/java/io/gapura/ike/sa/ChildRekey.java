package io.gapura.ike.sa;

import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.Nonces;
import io.gapura.ike.crypto.SharedSecrets;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A new child SA in place of an old one, RFC 7296 §1.3.3 and §2.8, without losing a packet:
 *
 * <pre>
 *   the old child carries both directions
 *   HDR, SK {N(REKEY_SA), SA, Ni, [KEi,] TSi, TSr}  -->      the responder can receive by the new one
 *                      <--  HDR, SK {SA, Nr, [KEr,] TSi, TSr}   the initiator can too, and sends by it
 *   HDR, SK {D(old)}  -->                                    the responder sends by the new one
 *                      <--  HDR, SK {D(old)}
 *   the old inbound SAs stay until nothing can be under way to them
 * </pre>
 *
 * <p>If both begin at once there are two new children. The one made with the lowest of the four nonces goes
 * again, deleted by who began it; the other's beginner deletes the old child (§2.8.1). If key exchanges are to follow
 * ({@link FollowUp}), whoever loses so gives up before they do, and the other's exchange goes on alone.
 */
final class ChildRekey implements FollowUp.Origin {
    private static final long RETRY_NS = Duration.ofSeconds(5).toNanos();

    private final IkeSa sa;
    private final ChildSa old;
    private final @Nullable KeyExchangeMethod method;
    private @Nullable ChildRequest asked;
    private @Nullable Successor rival;

    ChildRekey(IkeSa sa, ChildSa old) {
        this(sa, old, null);
    }

    private ChildRekey(IkeSa sa, ChildSa old, @Nullable KeyExchangeMethod method) {
        this.sa = sa;
        this.old = old;
        this.method = method;
    }

    ChildSa old() {
        return old;
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.CREATE_CHILD_SA;
    }

    @Override
    public boolean isWanted() {
        return sa.state() == IkeState.ESTABLISHED && old.state() == ChildSa.State.INSTALLED
                && !sa.followUps().concern(old);
    }

    @Override
    public List<Payload> request(long nowNs) {
        sa.log("rekeying child SA %s".formatted(old));
        asked = new ChildRequest(sa, old.config(), method, old.lane());
        List<Payload> payloads = new ArrayList<>();
        payloads.add(
                new NotifyPayload(old.suite().protocol(), Bytes.ofInt(old.spiIn()), NotifyType.REKEY_SA, Bytes.EMPTY));
        payloads.addAll(asked.payloads());
        return payloads;
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        ChildRequest request = Objects.requireNonNull(asked);
        try {
            SharedSecrets secrets = request.read(response);
            Successor other = rival;
            if (other != null && other.child == null && (request.additional().isEmpty() || !loses(other))) {
                sa.followUps().abandon(other);
                rival = null;
            } else if (other != null && !request.additional().isEmpty() && loses(other)) {
                secrets.close();
                throw new Refusal(NotifyType.TEMPORARY_FAILURE, "both sides rekeyed it at once: the peer's goes on");
            }
            FollowUp.goOn(sa, this, request.additional(), secrets, response, nowNs);
        } catch (Refusal refusal) {
            onRefused(refusal, nowNs);
        }
    }

    /** Whether the peer's rekey wins, RFC 7296 §2.8.1. */
    private boolean loses(Successor other) {
        return lowest(Objects.requireNonNull(asked).nonces()).compareTo(lowest(other.answer.nonces())) < 0;
    }

    @Override
    public void onAgreed(SharedSecrets secrets, long nowNs) {
        ChildSa fresh = Objects.requireNonNull(asked).install(secrets, old, nowNs);
        sa.add(fresh);
        ChildSa others = rival == null ? null : rival.child;
        if (rival != null && others != null && loses(rival)) {
            sa.log("both sides rekeyed %s at once: the peer's %s stays".formatted(old, others));
            fresh.yieldTo(others);
            old.inheritedBy(others);
            sa.delete(fresh, nowNs);
            return;
        }
        if (others != null) {
            sa.log("both sides rekeyed %s at once: our %s stays".formatted(old, fresh));
            others.yieldTo(fresh);
        }
        old.replacedBy(fresh);
        sa.delete(old, nowNs);
    }

    static Bytes lowest(Nonces nonces) {
        return nonces.initiator().compareTo(nonces.responder()) < 0 ? nonces.initiator() : nonces.responder();
    }

    @Override
    public void onRefused(Refusal refusal, long nowNs) {
        Objects.requireNonNull(asked).withdraw();
        KeyExchangeMethod other = CreateChildSa.otherGroup(refusal, old.config(), method);
        NotifyType type = refusal.answer().notifyType();
        ChildSa others = rival == null ? null : rival.child;
        if (others != null) {
            old.inheritedBy(others);
        } else if (other != null) {
            sa.requests().add(new ChildRekey(sa, old, other), nowNs);
        } else if (type.equals(NotifyType.CHILD_SA_NOT_FOUND)) {
            setUpAnew(nowNs);
        } else {
            sa.warn("child SA %s is not rekeyed, trying again soon: %s".formatted(old, refusal.explanation()));
            old.rekeyAt(nowNs + RETRY_NS);
        }
    }

    /** The peer has lost the child; unless it has told us meanwhile that it deletes it. */
    private void setUpAnew(long nowNs) {
        if (sa.has(old)) {
            sa.log("the peer no longer has child SA %s: setting it up anew".formatted(old));
            sa.closeChild(old, Closure.REPLACED, nowNs);
            sa.requests().add(new CreateChildSa(sa, old.config(), old.lane()), nowNs);
        }
    }

    @Override
    public void abandon() {
        if (asked != null) {
            asked.withdraw();
        }
    }

    // ---- the other side

    static void respond(IkeSa sa, IkeMessage request, NotifyPayload rekeyed, long nowNs) throws Refusal {
        ChildSa old = rekeyed.spi().length() == Integer.BYTES ? sa.childBySpiOut(rekeyed.spi().intAt(0)) : null;
        if (old == null && (sa.requests().current() instanceof CreateChildSa
                || sa.requests().current() instanceof ChildRekey)) {
            throw new Refusal(NotifyType.TEMPORARY_FAILURE, "rekeying " + rekeyed.spi().hex()
                    + ", which may be what the answer that we wait for is about");
        }
        if (old == null) {
            throw new Refusal(NotifyType.CHILD_SA_NOT_FOUND, "rekeying " + rekeyed.spi().hex());
        }
        ChildRekey mine = sa.requests().current() instanceof ChildRekey rekey && rekey.old == old ? rekey : null;
        if (old.state() != ChildSa.State.INSTALLED || (mine != null && sa.requests().isFollowingUp())) {
            throw new Refusal(NotifyType.TEMPORARY_FAILURE, "child SA " + old + " is being replaced or deleted");
        }
        ChildAnswer answer = ChildAnswer.to(sa, request, List.of(old.config()), old);
        sa.log("the peer rekeys child SA %s".formatted(old));
        Successor successor = new Successor(sa, old, answer);
        if (mine != null) {
            mine.rival = successor;
        }
        sa.followUps().conclude(request, answer.payloads(), answer.additional(), answer.secrets(), successor, nowNs);
    }

    /** What the peer makes of the old child. */
    private static final class Successor implements FollowUps.Goal {
        private final IkeSa sa;
        private final ChildSa old;
        private final ChildAnswer answer;
        private @Nullable ChildSa child;

        Successor(IkeSa sa, ChildSa old, ChildAnswer answer) {
            this.sa = sa;
            this.old = old;
            this.answer = answer;
        }

        @Override
        public Object old() {
            return old;
        }

        @Override
        public void prepare(SharedSecrets secrets, long nowNs) throws Refusal {
            if (old.state() != ChildSa.State.INSTALLED || sa.state() != IkeState.ESTABLISHED) {
                throw new Refusal(NotifyType.TEMPORARY_FAILURE, "child SA " + old + " was replaced or deleted");
            }
            child = answer.install(secrets, old, nowNs);
        }

        @Override
        public void finish(long nowNs) {
            ChildSa fresh = Objects.requireNonNull(child);
            sa.add(fresh);
            old.inheritedBy(fresh);
        }

        @Override
        public void abandon() {
            answer.withdraw();
        }
    }
}
