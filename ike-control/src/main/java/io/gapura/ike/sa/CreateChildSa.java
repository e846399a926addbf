package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.crypto.SharedSecrets;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * CREATE_CHILD_SA for another child SA, RFC 7296 §1.3.1; and what the rekeying of a child has in common with it.
 *
 * <pre>
 *   HDR, SK {SA, Ni, [KEi,] TSi, TSr}  -->
 *                      <--  HDR, SK {SA, Nr, [KEr,] TSi, TSr [, N(ADDITIONAL_KEY_EXCHANGE)]}
 *   further key exchanges follow if the proposal has them: {@link FollowUp}
 * </pre>
 */
final class CreateChildSa implements FollowUp.Origin {
    /** More children of one peer than any configuration needs. */
    private static final int MAX_CHILDREN = 256;
    /** Of a request that comes at a bad time for the peer, RFC 7296 §2.25. */
    private static final int MAX_TRIES = 5;
    private static final long RETRY_NS = Duration.ofSeconds(5).toNanos();

    private final IkeSa sa;
    private final Child config;
    private final int lane;
    private final @Nullable KeyExchangeMethod method;
    private final int tries;
    private @Nullable ChildRequest asked;

    CreateChildSa(IkeSa sa, Child config, int lane) {
        this(sa, config, lane, null, 1);
    }

    private CreateChildSa(IkeSa sa, Child config, int lane, @Nullable KeyExchangeMethod method, int tries) {
        this.sa = sa;
        this.config = config;
        this.lane = lane;
        this.method = method;
        this.tries = tries;
    }

    /** Whether it asks for this one, to serve all workers. */
    boolean isFor(Child child) {
        return lane == 0 && config.equals(child);
    }

    /** The same for the IKE SA that has replaced ours. */
    CreateChildSa in(IkeSa successor) {
        return new CreateChildSa(successor, config, lane);
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.CREATE_CHILD_SA;
    }

    @Override
    public boolean isWanted() {
        return sa.state() == IkeState.ESTABLISHED && !Lanes.isTaken(sa, config, lane)
                && (lane == 0 || Lanes.isUp(sa, config));
    }

    @Override
    public List<Payload> request(long nowNs) {
        asked = new ChildRequest(sa, config, method, lane);
        return asked.payloads();
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        ChildRequest request = Objects.requireNonNull(asked);
        try {
            SharedSecrets secrets = request.read(response);
            FollowUp.goOn(sa, this, request.additional(), secrets, response, nowNs);
        } catch (Refusal refusal) {
            onRefused(refusal, nowNs);
        }
    }

    @Override
    public void onAgreed(SharedSecrets secrets, long nowNs) {
        ChildRequest request = Objects.requireNonNull(asked);
        boolean wanted = lane == 0 || Lanes.isUp(sa, config);
        ChildSa child = request.install(secrets, null, nowNs);
        child.send();
        sa.add(child);
        if (!wanted) {
            sa.delete(child, nowNs); // those beside it were deleted in the meantime
        } else if (child.lane() == lane && request.isOneOfSeveral()) {
            Lanes.goOn(sa, config, nowNs);
        }
    }

    @Override
    public void onRefused(Refusal refusal, long nowNs) {
        Objects.requireNonNull(asked).withdraw();
        KeyExchangeMethod other = otherGroup(refusal, config, method);
        if (other != null) {
            sa.requests().add(new CreateChildSa(sa, config, lane, other, tries), nowNs);
            return;
        }
        if (refusal.answer().notifyType().equals(NotifyType.TEMPORARY_FAILURE) && tries < MAX_TRIES) {
            sa.requests().addLater(new CreateChildSa(sa, config, lane, method, tries + 1), nowNs + RETRY_NS);
            return;
        }
        if (lane > 0) {
            sa.log("child %s goes on without a further SA beside those that it has: %s".formatted(config.name(),
                    refusal.explanation()));
            return;
        }
        sa.warn("child %s is not up: %s".formatted(config.name(), refusal.explanation()));
        sa.environment().onChildRefused(sa, config, refusal.explanation(), nowNs);
    }

    @Override
    public void abandon() {
        if (asked != null) {
            asked.withdraw();
        }
    }

