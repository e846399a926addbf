package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.security.SecureRandom;

/**
 * One side of one key exchange, RFC 7296 §1.2 and §3.4: an ephemeral key, used once, gone when closed.
 *
 * <p>Bouncy Castle computes the curves, being more than twice as fast as the JDK there; MODP is plain
 * {@link java.math.BigInteger}, where the JDK's intrinsics win.
 */
public sealed interface KeyExchange extends AutoCloseable permits EcpKeyExchange, X25519KeyExchange, ModpKeyExchange {
    static KeyExchange generate(KeyExchangeMethod method, SecureRandom random) {
        return switch (method) {
            case CURVE25519 -> X25519KeyExchange.generate(random);
            case ECP_256, ECP_384 -> EcpKeyExchange.generate(method, random);
            case MODP_2048 -> ModpKeyExchange.generate(random);
        };
    }

    KeyExchangeMethod method();

    /** The data of our KE payload. */
    Bytes publicValue();

    /**
     * The shared secret.
     *
     * @throws MalformedMessage if the peer's value has the wrong length, is no element of the group or would make the
     *         secret predictable (RFC 6989, RFC 8031 §2.3)
     */
    Secret agree(Bytes peerValue) throws MalformedMessage;

    @Override
    void close();
}
