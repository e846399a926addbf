package io.gapura.ike.auth;

import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Payload.AuthPayload;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A private key, and the certificates of its public key. Immutable. */
public final class SigningKey {
    /** A longer RSA key signs for more than 5 ms. */
    private static final int FAST_RSA_BITS = 3072;

    private final PrivateKey key;
    private final @Nullable Provider token;
    private final PublicKey publicKey;
    private final KeyKind kind;
    private final List<X509Certificate> chain;
    private final Set<Bytes> authorities;

    private SigningKey(PrivateKey key, @Nullable Provider token, PublicKey publicKey, List<X509Certificate> chain,
            Set<Bytes> authorities) throws InvalidKeyException {
        this.key = key;
        this.token = token;
        this.publicKey = publicKey;
        this.kind = KeyKind.of(publicKey);
        this.chain = List.copyOf(chain);
        this.authorities = Set.copyOf(authorities);
    }

    /**
     * A key with a certificate.
     *
     * @param token       that has the key, or null
     * @param chain       the certificate, then those of the authorities between it and a root
     * @param authorities SHA-1 hashes of the public keys of all authorities above it, see {@link Certificates#keyHash}
     * @throws InvalidKeyException if it should not be used
     */
    public static SigningKey certified(PrivateKey key, @Nullable Provider token, List<X509Certificate> chain,
            Set<Bytes> authorities) throws InvalidKeyException {
        return new SigningKey(key, token, chain.getFirst().getPublicKey(), chain, authorities);
    }

    /**
     * A key whose public key the peer knows.
     *
     * @throws InvalidKeyException if it should not be used
     */
    public static SigningKey raw(PrivateKey key, @Nullable Provider token, PublicKey publicKey)
            throws InvalidKeyException {
        return new SigningKey(key, token, publicKey, List.of(), Set.of());
    }

    boolean isSlow() {
        return token != null
                || (publicKey instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() > FAST_RSA_BITS);
    }

    /** Empty for a raw public key. */
    public List<X509Certificate> chain() {
        return chain;
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    public KeyKind kind() {
        return kind;
    }

    boolean isUnder(Set<Bytes> trusted) {
        return authorities.stream().anyMatch(trusted::contains);
    }

    /** The scheme of a digital signature that the peer can check, or null if it knows none of ours. */
    private @Nullable SignatureScheme scheme(Abilities peer) {
        return SignatureScheme.by(kind).stream().filter(peer::checks).findFirst().orElse(null);
    }

    boolean isCheckableBy(Abilities peer) {
        return scheme(peer) != null || (!peer.knowsDigitalSignatures() && legacyMethod() != null);
    }

    private @Nullable AuthMethod legacyMethod() {
        return switch (kind) {
            case RSA -> AuthMethod.RSA_SIGNATURE;
            case ECDSA_256 -> AuthMethod.ECDSA_256;
            case ECDSA_384 -> AuthMethod.ECDSA_384;
            case ECDSA_521 -> AuthMethod.ECDSA_521;
            default -> null;
        };
    }

    /** AUTH by method 14; for a peer that does not know it by methods 1 and 9 to 11, and those never with SHA-1. */
    AuthPayload sign(Bytes octets, Abilities peer) throws GeneralSecurityException {
        SignatureScheme scheme = scheme(peer);
        if (scheme != null) {
            Bytes identifier = scheme.identifier();
            return new AuthPayload(AuthMethod.DIGITAL_SIGNATURE, Bytes.concat(Bytes.of(identifier.length()), identifier,
                    Signatures.sign(scheme, key, token, octets)));
        }
        AuthMethod legacy = legacyMethod();
        if (peer.knowsDigitalSignatures() || legacy == null) {
            throw new InvalidKeyException("the peer cannot check signatures by %s".formatted(kind));
        }
        if (kind == KeyKind.RSA) {
            return new AuthPayload(legacy, Signatures.sign(SignatureScheme.RSA_PKCS1_SHA256, key, token, octets));
        }
        EcCurve curve = EcCurve.of(kind);
        return new AuthPayload(legacy,
                EcdsaHalves.fromDer(Signatures.sign(curve.scheme(), key, token, octets), curve));
    }

    /** The same key with the same certificates. */
    @Override
    public boolean equals(Object object) {
        return object instanceof SigningKey other && publicKey.equals(other.publicKey) && chain.equals(other.chain)
                && authorities.equals(other.authorities) && (token == null) == (other.token == null);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }
}
