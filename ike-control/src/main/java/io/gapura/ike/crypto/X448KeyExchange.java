package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X448;

/** Curve448, RFC 8031 and RFC 7748 §6.2. */
final class X448KeyExchange implements KeyExchange {
    private final Secret scalar;
    private final Bytes publicValue;

    private X448KeyExchange(byte[] scalar) {
        byte[] point = new byte[X448.POINT_SIZE];
        X448.generatePublicKey(scalar, 0, point, 0);
        this.scalar = Secret.adopt(scalar);
        this.publicValue = Bytes.copyOf(point);
    }

    static X448KeyExchange generate(SecureRandom random) {
        byte[] scalar = new byte[X448.SCALAR_SIZE];
        X448.generatePrivateKey(random, scalar);
        return new X448KeyExchange(scalar);
    }

    static X448KeyExchange of(byte[] scalar) {
        return new X448KeyExchange(scalar.clone());
    }

    @Override
    public KeyExchangeMethod method() {
        return KeyExchangeMethod.CURVE448;
    }

    @Override
    public Bytes publicValue() {
        return publicValue;
    }

    @Override
    public Secret agree(Bytes peerValue) throws MalformedMessage {
        if (peerValue.length() != X448.POINT_SIZE) {
            throw MalformedMessage.syntax("x448 public value of " + peerValue.length() + " bytes");
        }
        byte[] shared = new byte[X448.POINT_SIZE];
        boolean nonZero = scalar
                .use(value -> X448.calculateAgreement(value, 0, peerValue.toArray(), 0, shared, 0));
        if (!nonZero) {
            throw MalformedMessage.syntax("x448 public value of low order");
        }
        return Secret.adopt(shared);
    }

    @Override
    public void close() {
        scalar.close();
    }
}
