package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** Curve25519, RFC 8031 and RFC 7748 §6.1. */
final class X25519KeyExchange implements KeyExchange {
    private final Secret scalar;
    private final Bytes publicValue;

    private X25519KeyExchange(byte[] scalar) {
        byte[] point = new byte[X25519.POINT_SIZE];
        X25519.generatePublicKey(scalar, 0, point, 0);
        this.scalar = Secret.adopt(scalar);
        this.publicValue = Bytes.copyOf(point);
    }

    static X25519KeyExchange generate(SecureRandom random) {
        byte[] scalar = new byte[X25519.SCALAR_SIZE];
        X25519.generatePrivateKey(random, scalar);
        return new X25519KeyExchange(scalar);
    }

    static X25519KeyExchange of(byte[] scalar) {
        return new X25519KeyExchange(scalar.clone());
    }

    @Override
    public KeyExchangeMethod method() {
        return KeyExchangeMethod.CURVE25519;
    }

    @Override
    public Bytes publicValue() {
        return publicValue;
    }

    @Override
    public Secret agree(Bytes peerValue) throws MalformedMessage {
        if (peerValue.length() != X25519.POINT_SIZE) {
            throw MalformedMessage.syntax("x25519 public value of " + peerValue.length() + " bytes");
        }
        byte[] shared = new byte[X25519.POINT_SIZE];
        boolean nonZero = scalar
                .use(value -> X25519.calculateAgreement(value, 0, peerValue.toArray(), 0, shared, 0));
        if (!nonZero) {
            throw MalformedMessage.syntax("x25519 public value of low order");
        }
        return Secret.adopt(shared);
    }

    @Override
    public void close() {
        scalar.close();
    }
}
