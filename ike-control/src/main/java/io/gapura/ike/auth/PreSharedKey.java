package io.gapura.ike.auth;

import io.gapura.ike.crypto.Prf;
import io.gapura.ike.crypto.SignedOctets;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.CertRequestPayload;
import io.gapura.ike.message.Secret;
import java.security.SignatureException;
import java.util.List;

/** A secret that both sides know, RFC 7296 §2.15. */
public record PreSharedKey(Secret secret) implements Credential, Trust {
    @Override
    public boolean isSlow() {
        return false;
    }

    @Override
    public AuthPayload prove(Prf prf, Bytes octets, Abilities peer) {
        return new AuthPayload(AuthMethod.SHARED_KEY, SignedOctets.sharedKeyMac(prf, secret, octets));
    }

    @Override
    public List<Payload> certificates(Abilities peer, Revocations revocations) {
        return List.of();
    }

    @Override
    public List<CertRequestPayload> requests() {
        return List.of();
    }

    @Override
    public Admission admit(Claim claim, Circumstances circumstances) {
        return claim.method().equals(AuthMethod.SHARED_KEY)
                ? new Admission.Admitted(new MacVerifier(secret), "a pre-shared key")
                : new Admission.Refused(
                        "the peer authenticates by %s, wanted a pre-shared key".formatted(claim.method()));
    }

    private record MacVerifier(Secret secret) implements Verifier {
        @Override
        public void verify(Prf prf, Bytes octets, AuthPayload auth) throws SignatureException {
            if (!auth.value().equals(SignedOctets.sharedKeyMac(prf, secret, octets))) {
                throw new SignatureException("has another pre-shared key than we");
            }
        }
    }
}
