package io.gapura.ike.auth;

import io.gapura.ike.crypto.Prf;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Payload.AuthPayload;
import java.security.PublicKey;
import java.security.SignatureException;
import java.util.List;

/** Whether a peer that is to have this key has signed. */
record SignatureVerifier(PublicKey key, KeyKind kind) implements Trust.Verifier {
    private static final List<SignatureScheme> PKCS1 = List.of(SignatureScheme.RSA_PKCS1_SHA256,
            SignatureScheme.RSA_PKCS1_SHA384, SignatureScheme.RSA_PKCS1_SHA512);

    @Override
    public void verify(Prf prf, Bytes octets, AuthPayload auth) throws SignatureException {
        boolean good = switch (auth.method().number()) {
            case 14 -> isDigitalSignature(octets, auth.value());
            case 1 -> isRsaSignature(octets, auth.value());
            case 9, 10, 11 -> isEcdsaSignature(auth.method(), octets, auth.value());
            default -> throw new SignatureException("authenticates by %s".formatted(auth.method()));
        };
        if (!good) {
            throw new SignatureException("does not have the key of its certificate: the signature is wrong");
        }
    }

    private boolean isDigitalSignature(Bytes octets, Bytes value) throws SignatureException {
        int length = value.isEmpty() ? 0 : value.at(0);
        if (length == 0 || value.length() < 1 + length) {
            throw new SignatureException("has sent a signature without algorithm");
        }
        SignatureScheme scheme;
        try {
            scheme = SignatureScheme.of(value.slice(1, 1 + length));
        } catch (SignatureException e) {
            throw new SignatureException("has signed, but " + e.getMessage(), e);
        }
        if (!scheme.isOf(kind)) {
            throw new SignatureException("has signed by %s, but its key is for %s".formatted(scheme, kind));
        }
        return Signatures.verify(scheme, key, octets, value.from(1 + length));
    }

    /** RFC 7296 §3.8 leaves the hash to the signer; SHA-1 is not accepted. */
    private boolean isRsaSignature(Bytes octets, Bytes value) throws SignatureException {
        if (kind != KeyKind.RSA) {
            throw new SignatureException("has signed by RSA, but its key is for %s".formatted(kind));
        }
        if (PKCS1.stream().anyMatch(scheme -> Signatures.verify(scheme, key, octets, value))) {
            return true;
        }
        throw new SignatureException("has no good RSA signature with SHA-2; SHA-1, which peers without RFC 7427 use,"
                + " is not accepted");
    }

    private boolean isEcdsaSignature(AuthMethod method, Bytes octets, Bytes value) throws SignatureException {
        for (EcCurve curve : EcCurve.values()) {
            if (curve.method().equals(method) && curve.kind() == kind) {
                return Signatures.verify(curve.scheme(), key, octets, EcdsaHalves.toDer(value, curve));
            }
        }
        throw new SignatureException("has signed by %s, but its key is for %s".formatted(method, kind));
    }
}
