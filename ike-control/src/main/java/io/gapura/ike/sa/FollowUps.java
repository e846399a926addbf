package io.gapura.ike.sa;

import io.gapura.ike.crypto.AdditionalKeyExchange;
import io.gapura.ike.crypto.KeyExchange;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.SharedSecrets;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the peer has begun by CREATE_CHILD_SA and whose key exchanges are still to follow: {@link FollowUp} answered. */
final class FollowUps {
    /** A peer has one exchange under way at a time, and a little may have been given up halfway. */
    private static final int MAX_PENDING = 4;
    /** For a peer that repeats its requests until it gives us up. */
    private static final long PATIENCE_NS = Duration.ofMinutes(2).toNanos();

    private final IkeSa sa;
    private final List<Pending> all = new ArrayList<>();

    /** What becomes of it when all keys are agreed on. */
    interface Goal {
        /** What is replaced: an {@link IkeSa}, a {@link ChildSa}, or null. */
        @Nullable
        Object old();

        /**
         * Makes the new SA, ready to receive.
         *
         * @throws Refusal if it has become impossible meanwhile; {@link #abandon} is called then
         */
        void prepare(SharedSecrets secrets, long nowNs) throws Refusal;

        /** The peer has its answer. */
        void finish(long nowNs);

        void abandon();
    }

    /** One of them. */
    private record Pending(Bytes link, List<AdditionalKeyExchange> outstanding, SharedSecrets secrets, Goal goal,
            long untilNs) {
        void abandon() {
            secrets.close();
            goal.abandon();
        }
    }

    FollowUps(IkeSa sa) {
        this.sa = sa;
    }

    /**
     * Answers CREATE_CHILD_SA or IKE_FOLLOWUP_KE and reaches the goal, or remembers it until the next key exchange.
     *
     * @throws Refusal instead; everything is given back then
     */
    void conclude(IkeMessage request, List<Payload> answer, List<AdditionalKeyExchange> outstanding,
            SharedSecrets secrets, Goal goal, long nowNs) throws Refusal {
        if (outstanding.isEmpty()) {
            try (secrets) {
                goal.prepare(secrets, nowNs);
            } catch (Refusal refusal) {
                goal.abandon();
                throw refusal;
            }
            sa.respond(request.header(), answer);
            goal.finish(nowNs);
            return;
        }
        Pending pending = new Pending(Bytes.ofLong(sa.environment().random().nextLong()), outstanding, secrets, goal,
                nowNs + PATIENCE_NS);
        Object old = goal.old();
        if (old != null) {
            abandon(each -> old.equals(each.goal.old()));
        }
        while (all.size() >= MAX_PENDING) {
            all.removeFirst().abandon();
        }
        all.add(pending);
        List<Payload> withLink = new ArrayList<>(answer);
        withLink.add(new NotifyPayload(NotifyType.ADDITIONAL_KEY_EXCHANGE, pending.link));
        sa.respond(request.header(), withLink);
    }

    void respond(IkeMessage request, long nowNs) {
        try {
            NotifyPayload link = request.notification(NotifyType.ADDITIONAL_KEY_EXCHANGE);
            Pending pending = link == null
                    ? null
                    : all.stream().filter(each -> each.link.equals(link.value())).findFirst().orElse(null);
            if (pending == null) {
                throw new Refusal(NotifyType.STATE_NOT_FOUND, "no key exchange is to follow, or no longer");
            }
            all.remove(pending);
            KeyExchange.Answer answer = answer(pending, request);
            pending.secrets.add(answer.shared());
            int group = Objects.requireNonNull(pending.outstanding.getFirst().method()).group();
            conclude(request, List.of(new KePayload(group, answer.publicValue())),
                    pending.outstanding.subList(1, pending.outstanding.size()), pending.secrets, pending.goal, nowNs);
        } catch (Refusal refusal) {
            sa.log("IKE_FOLLOWUP_KE is refused with %s: %s".formatted(refusal.answer().notifyType(),
                    refusal.explanation()));
            sa.respond(request.header(), List.of(refusal.answer()));
        }
    }

    private KeyExchange.Answer answer(Pending pending, IkeMessage request) throws Refusal {
        KeyExchangeMethod method = Objects.requireNonNull(pending.outstanding.getFirst().method());
        KePayload ke = request.find(KePayload.class);
        try {
            if (ke == null || ke.group() != method.group()) {
                throw MalformedMessage.syntax("wanted " + method.keyword());
            }
            return KeyExchange.answer(method, ke.publicValue(), sa.environment().random());
        } catch (MalformedMessage bad) {
            pending.abandon();
            throw new Refusal(NotifyType.INVALID_SYNTAX, "key exchange: " + bad.getMessage());
        }
    }

    /** Whether the peer is about to replace this SA. */
    boolean concern(Object old) {
        return all.stream().anyMatch(each -> old.equals(each.goal.old()));
    }

    void abandon(Goal goal) {
        abandon(each -> goal.equals(each.goal));
    }

    void abandonAll() {
        abandon(_ -> true);
    }

    void onTimer(long nowNs) {
        if (all.isEmpty()) {
            return; // as nearly always, of thousands of IKE SAs
        }
        abandon(each -> nowNs - each.untilNs >= 0);
    }

    private void abandon(Predicate<Pending> which) {
        List<Pending> gone = all.stream().filter(which).toList();
        all.removeAll(gone);
        gone.forEach(Pending::abandon);
    }
}
