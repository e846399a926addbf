package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.crypto.ChildKeys;
import io.gapura.ike.crypto.KeyExchange;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.KeySchedule;
import io.gapura.ike.crypto.Nonces;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.Protocol;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import io.gapura.ike.sa.Negotiation.ChildChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * CREATE_CHILD_SA for another child SA, RFC 7296 §1.3.1; and what the rekeying of a child has in common with it.
 *
 * <pre>
 *   HDR, SK {SA, Ni, [KEi,] TSi, TSr}  -->
 *                      <--  HDR, SK {SA, Nr, [KEr,] TSi, TSr}
 * </pre>
 */
final class CreateChildSa implements Exchange {
    /** More children of one peer than any configuration needs. */
    private static final int MAX_CHILDREN = 256;

    private final IkeSa sa;
    private final Child config;
    private final @Nullable KeyExchangeMethod method;
    private final Bytes nonce;
    private @Nullable ChildOffer offer;

    CreateChildSa(IkeSa sa, Child config) {
        this(sa, config, null);
    }

    private CreateChildSa(IkeSa sa, Child config, @Nullable KeyExchangeMethod method) {
        this.sa = sa;
        this.config = config;
        this.method = method;
        this.nonce = SaInit.nonce(sa.environment().random());
    }

    Child config() {
        return config;
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.CREATE_CHILD_SA;
    }

    @Override
    public boolean isWanted() {
        return sa.state() == IkeState.ESTABLISHED
                && sa.children().stream().noneMatch(child -> child.name().equals(config.name()));
    }

    @Override
    public List<Payload> request(long nowNs) {
        offer = ChildOffer.later(sa, config, method);
        return payloads(offer, nonce);
    }

    static List<Payload> payloads(ChildOffer offer, Bytes nonce) {
        List<Payload> payloads = new ArrayList<>(offer.payloads());
        payloads.add(1, new NoncePayload(nonce));
        return payloads;
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        try {
            ChildSa child = take(sa, Objects.requireNonNull(offer), response, nonce, null, nowNs);
            child.send();
            sa.add(child);
        } catch (Refusal refusal) {
            KeyExchangeMethod other = otherGroup(refusal, config, method);
            if (other != null) {
                sa.requests().add(new CreateChildSa(sa, config, other), nowNs);
                return;
            }
            sa.warn("child %s is not up: %s".formatted(config.name(), refusal.explanation()));
            sa.environment().onChildRefused(sa, config, refusal.explanation(), nowNs);
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

    /** Installs what the peer has accepted; it is not sent by yet. */
    static ChildSa take(IkeSa sa, ChildOffer offer, IkeMessage response, Bytes ownNonce, @Nullable ChildSa old,
            long nowNs)
            throws Refusal {
        ChildOffer.Accepted accepted = offer.read(response);
        NoncePayload peerNonce = response.find(NoncePayload.class);
        if (peerNonce == null) {
            offer.withdraw();
            throw new Refusal(NotifyType.INVALID_SYNTAX, "an answer without nonce");
        }
        return install(sa, accepted.agreement(), accepted.shared(), new Nonces(ownNonce, peerNonce.nonce()),
                Role.INITIATOR, old, nowNs);
    }

    private static ChildSa install(IkeSa sa, Agreement agreement, @Nullable Secret shared, Nonces nonces, Role self,
            @Nullable ChildSa old, long nowNs) {
        Session session = sa.session();
        try (ChildKeys keys = KeySchedule.child(session.suite().prf(), session.keys().d(), agreement.suite(), shared,
                nonces)) {
            return ChildSa.install(sa, agreement, keys, self, old, nowNs);
        } finally {
            if (shared != null) {
                shared.close();
            }
        }
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
        Answer answer = answer(sa, request, sa.connection().children(), null, nowNs);
        sa.respond(request.header(), answer.payloads);
        sa.add(answer.child);
        answer.child.send();
    }

    /** A new child, installed to receive, and what to tell the peer of it. */
    record Answer(ChildSa child, List<Payload> payloads, Nonces nonces) {}

    /**
     * @param children to choose from
     * @param old      to be replaced, or null
     */
    static Answer answer(IkeSa sa, IkeMessage request, List<Child> children, @Nullable ChildSa old, long nowNs)
            throws Refusal {
        NoncePayload peerNonce = request.find(NoncePayload.class);
        if (peerNonce == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "CREATE_CHILD_SA without nonce");
        }
        ChildChoice choice = Negotiation.choose(request, children, false);
        Bytes nonce = SaInit.nonce(sa.environment().random());
        Nonces nonces = new Nonces(peerNonce.nonce(), nonce);
        List<Payload> payloads = new ArrayList<>();
        Secret shared = agree(sa, choice, request, payloads);
        int spi = sa.environment().dataPlane().allocateSpi();
        payloads.addFirst(new NoncePayload(nonce));
        payloads.addFirst(new SaPayload(choice.proposal().withSpi(Bytes.ofInt(spi))));
        payloads.add(new TsPayload(Role.INITIATOR, choice.remote()));
        payloads.add(new TsPayload(Role.RESPONDER, choice.local()));
        Agreement agreement = choice.agreement(spi);
        ChildSa child = install(sa, agreement, shared, nonces, Role.RESPONDER, old, nowNs);
        return new Answer(child, payloads, nonces);
    }

    private static @Nullable Secret agree(IkeSa sa, ChildChoice choice, IkeMessage request, List<Payload> payloads)
            throws Refusal {
        KeyExchangeMethod method = choice.agreement(0).suite().keyExchange();
        KePayload ke = request.find(KePayload.class);
        if (method == null || ke == null) {
            return null;
        }
        try (KeyExchange own = KeyExchange.generate(method, sa.environment().random())) {
            payloads.add(new KePayload(method.group(), own.publicValue()));
            return own.agree(ke.publicValue());
        } catch (MalformedMessage bad) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "key exchange: " + bad.getMessage());
        }
    }
}
