package io.gapura.ike.auth;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Locale;

/** The kinds of keys that sign, and which of each are fit for it: RFC 8247 §3.2 and §4. */
public enum KeyKind {
    RSA("RSA"),
    ECDSA_256("ECDSA on P-256"),
    ECDSA_384("ECDSA on P-384"),
    ECDSA_521("ECDSA on P-521"),
    ED25519("Ed25519"),
    ED448("Ed448"),
    ML_DSA_44("ML-DSA-44"),
    ML_DSA_65("ML-DSA-65"),
    ML_DSA_87("ML-DSA-87");

    static final int SMALLEST_RSA_BITS = 2048;
    /** A larger one costs whoever checks it more than it protects. */
    static final int LARGEST_RSA_BITS = 8192;
    /** Of an RSA exponent: 65537 is usual. */
    private static final int LARGEST_EXPONENT_BITS = 64;

    private final String words;

    KeyKind(String words) {
        this.words = words;
    }

    /**
     * The kind of a key.
     *
     * @throws InvalidKeyException saying why nobody should rely on it
     */
    public static KeyKind of(PublicKey key) throws InvalidKeyException {
        return switch (key) {
            case RSAPublicKey rsa -> checked(rsa);
            case ECPublicKey ec -> ofCurve(ec);
            default -> byName(key.getAlgorithm(), key.getEncoded() == null ? 0 : key.getEncoded().length);
        };
    }

    private static KeyKind checked(RSAPublicKey key) throws InvalidKeyException {
        int bits = key.getModulus().bitLength();
        if (bits < SMALLEST_RSA_BITS || bits > LARGEST_RSA_BITS) {
            throw new InvalidKeyException("an RSA key of %d bits; %d to %d are accepted".formatted(bits,
                    SMALLEST_RSA_BITS, LARGEST_RSA_BITS));
        }
        BigInteger exponent = key.getPublicExponent();
        if (!key.getModulus().testBit(0) || !exponent.testBit(0) || exponent.compareTo(BigInteger.TWO) <= 0
                || exponent.bitLength() > LARGEST_EXPONENT_BITS) {
            throw new InvalidKeyException("an RSA key with an impossible modulus or exponent");
        }
        return RSA;
    }

    private static KeyKind ofCurve(ECPublicKey key) throws InvalidKeyException {
        BigInteger order = key.getParams().getOrder();
        for (EcCurve curve : EcCurve.values()) {
            if (curve.order().equals(order)) {
                return curve.kind();
            }
        }
        throw new InvalidKeyException("an elliptic curve of %d bits that is not P-256, P-384 or P-521".formatted(
                order.bitLength()));
    }

    private static KeyKind byName(String algorithm, int encodedBytes) throws InvalidKeyException {
        return switch (algorithm.toUpperCase(Locale.ROOT).replace('_', '-')) {
            case "ED25519" -> ED25519;
            case "ED448" -> ED448;
            case "EDDSA" -> encodedBytes < 50 ? ED25519 : ED448;
            case "ML-DSA-44" -> ML_DSA_44;
            case "ML-DSA-65" -> ML_DSA_65;
            case "ML-DSA-87" -> ML_DSA_87;
            case "ML-DSA" -> encodedBytes < 1500 ? ML_DSA_44 : encodedBytes < 2200 ? ML_DSA_65 : ML_DSA_87;
            default -> throw new InvalidKeyException("a key for " + algorithm + ", by which nobody signs in IKE");
        };
    }

    @Override
    public String toString() {
        return words;
    }
}
