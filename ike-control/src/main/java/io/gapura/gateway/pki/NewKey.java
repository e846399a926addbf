package io.gapura.gateway.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** What kinds of keys can be made. */
public enum NewKey {
    ED25519("Ed25519", 0),
    ED448("Ed448", 0),
    ECDSA_256("EC", 256),
    ECDSA_384("EC", 384),
    ECDSA_521("EC", 521),
    RSA_2048("RSA", 2048),
    RSA_3072("RSA", 3072),
    RSA_4096("RSA", 4096),
    /** Experimental: peers that know them are rare. */
    ML_DSA_44("ML-DSA-44", 0),
    ML_DSA_65("ML-DSA-65", 0),
    ML_DSA_87("ML-DSA-87", 0);

    private final String algorithm;
    private final int bits;

    NewKey(String algorithm, int bits) {
        this.algorithm = algorithm;
        this.bits = bits;
    }

    /** Makes one. */
    public KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp" + bits + "r1"));
        } else if (bits != 0) {
            generator.initialize(bits);
        }
        return generator.generateKeyPair();
    }
}