    /** The group that the peer asks for, if we allow it and have not tried it already. */
    static @Nullable KeyExchangeMethod otherGroup(Refusal refusal, Child config, @Nullable KeyExchangeMethod tried) {
        NotifyPayload error = refusal.answer();
        if (tried != null || !error.notifyType().equals(NotifyType.INVALID_KE_PAYLOAD)
                || error.value().length() != 2) {
            return null;
        }
        KeyExchangeMethod wanted = KeyExchangeMethod.ofGroup(error.value().shortAt(0));
        return Proposals.keyExchangeMethods(config.espProposals()).contains(wanted)
                ? wanted
                : null;
    }

    /** Whether the peer asks for the same at once, and by the lower nonce, as in RFC 7296 §2.8.1: one of them is enough. */
    private boolean winsOver(ChildAnswer theirs) {
        ChildRequest ours = asked;
        return ours != null && !config.isPerCpu() && theirs.config().name().equals(config.name())
                && ours.nonce().compareTo(theirs.nonces().initiator()) > 0;
    }

    // ---- the other side

    /** Whatever the peer wants to create: an IKE SA's successor, a child's, or another child. */
    static void respond(IkeSa sa, IkeMessage request, long nowNs) {
        try {
            if (sa.state() != IkeState.ESTABLISHED) {
                throw new Refusal(NotifyType.TEMPORARY_FAILURE, "the IKE SA is being replaced or deleted");
            }
            NotifyPayload rekeyed = request.notification(NotifyType.REKEY_SA);
            SaPayload offered = request.find(SaPayload.class);
            if (offered != null && !offered.proposals().isEmpty()
                    && offered.proposals().getFirst().protocol().equals(Protocol.IKE)) {
                IkeRekey.respond(sa, request, nowNs);
            } else if (sa.requests().current() instanceof IkeRekey) {
                throw new Refusal(NotifyType.TEMPORARY_FAILURE, "we are rekeying the IKE SA");
            } else if (rekeyed != null) {
                ChildRekey.respond(sa, request, rekeyed, nowNs);
            } else {
                respondNew(sa, request, nowNs);
            }
        } catch (Refusal refusal) {
            sa.log("CREATE_CHILD_SA is refused with %s: %s".formatted(refusal.answer().notifyType(),
                    refusal.explanation()));
            sa.respond(request.header(), List.of(refusal.answer()));
        }
    }

    private static void respondNew(IkeSa sa, IkeMessage request, long nowNs) throws Refusal {
        if (sa.children().size() >= MAX_CHILDREN) {
            throw new Refusal(NotifyType.NO_ADDITIONAL_SAS, MAX_CHILDREN + " children are enough");
        }
        ChildAnswer answer = ChildAnswer.to(sa, request, sa.connection().children(), null);
        if (sa.requests().current() instanceof CreateChildSa mine && mine.winsOver(answer)) {
            answer.secrets().close();
            answer.withdraw();
            throw new Refusal(NotifyType.TEMPORARY_FAILURE,
                    "both sides ask for child %s at once: ours goes on".formatted(mine.config.name()));
        }
        sa.followUps().conclude(request, answer.payloads(), answer.additional(), answer.secrets(),
                new NewChild(sa, request, answer), nowNs);
    }

    /** Another child, when all keys are agreed on. */
    private static final class NewChild implements FollowUps.Goal {
        private final IkeSa sa;
        private final IkeMessage request;
        private final ChildAnswer answer;
        private @Nullable ChildSa child;

        NewChild(IkeSa sa, IkeMessage request, ChildAnswer answer) {
            this.sa = sa;
            this.request = request;
            this.answer = answer;
        }

        @Override
        public @Nullable Object old() {
            return null;
        }

        @Override
        public void prepare(SharedSecrets secrets, long nowNs) {
            child = answer.install(secrets, null, nowNs);
        }

        @Override
        public void finish(long nowNs) {
            ChildSa fresh = Objects.requireNonNull(child);
            sa.add(fresh);
            fresh.send();
            Lanes.goOnLater(sa, fresh, request, nowNs);
        }

        @Override
        public void abandon() {
            answer.withdraw();
        }
    }
}
