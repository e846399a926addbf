package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.security.SecureRandom;

/**
 * The responder's side of a key exchange in two steps: our public value at once, the secret when the initiator has
 * gone on. Who forges an IKE_SA_INIT costs us no more than an ephemeral key.
 */
public sealed interface DeferredAgreement extends AutoCloseable {
    /**
     * The first step.
     *
     * @throws MalformedMessage if the peer's value cannot be one: its length is wrong, or a KEM refuses it
     */
    static DeferredAgreement begin(KeyExchangeMethod method, Bytes peerValue, SecureRandom random)
            throws MalformedMessage {
        if (method.isPostQuantum()) {
            return new Encapsulated(KeyExchange.answer(method, peerValue, random));
        }
        if (peerValue.length() != method.publicBytes()) {
            throw MalformedMessage.syntax(method.keyword() + " public value of " + peerValue.length() + " bytes");
        }
        return new Half(KeyExchange.generate(method, random), peerValue);
    }

    /** The data of our KE payload. */
    Bytes publicValue();

    /**
     * The second step; the caller closes the secret.
     *
     * @throws MalformedMessage as {@link KeyExchange#agree} does
     */
    Secret agree() throws MalformedMessage;

    @Override
    void close();

    /** A KEM's ciphertext and secret are made together: nothing is left to do. */
    record Encapsulated(KeyExchange.Answer answer) implements DeferredAgreement {
        @Override
        public Bytes publicValue() {
            return answer.publicValue();
        }

        @Override
        public Secret agree() {
            Secret shared = answer.shared();
            return shared.slice(0, shared.length());
        }

        @Override
        public void close() {
            answer.shared().close();
        }
    }

    /** An ephemeral key, and the value of the peer that it is to be agreed with. */
    record Half(KeyExchange own, Bytes peerValue) implements DeferredAgreement {
        @Override
        public Bytes publicValue() {
            return own.publicValue();
        }

        @Override
        public Secret agree() throws MalformedMessage {
            return own.agree(peerValue);
        }

        @Override
        public void close() {
            own.close();
        }
    }
}
