package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.crypto.AdditionalKeyExchange;
import io.gapura.ike.crypto.ChildKeys;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.KeySchedule;
import io.gapura.ike.crypto.Nonces;
import io.gapura.ike.crypto.SharedSecrets;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A child SA that we ask for by CREATE_CHILD_SA, from the offer until its keys are agreed on. */
final class ChildRequest {
    private final IkeSa sa;
    private final Bytes nonce;
    private final ChildOffer offer;
    private @Nullable Agreement agreement;
    private @Nullable Nonces nonces;
    private boolean oneOfSeveral;

    /** For this child, by the group that the peer has asked for if it has. */
    ChildRequest(IkeSa sa, Child config, @Nullable KeyExchangeMethod method, int lane) {
        this.sa = sa;
        this.nonce = SaInit.nonce(sa.environment().random());
        this.offer = ChildOffer.later(sa, config, method, lane);
    }

    /** SA, Ni, [KEi,] TSi, TSr. */
    List<Payload> payloads() {
        List<Payload> payloads = new ArrayList<>(offer.payloads());
        payloads.add(1, new NoncePayload(nonce));
        return payloads;
    }

    /**
     * Reads the answer.
     *
     * @return the secret of the first key exchange, if there was one
     * @throws Refusal the peer's, or ours; the offer is withdrawn then
     */
    SharedSecrets read(IkeMessage response) throws Refusal {
        ChildOffer.Accepted accepted = offer.read(response);
        NoncePayload peerNonce = response.find(NoncePayload.class);
        if (peerNonce == null) {
            withdraw();
            throw new Refusal(NotifyType.INVALID_SYNTAX, "an answer without nonce");
        }
        agreement = accepted.agreement();
        oneOfSeveral = response.notifies(NotifyType.SA_RESOURCE_INFO);
        nonces = new Nonces(nonce, peerNonce.nonce());
        SharedSecrets secrets = new SharedSecrets();
        return accepted.shared() == null ? secrets : secrets.add(accepted.shared());
    }

    /** The key exchanges that are to follow the first one. */
    List<AdditionalKeyExchange> additional() {
        return Objects.requireNonNull(agreement).suite().additional();
    }

    /** Whether the peer's answer says so, see {@link Lanes}. */
    boolean isOneOfSeveral() {
        return oneOfSeveral;
    }

    /** Ni. */
    Bytes nonce() {
        return nonce;
    }

    /** Of an answer that was read. */
    Nonces nonces() {
        return Objects.requireNonNull(nonces);
    }

    /** Installs it; it is not sent by yet. */
    ChildSa install(SharedSecrets secrets, @Nullable ChildSa old, long nowNs) {
        offer.take();
        return install(sa, Objects.requireNonNull(agreement), secrets, nonces(), Role.INITIATOR, old, nowNs);
    }

    static ChildSa install(IkeSa sa, Agreement agreement, SharedSecrets secrets, Nonces nonces, Role self,
            @Nullable ChildSa old, long nowNs) {
        Session session = sa.session();
        try (ChildKeys keys = KeySchedule.child(session.suite().prf(), session.keys().d(), agreement.suite(), secrets,
                nonces)) {
            return ChildSa.install(sa, agreement, keys, self, old, nowNs);
        }
    }

    void withdraw() {
        offer.withdraw();
    }
}
