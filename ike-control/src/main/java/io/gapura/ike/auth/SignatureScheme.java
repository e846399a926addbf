package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.security.SignatureException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * The signatures that an AUTH payload of method 14 can carry, RFC 7427 §3, RFC 8420, draft-ietf-ipsecme-ikev2-pqc-auth:
 *
 * <pre>
 *   | length of the next (1) | AlgorithmIdentifier in DER | signature |
 * </pre>
 *
 * <p>Within one kind of key, in order of preference.
 */
public enum SignatureScheme {
    RSA_PSS_SHA256("RSA", HashAlgorithm.SHA2_256, pss(HashAlgorithm.SHA2_256), "rsa-pss-sha256"),
    RSA_PSS_SHA384("RSA", HashAlgorithm.SHA2_384, pss(HashAlgorithm.SHA2_384), "rsa-pss-sha384"),
    RSA_PSS_SHA512("RSA", HashAlgorithm.SHA2_512, pss(HashAlgorithm.SHA2_512), "rsa-pss-sha512"),
    RSA_PKCS1_SHA256("RSA", HashAlgorithm.SHA2_256,
            pkcs1(PKCSObjectIdentifiers.sha256WithRSAEncryption), "rsa-sha256"),
    RSA_PKCS1_SHA384("RSA", HashAlgorithm.SHA2_384,
            pkcs1(PKCSObjectIdentifiers.sha384WithRSAEncryption), "rsa-sha384"),
    RSA_PKCS1_SHA512("RSA", HashAlgorithm.SHA2_512,
            pkcs1(PKCSObjectIdentifiers.sha512WithRSAEncryption), "rsa-sha512"),
    ECDSA_SHA256("ECDSA", HashAlgorithm.SHA2_256,
            plain(X9ObjectIdentifiers.ecdsa_with_SHA256), "ecdsa-sha256"),
    ECDSA_SHA384("ECDSA", HashAlgorithm.SHA2_384,
            plain(X9ObjectIdentifiers.ecdsa_with_SHA384), "ecdsa-sha384"),
    ECDSA_SHA512("ECDSA", HashAlgorithm.SHA2_512,
            plain(X9ObjectIdentifiers.ecdsa_with_SHA512), "ecdsa-sha512"),
    ED25519("ED25519", HashAlgorithm.IDENTITY, plain(EdECObjectIdentifiers.id_Ed25519), "ed25519"),
    ED448("ED448", HashAlgorithm.IDENTITY, plain(EdECObjectIdentifiers.id_Ed448), "ed448"),
    ML_DSA_44("ML_DSA_44", HashAlgorithm.IDENTITY, plain(NISTObjectIdentifiers.id_ml_dsa_44),
            "mldsa44"),
    ML_DSA_65("ML_DSA_65", HashAlgorithm.IDENTITY, plain(NISTObjectIdentifiers.id_ml_dsa_65),
            "mldsa65"),
    ML_DSA_87("ML_DSA_87", HashAlgorithm.IDENTITY, plain(NISTObjectIdentifiers.id_ml_dsa_87),
            "mldsa87");

    private static final int MGF1_TRAILER = 1;

    /** What the names of its keys' kinds begin with. */
    private final String keys;
    private final HashAlgorithm hash;
    /** In DER, in hexadecimal. */
    private final String identifier;
    private final String keyword;

    SignatureScheme(String keys, HashAlgorithm hash, AlgorithmIdentifier identifier, String keyword) {
        this.keys = keys;
        this.hash = hash;
        this.identifier = hex(identifier);
        this.keyword = keyword;
    }

    private static String hex(AlgorithmIdentifier identifier) {
        try {
            return Bytes.copyOf(identifier.getEncoded("DER")).hex();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AlgorithmIdentifier plain(ASN1ObjectIdentifier algorithm) {
        return new AlgorithmIdentifier(algorithm);
    }

    private static AlgorithmIdentifier pkcs1(ASN1ObjectIdentifier algorithm) {
        return new AlgorithmIdentifier(algorithm, DERNull.INSTANCE);
    }

    private static AlgorithmIdentifier pss(HashAlgorithm hash) {
        return new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS, PssParameters.of(hash));
    }

    /** What is signed by such a key, the best first. */
    static List<SignatureScheme> by(KeyKind kind) {
        List<SignatureScheme> fit = new ArrayList<>();
        for (SignatureScheme each : values()) {
            if (each.isOf(kind)) {
                fit.add(each);
            }
        }
        // ECDSA's hash is best as long as the curve's order: RFC 4754.
        for (EcCurve curve : EcCurve.values()) {
            if (curve.kind() == kind) {
                fit.remove(curve.scheme());
                fit.addFirst(curve.scheme());
            }
        }
        return fit;
    }

    HashAlgorithm hash() {
        return hash;
    }

    boolean isOf(KeyKind kind) {
        return kind.name().startsWith(keys);
    }

    boolean isPss() {
        return keyword.startsWith("rsa-pss");
    }

    /** In DER. */
    Bytes identifier() {
        return Bytes.ofHex(identifier);
    }

    private ASN1ObjectIdentifier algorithm() {
        return AlgorithmIdentifier.getInstance(identifier().toArray()).getAlgorithm();
    }

    /**
     * The one that a peer's AlgorithmIdentifier means. Parameters that are NULL and absent ones are the same.
     *
     * @throws SignatureException naming what it means instead
     */
    static SignatureScheme of(Bytes identifier) throws SignatureException {
        AlgorithmIdentifier wanted;
        try {
            wanted = AlgorithmIdentifier.getInstance(identifier.toArray());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new SignatureException("its algorithm is not DER", e);
        }
        ASN1Encodable parameters = wanted.getParameters();
        if (wanted.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return pss(parameters);
        }
        if (parameters == null || DERNull.INSTANCE.equals(parameters)) {
            for (SignatureScheme each : values()) {
                if (!each.isPss() && each.algorithm().equals(wanted.getAlgorithm())) {
                    return each;
                }
            }
        }
        throw new SignatureException("the algorithm %s is not accepted".formatted(wanted.getAlgorithm()));
    }

    /** Without parameters PSS would mean SHA-1, which is not accepted, RFC 8247 §3.2.1. */
    private static SignatureScheme pss(ASN1Encodable parameters) throws SignatureException {
        RSASSAPSSparams given = PssParameters.read(parameters);
        for (SignatureScheme each : values()) {
            if (each.isPss() && PssParameters.match(given, each.hash)
                    && given.getTrailerField().intValue() == MGF1_TRAILER) {
                return each;
            }
        }
        throw new SignatureException("RSASSA-PSS by %s with a salt of %s bytes is not accepted".formatted(
                given.getHashAlgorithm().getAlgorithm(), given.getSaltLength()));
    }

    /** In words of the configuration and the log. */
    @Override
    public String toString() {
        return keyword;
    }
}
