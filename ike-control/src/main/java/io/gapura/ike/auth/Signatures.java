package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies by JCA: RSA and ML-DSA by the JDK, ECDSA and EdDSA by Bouncy Castle, which is several times as fast
 * (README). Keys in tokens sign by their own provider.
 */
final class Signatures {
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    private Signatures() {
    }

    /**
     * A signature.
     *
     * @param token the provider that has the key, or null for a key in memory
     */
    static Bytes sign(SignatureScheme scheme, PrivateKey key, @Nullable Provider token, Bytes octets)
            throws GeneralSecurityException {
        Signature signature = token == null ? of(scheme) : Signature.getInstance(name(scheme), token);
        if (scheme.isPss()) {
            signature.setParameter(PssParameters.jca(scheme.hash()));
        }
        signature.initSign(token == null && isByBouncyCastle(scheme) ? translated(key) : key);
        signature.update(octets.toBuffer());
        return Bytes.copyOf(signature.sign());
    }

    private static PrivateKey translated(PrivateKey key) throws GeneralSecurityException {
        return factory(key.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
    }

    /** Whether it is one; whatever is wrong with it, the answer is no. */
    static boolean verify(SignatureScheme scheme, PublicKey key, Bytes octets, Bytes value) {
        try {
            if (key instanceof RSAPublicKey rsa && !isBelowModulus(rsa, value)) {
                return false;
            }
            Signature signature = of(scheme);
            if (scheme.isPss()) {
                signature.setParameter(PssParameters.jca(scheme.hash()));
            }
            signature.initVerify(isByBouncyCastle(scheme) ? translated(key) : key);
            signature.update(octets.toBuffer());
            return signature.verify(value.toArray());
        } catch (SignatureException _) {
            return false;
        } catch (GeneralSecurityException | RuntimeException _) {
            return false; // providers throw whatever they like at what a peer makes up
        }
    }

    /** As long as the modulus, and a number less than it, RFC 8017 §8.2.2. */
    private static boolean isBelowModulus(RSAPublicKey key, Bytes value) {
        BigInteger modulus = key.getModulus();
        BigInteger number = new BigInteger(1, value.toArray());
        return value.length() == (modulus.bitLength() + Byte.SIZE - 1) / Byte.SIZE && number.signum() > 0
                && number.compareTo(modulus) < 0;
    }

    private static PublicKey translated(PublicKey key) throws GeneralSecurityException {
        return factory(key.getAlgorithm()).generatePublic(new X509EncodedKeySpec(key.getEncoded()));
    }

    private static KeyFactory factory(String algorithm) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm.equals("EC") ? "EC" : "EdDSA", BOUNCY_CASTLE);
    }

    private static boolean isByBouncyCastle(SignatureScheme scheme) {
        return switch (scheme) {
            case ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512, ED25519, ED448 -> true;
            default -> false;
        };
    }

    private static Signature of(SignatureScheme scheme) throws GeneralSecurityException {
        return isByBouncyCastle(scheme)
                ? Signature.getInstance(name(scheme), BOUNCY_CASTLE)
                : Signature.getInstance(name(scheme));
    }

    private static String name(SignatureScheme scheme) {
        return switch (scheme) {
            case RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512 -> "RSASSA-PSS";
            case RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512 -> scheme.hash().jca() + "withRSA";
            case ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512 -> scheme.hash().jca() + "withECDSA";
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case ML_DSA_44 -> "ML-DSA-44";
            case ML_DSA_65 -> "ML-DSA-65";
            case ML_DSA_87 -> "ML-DSA-87";
        };
    }
}
