package io.gapura.ike.auth;

import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/** RSASSA-PSS with one hash for everything and a salt as long as it: RFC 7427 appendix A.4, RFC 4055 §3.1. */
final class PssParameters {
    private static final Map<HashAlgorithm, ASN1ObjectIdentifier> HASHES = Map.of(
            HashAlgorithm.SHA2_256, NISTObjectIdentifiers.id_sha256,
            HashAlgorithm.SHA2_384, NISTObjectIdentifiers.id_sha384,
            HashAlgorithm.SHA2_512, NISTObjectIdentifiers.id_sha512);

    private PssParameters() {
    }

    static RSASSAPSSparams of(HashAlgorithm hash) {
        AlgorithmIdentifier digest = new AlgorithmIdentifier(HASHES.get(hash), DERNull.INSTANCE);
        return new RSASSAPSSparams(digest, new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, digest),
                new ASN1Integer(hash.bytes()), RSASSAPSSparams.DEFAULT_TRAILER_FIELD);
    }

    /** For JCA. */
    static PSSParameterSpec jca(HashAlgorithm hash) {
        String name = "SHA-" + hash.bytes() * Byte.SIZE;
        return new PSSParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), hash.bytes(), 1);
    }

    /** @throws SignatureException if there are none, or others than parameters of PSS */
    static RSASSAPSSparams read(@Nullable ASN1Encodable parameters) throws SignatureException {
        try {
            RSASSAPSSparams read = parameters == null ? null : RSASSAPSSparams.getInstance(parameters);
            if (read != null) {
                return read;
            }
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            throw new SignatureException("its parameters are not those of RSASSA-PSS", e);
        }
        throw new SignatureException("RSASSA-PSS without parameters means SHA-1, which is not accepted");
    }

    static boolean match(RSASSAPSSparams given, HashAlgorithm hash) {
        ASN1ObjectIdentifier wanted = Objects.requireNonNull(HASHES.get(hash));
        return given.getHashAlgorithm().getAlgorithm().equals(wanted)
                && given.getMaskGenAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
                && wanted.equals(inner(given.getMaskGenAlgorithm().getParameters()))
                && given.getSaltLength().bitLength() < Integer.SIZE
                && given.getSaltLength().intValue() == hash.bytes();
    }

    private static @Nullable ASN1ObjectIdentifier inner(@Nullable ASN1Encodable parameters) {
        try {
            return parameters == null ? null : AlgorithmIdentifier.getInstance(parameters).getAlgorithm();
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
