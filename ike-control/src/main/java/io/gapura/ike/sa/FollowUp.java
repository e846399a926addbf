package io.gapura.ike.sa;

import io.gapura.ike.crypto.AdditionalKeyExchange;
import io.gapura.ike.crypto.KeyExchange;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.SharedSecrets;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * IKE_FOLLOWUP_KE, RFC 9370 §2.2.4: a further key exchange of a CREATE_CHILD_SA exchange, right after it. The peer
 * gives us a link to what it remembers.
 *
 * <pre>
 *                      <--  HDR, SK {…, N(ADDITIONAL_KEY_EXCHANGE)(link)}      CREATE_CHILD_SA's answer
 *   HDR, SK {KEi(n), N(ADDITIONAL_KEY_EXCHANGE)(link)}  -->
 *                      <--  HDR, SK {KEr(n) [, N(ADDITIONAL_KEY_EXCHANGE)(next link)]}
 *                      <--  HDR, SK {N(STATE_NOT_FOUND)}                       it has forgotten: all was in vain
 * </pre>
 *
 * <p>How it is answered: {@link FollowUps}.
 */
final class FollowUp implements Exchange {
    private final IkeSa sa;
    private final Origin origin;
    private final List<AdditionalKeyExchange> outstanding;
    private final SharedSecrets secrets;
    private final Bytes link;
    private @Nullable KeyExchange keyExchange;

    /** The exchange that goes on when all keys are agreed on. */
    interface Origin extends Exchange {
        /** The secrets stay the caller's to close. */
        void onAgreed(SharedSecrets secrets, long nowNs);

        void onRefused(Refusal refusal, long nowNs);
    }

    private FollowUp(IkeSa sa, Origin origin, List<AdditionalKeyExchange> outstanding, SharedSecrets secrets,
            Bytes link) {
        this.sa = sa;
        this.origin = origin;
        this.outstanding = outstanding;
        this.secrets = secrets;
        this.link = link;
    }

    /**
     * What comes after an answer of the peer: another key exchange, or {@link Origin#onAgreed}.
     *
     * @throws Refusal if key exchanges are to follow, but the peer gives no link; the secrets are closed then
     */
    static void goOn(IkeSa sa, Origin origin, List<AdditionalKeyExchange> outstanding, SharedSecrets secrets,
            IkeMessage answer, long nowNs) throws Refusal {
        if (outstanding.isEmpty()) {
            try (secrets) {
                origin.onAgreed(secrets, nowNs);
            }
            return;
        }
        NotifyPayload link = answer.notification(NotifyType.ADDITIONAL_KEY_EXCHANGE);
        if (link == null) {
            secrets.close();
            throw new Refusal(NotifyType.INVALID_SYNTAX, "an answer without link to the key exchanges to follow");
        }
        sa.requests().goOn(new FollowUp(sa, origin, outstanding, secrets, link.value()));
    }

    Origin origin() {
        return origin;
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.IKE_FOLLOWUP_KE;
    }

    @Override
    public List<Payload> request(long nowNs) {
        KeyExchangeMethod method = Objects.requireNonNull(outstanding.getFirst().method());
        keyExchange = KeyExchange.generate(method, sa.environment().random());
        return List.of(new KePayload(method.group(), keyExchange.publicValue()),
                new NotifyPayload(NotifyType.ADDITIONAL_KEY_EXCHANGE, link));
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        try (KeyExchange own = Objects.requireNonNull(keyExchange)) {
            agree(own, response);
            goOn(sa, origin, outstanding.subList(1, outstanding.size()), secrets, response, nowNs);
        } catch (Refusal refusal) {
            secrets.close();
            origin.onRefused(refusal, nowNs);
        }
    }

    private void agree(KeyExchange own, IkeMessage response) throws Refusal {
        NotifyPayload error = response.error();
        if (error != null) {
            throw new Refusal(error.notifyType(), error.value(),
                    "the peer answers %s to IKE_FOLLOWUP_KE".formatted(error.notifyType()));
        }
        KePayload ke = response.find(KePayload.class);
        if (ke == null || ke.group() != own.method().group()) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "an answer without " + own.method().keyword());
        }
        try {
            secrets.add(own.agree(ke.publicValue()));
        } catch (MalformedMessage bad) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "key exchange: " + bad.getMessage());
        }
    }

    @Override
    public void abandon() {
        secrets.close();
        if (keyExchange != null) {
            keyExchange.close();
        }
        origin.abandon();
    }
}
