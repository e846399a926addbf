package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.crypto.AdditionalKeyExchange;
import io.gapura.ike.crypto.KeyExchange;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.Nonces;
import io.gapura.ike.crypto.SharedSecrets;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.Role;
import io.gapura.ike.sa.Negotiation.ChildChoice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A child SA that the peer asks for by CREATE_CHILD_SA, from our choice until its keys are agreed on. */
final class ChildAnswer {
    private final IkeSa sa;
    private final Agreement agreement;
    private final Nonces nonces;
    private final SharedSecrets secrets;
    private final List<Payload> payloads;

    private ChildAnswer(IkeSa sa, Agreement agreement, Nonces nonces, SharedSecrets secrets, List<Payload> payloads) {
        this.sa = sa;
        this.agreement = agreement;
        this.nonces = nonces;
        this.secrets = secrets;
        this.payloads = payloads;
    }

    /**
     * Chooses.
     *
     * @param children to choose from
     * @param old      to be replaced, or null
     * @throws Refusal if there is nothing to choose; nothing is reserved then
     */
    static ChildAnswer to(IkeSa sa, IkeMessage request, List<Child> children, @Nullable ChildSa old)
            throws Refusal {
        NoncePayload peerNonce = request.find(NoncePayload.class);
        if (peerNonce == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "CREATE_CHILD_SA without nonce");
        }
        ChildChoice choice = Negotiation.choose(sa, request, children, false);
        int lane = old == null ? Lanes.of(sa, choice.config(), request) : old.lane();
        Bytes nonce = SaInit.nonce(sa.environment().random());
        List<Payload> payloads = new ArrayList<>();
        SharedSecrets secrets = agree(sa, choice, request, payloads);
        int spi = sa.environment().dataPlane().allocateSpi();
        payloads.addFirst(new NoncePayload(nonce));
        payloads.addFirst(new SaPayload(choice.proposal().withSpi(Bytes.ofInt(spi))));
        payloads.add(new TsPayload(Role.INITIATOR, choice.remote()));
        payloads.add(new TsPayload(Role.RESPONDER, choice.local()));
        payloads.addAll(choice.notifications());
        if (choice.config().isPerCpu() && request.notifies(NotifyType.SA_RESOURCE_INFO)) {
            payloads.add(Lanes.info(lane));
        }
        return new ChildAnswer(sa, choice.agreement(spi).inLane(lane), new Nonces(peerNonce.nonce(), nonce), secrets,
                payloads);
    }

    private static SharedSecrets agree(IkeSa sa, ChildChoice choice, IkeMessage request, List<Payload> payloads)
            throws Refusal {
        KeyExchangeMethod method = choice.agreement(0).suite().keyExchange();
        KePayload ke = request.find(KePayload.class);
        SharedSecrets secrets = new SharedSecrets();
        if (method == null || ke == null) {
            return secrets;
        }
        try {
            KeyExchange.Answer answer = KeyExchange.answer(method, ke.publicValue(), sa.environment().random());
            payloads.add(new KePayload(method.group(), answer.publicValue()));
            return secrets.add(answer.shared());
        } catch (MalformedMessage bad) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "key exchange: " + bad.getMessage());
        }
    }

    /** SA, Nr, [KEr,] TSi, TSr, [N(USE_TRANSPORT_MODE),] [N(SA_RESOURCE_INFO)]. */
    List<Payload> payloads() {
        return payloads;
    }

    List<AdditionalKeyExchange> additional() {
        return agreement.suite().additional();
    }

    /** Which of the children on offer it is. */
    Child config() {
        return agreement.config();
    }

    Nonces nonces() {
        return nonces;
    }

    /** Of the first key exchange, if there is one. */
    SharedSecrets secrets() {
        return secrets;
    }

    /** Installs it to receive; it is not sent by yet. */
    ChildSa install(SharedSecrets all, @Nullable ChildSa old, long nowNs) {
        return ChildRequest.install(sa, agreement, all, nonces, Role.RESPONDER, old, nowNs);
    }

    void withdraw() {
        sa.environment().dataPlane().releaseSpi(agreement.spiIn());
    }
}
