package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.teletrust.TeleTrusTNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/** NIST's curves (RFC 5903) and Brainpool's (RFC 6954): public values are x | y, the secret is x. */
final class EcpKeyExchange implements KeyExchange {
    private static final Map<KeyExchangeMethod, X9ECParameters> CURVES = Map.of(
            KeyExchangeMethod.ECP_256, CustomNamedCurves.getByName("secp256r1"),
            KeyExchangeMethod.ECP_384, CustomNamedCurves.getByName("secp384r1"),
            KeyExchangeMethod.ECP_521, CustomNamedCurves.getByName("secp521r1"),
            KeyExchangeMethod.BRAINPOOL_224, TeleTrusTNamedCurves.getByName("brainpoolP224r1"),
            KeyExchangeMethod.BRAINPOOL_256, TeleTrusTNamedCurves.getByName("brainpoolP256r1"),
            KeyExchangeMethod.BRAINPOOL_384, TeleTrusTNamedCurves.getByName("brainpoolP384r1"),
            KeyExchangeMethod.BRAINPOOL_512, TeleTrusTNamedCurves.getByName("brainpoolP512r1"));

    /** SEC 1 §2.3.3: what stands before x | y of an uncompressed point. */
    private static final byte UNCOMPRESSED = 4;

    private final KeyExchangeMethod method;
    private final X9ECParameters curve;
    private final Secret scalar;
    private final Bytes publicValue;

    private EcpKeyExchange(KeyExchangeMethod method, BigInteger scalar) {
        this.method = method;
        this.curve = curve(method);
        this.scalar = Secret.adopt(BigIntegers.asUnsignedByteArray(scalar));
        ECPoint point = new FixedPointCombMultiplier().multiply(curve.getG(), scalar).normalize();
        this.publicValue = Bytes.copyOf(point.getEncoded(false)).from(1);
    }

    static EcpKeyExchange generate(KeyExchangeMethod method, SecureRandom random) {
        BigInteger lessThanOrder = curve(method).getN().subtract(BigInteger.ONE);
        return new EcpKeyExchange(method, BigIntegers.createRandomInRange(BigInteger.ONE, lessThanOrder, random));
    }

    static EcpKeyExchange of(KeyExchangeMethod method, BigInteger scalar) {
        return new EcpKeyExchange(method, scalar);
    }

    private static X9ECParameters curve(KeyExchangeMethod method) {
        return Objects.requireNonNull(CURVES.get(method), "no such curve");
    }

    @Override
    public KeyExchangeMethod method() {
        return method;
    }

    @Override
    public Bytes publicValue() {
        return publicValue;
    }

    @Override
    public Secret agree(Bytes peerValue) throws MalformedMessage {
        ECPoint peer = point(peerValue);
        ECPoint shared = scalar.use(value -> peer.multiply(new BigInteger(1, value))).normalize();
        if (shared.isInfinity()) {
            throw MalformedMessage.syntax(method.keyword() + " public value of low order");
        }
        return Secret.adopt(shared.getAffineXCoord().getEncoded());
    }

    /** All these curves have cofactor 1: a point on the curve is in the group. */
    private ECPoint point(Bytes peerValue) throws MalformedMessage {
        if (peerValue.length() != method.publicBytes()) {
            throw MalformedMessage.syntax(method.keyword() + " public value of " + peerValue.length() + " bytes");
        }
        byte[] encoded = new byte[1 + peerValue.length()];
        encoded[0] = UNCOMPRESSED;
        peerValue.copyTo(encoded, 1);
        try {
            return curve.getCurve().decodePoint(encoded);
        } catch (IllegalArgumentException e) {
            throw MalformedMessage.syntax(method.keyword() + " public value is not on the curve");
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    @Override
    public void close() {
        scalar.close();
    }
}
