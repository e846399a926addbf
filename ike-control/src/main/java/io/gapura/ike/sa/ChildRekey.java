package io.gapura.ike.sa;

import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.Nonces;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Protocol;
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
 * again, deleted by who began it; the other's beginner deletes the old child (§2.8.1).
 */
final class ChildRekey implements Exchange {
    private static final long RETRY_NS = Duration.ofSeconds(5).toNanos();

    private final IkeSa sa;
    private final ChildSa old;
    private final @Nullable KeyExchangeMethod method;
    private final Bytes nonce;
    private @Nullable ChildOffer offer;
    private @Nullable Rival rival;

    /** What the peer has made of the same child meanwhile. */
    private record Rival(ChildSa child, Nonces nonces) {}

    ChildRekey(IkeSa sa, ChildSa old) {
        this(sa, old, null);
    }

    private ChildRekey(IkeSa sa, ChildSa old, @Nullable KeyExchangeMethod method) {
        this.sa = sa;
        this.old = old;
        this.method = method;
        this.nonce = SaInit.nonce(sa.environment().random());
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
        return sa.state() == IkeState.ESTABLISHED && old.state() == ChildSa.State.INSTALLED;
    }

    @Override
    public List<Payload> request(long nowNs) {
        sa.log("rekeying child SA %s".formatted(old));
        offer = ChildOffer.later(sa, old.config(), method);
        List<Payload> payloads = new ArrayList<>();
        payloads.add(new NotifyPayload(Protocol.ESP, Bytes.ofInt(old.spiIn()), NotifyType.REKEY_SA, Bytes.EMPTY));
        payloads.addAll(CreateChildSa.payloads(offer, nonce));
        return payloads;
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        try {
            ChildSa fresh = CreateChildSa.take(sa, Objects.requireNonNull(offer), response, nonce, old,
                    nowNs);
            sa.add(fresh);
            Bytes peerNonce = Objects.requireNonNull(response.find(NoncePayload.class)).nonce();
            settle(fresh, new Nonces(nonce, peerNonce), nowNs);
        } catch (Refusal refusal) {
            onRefusal(refusal, nowNs);
        }
    }

    private void settle(ChildSa fresh, Nonces nonces, long nowNs) {
        Rival other = rival;
        if (other != null && lowest(nonces).compareTo(lowest(other.nonces)) < 0) {
            sa.log("both sides rekeyed %s at once: the peer's %s stays".formatted(old, other.child));
            fresh.yieldTo(other.child);
            old.inheritedBy(other.child);
            sa.delete(fresh, nowNs);
            return;
        }
        if (other != null) {
            sa.log("both sides rekeyed %s at once: our %s stays".formatted(old, fresh));
            other.child.yieldTo(fresh);
        }
        old.replacedBy(fresh);
        sa.delete(old, nowNs);
    }

    static Bytes lowest(Nonces nonces) {
        return nonces.initiator().compareTo(nonces.responder()) < 0 ? nonces.initiator() : nonces.responder();
    }

    private void onRefusal(Refusal refusal, long nowNs) {
        KeyExchangeMethod other = CreateChildSa.otherGroup(refusal, old.config(), method);
        NotifyType type = refusal.answer().notifyType();
        if (rival != null) {
            old.inheritedBy(rival.child);
        } else if (other != null) {
            sa.requests().add(new ChildRekey(sa, old, other), nowNs);
        } else if (type.equals(NotifyType.CHILD_SA_NOT_FOUND)) {
            sa.log("the peer no longer has child SA %s: setting it up anew".formatted(old));
            sa.closeChild(old, Closure.REPLACED, nowNs);
            sa.addChild(old.config(), nowNs);
        } else {
            sa.warn("child SA %s is not rekeyed, trying again soon: %s".formatted(old, refusal.explanation()));
            old.rekeyAt(nowNs + RETRY_NS);
        }
    }

    // ---- the other side

    static void respond(IkeSa sa, IkeMessage request, NotifyPayload rekeyed, long nowNs) throws Refusal {
        ChildSa old = rekeyed.spi().length() == Integer.BYTES ? sa.childBySpiOut(rekeyed.spi().intAt(0)) : null;
        if (old == null) {
            throw new Refusal(NotifyType.CHILD_SA_NOT_FOUND, "rekeying " + rekeyed.spi().hex());
        }
        if (old.state() != ChildSa.State.INSTALLED) {
            throw new Refusal(NotifyType.TEMPORARY_FAILURE, "child SA " + old + " is being replaced or deleted");
        }
        CreateChildSa.Answer answer = CreateChildSa.answer(sa, request, List.of(old.config()), old, nowNs);
        sa.log("the peer rekeys child SA %s".formatted(old));
        sa.respond(request.header(), answer.payloads());
        sa.add(answer.child());
        if (sa.requests().current() instanceof ChildRekey mine && mine.old == old) {
            mine.rival = new Rival(answer.child(), answer.nonces());
        }
        old.inheritedBy(answer.child());
    }
}
