package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.security.SecureRandom;

/**
 * The initiator's side of one key exchange, RFC 7296 §1.2 and §3.4: an ephemeral key, used once, gone when closed.
 * Responders need to keep nothing: {@link #answer}.
 *
 * <p>Who computes what is a matter of speed; the module's README has the figures.
 */
public sealed interface KeyExchange extends AutoCloseable
        permits EcpKeyExchange, X25519KeyExchange, X448KeyExchange, ModpKeyExchange, MlKemKeyExchange {
    static KeyExchange generate(KeyExchangeMethod method, SecureRandom random) {
        return switch (method) {
            case CURVE25519 -> X25519KeyExchange.generate(random);
            case CURVE448 -> X448KeyExchange.generate(random);
            case ECP_256, ECP_384, ECP_521, BRAINPOOL_224, BRAINPOOL_256, BRAINPOOL_384, BRAINPOOL_512 ->
                EcpKeyExchange.generate(method, random);
            case MODP_2048, MODP_3072, MODP_4096, MODP_6144, MODP_8192 -> ModpKeyExchange.generate(method, random);
            case ML_KEM_512, ML_KEM_768, ML_KEM_1024 -> MlKemKeyExchange.generate(method, random);
        };
    }

    /** What a responder sends, and what it shares with the initiator then. */
    record Answer(Bytes publicValue, Secret shared) {}

    /**
     * The responder's side, at once.
     *
     * @throws MalformedMessage as {@link #agree} does
     */
    static Answer answer(KeyExchangeMethod method, Bytes peerValue, SecureRandom random) throws MalformedMessage {
        if (method.isPostQuantum()) {
            return MlKemKeyExchange.encapsulate(method, peerValue, random);
        }
        try (KeyExchange own = generate(method, random)) {
            return new Answer(own.publicValue(), own.agree(peerValue));
        }
    }

    KeyExchangeMethod method();

    /** The data of our KE payload. */
    Bytes publicValue();

    /**
     * The shared secret.
     *
     * @throws MalformedMessage if the peer's value has the wrong length, is no element of the group or would make the
     *         secret predictable (RFC 6989, RFC 8031 §2.3, FIPS 203 §7)
     */
    Secret agree(Bytes peerValue) throws MalformedMessage;

    @Override
    void close();
}
