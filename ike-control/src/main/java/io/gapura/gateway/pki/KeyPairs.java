package io.gapura.gateway.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Provider;
import java.security.Signature;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Whether a private and a public key belong together. */
public final class KeyPairs {
    private static final byte[] ANYTHING = "whatever is to be signed".getBytes(StandardCharsets.US_ASCII);

    private KeyPairs() {
    }

    /** Of keys in memory. */
    static boolean match(KeyPair pair) {
        return match(pair, null);
    }

    /** Of a private key in a token, if {@code token} is one. */
    public static boolean match(KeyPair pair, @Nullable Provider token) {
        if (!kind(pair.getPrivate().getAlgorithm()).equals(kind(pair.getPublic().getAlgorithm()))) {
            return false;
        }
        String algorithm = switch (kind(pair.getPublic().getAlgorithm())) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case String other -> other;
        };
        try {
            Signature signer = token == null
                    ? Signature.getInstance(algorithm)
                    : Signature.getInstance(algorithm, token);
            signer.initSign(pair.getPrivate());
            signer.update(ANYTHING);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(pair.getPublic());
            verifier.update(Arrays.copyOf(ANYTHING, ANYTHING.length));
            return verifier.verify(signature);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static String kind(String algorithm) {
        return algorithm.startsWith("Ed") ? "EdDSA" : algorithm.startsWith("ML-DSA") ? "ML-DSA" : algorithm;
    }
}
