package io.gapura.ike.auth;

import io.gapura.ike.message.AuthMethod;
import java.math.BigInteger;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;

/** The curves of RFC 4754, each with the hash that belongs to it there. */
enum EcCurve {
    P256("secp256r1", KeyKind.ECDSA_256, AuthMethod.ECDSA_256, SignatureScheme.ECDSA_SHA256),
    P384("secp384r1", KeyKind.ECDSA_384, AuthMethod.ECDSA_384, SignatureScheme.ECDSA_SHA384),
    P521("secp521r1", KeyKind.ECDSA_521, AuthMethod.ECDSA_521, SignatureScheme.ECDSA_SHA512);

    private final BigInteger order;
    private final KeyKind kind;
    private final int method;
    private final SignatureScheme scheme;

    EcCurve(String name, KeyKind kind, AuthMethod method, SignatureScheme scheme) {
        this.order = ECNamedCurveTable.getByName(name).getN();
        this.kind = kind;
        this.method = method.number();
        this.scheme = scheme;
    }

    static EcCurve of(KeyKind kind) {
        for (EcCurve each : values()) {
            if (each.kind == kind) {
                return each;
            }
        }
        throw new IllegalArgumentException(kind + " has no curve");
    }

    BigInteger order() {
        return order;
    }

    KeyKind kind() {
        return kind;
    }

    AuthMethod method() {
        return new AuthMethod(method);
    }

    SignatureScheme scheme() {
        return scheme;
    }

    /** Of r and of s, RFC 4754 §7. */
    int halfBytes() {
        return (order.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
    }
}
