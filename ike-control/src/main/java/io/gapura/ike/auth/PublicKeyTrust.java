package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.CertEncoding;
import io.gapura.ike.message.Payload.CertPayload;
import io.gapura.ike.message.Payload.CertRequestPayload;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.util.List;

/** Public keys that the operator vouches for, RFC 7670: whoever has one of them is the peer. */
public record PublicKeyTrust(List<PublicKey> keys) implements Trust {
    public PublicKeyTrust {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no public key to trust");
        }
    }

    @Override
    public List<CertRequestPayload> requests() {
        return List.of(new CertRequestPayload(CertEncoding.RAW_PUBLIC_KEY, Bytes.EMPTY));
    }

    @Override
    public Admission admit(Claim claim, Circumstances circumstances) {
        if (!claim.isSigned()) {
            return new Admission.Refused("the peer authenticates by %s, wanted a signature".formatted(claim.method()));
        }
        List<Bytes> shown = claim.certificates().stream()
                .filter(each -> each.encoding().equals(CertEncoding.RAW_PUBLIC_KEY)).map(CertPayload::data).toList();
        for (PublicKey each : keys) {
            // One that shows none has the only one that we know, or is not known.
            if (shown.contains(Bytes.copyOf(each.getEncoded())) || (shown.isEmpty() && keys.size() == 1)) {
                return admitted(each);
            }
        }
        return new Admission.Refused(shown.isEmpty()
                ? "the peer does not show which of our public keys it has"
                : "the peer has another public key than those configured");
    }

    private static Admission admitted(PublicKey key) {
        try {
            return new Admission.Admitted(new SignatureVerifier(key, KeyKind.of(key)), "a raw public key");
        } catch (InvalidKeyException e) {
            return new Admission.Refused("its public key is %s".formatted(e.getMessage()));
        }
    }
}
