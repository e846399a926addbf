package io.gapura.ike.auth;

import io.gapura.ike.crypto.Prf;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.CertEncoding;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.CertPayload;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Keys of ours, of which we take the one that the peer can make most of. */
public record SigningKeys(List<SigningKey> keys, SendCert sendCert) implements Credential {
    /** When certificates go with the proof. */
    public enum SendCert {
        ALWAYS,
        /** If the peer has asked for any. */
        IFASKED,
        NEVER
    }

    public SigningKeys {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no key to sign with");
        }
    }

    @Override
    public boolean isSlow() {
        return keys.stream().anyMatch(SigningKey::isSlow);
    }

    @Override
    public AuthPayload prove(Prf prf, Bytes octets, Abilities peer) throws GeneralSecurityException {
        return chosen(peer).sign(octets, peer);
    }

    /** One that the peer can check and whose authority it trusts; or at least can check. */
    SigningKey chosen(Abilities peer) {
        List<SigningKey> checkable = keys.stream().filter(each -> each.isCheckableBy(peer)).toList();
        return checkable.stream().filter(each -> each.isUnder(peer.authorities())).findFirst()
                .orElse(checkable.isEmpty() ? keys.getFirst() : checkable.getFirst());
    }

    @Override
    public List<Payload> certificates(Abilities peer, Revocations revocations) {
        SigningKey key = chosen(peer);
        List<Payload> payloads = new ArrayList<>();
        if (key.chain().isEmpty()) {
            if (isWanted(CertEncoding.RAW_PUBLIC_KEY, peer)) {
                payloads.add(new CertPayload(CertEncoding.RAW_PUBLIC_KEY, Bytes.copyOf(key.publicKey().getEncoded())));
            }
            return payloads;
        }
        if (isWanted(CertEncoding.X509, peer)) {
            for (X509Certificate each : key.chain()) {
                payloads.add(new CertPayload(CertEncoding.X509, Certificates.der(each)));
            }
        }
        if (peer.requested().contains(CertEncoding.OCSP)) {
            for (Bytes response : revocations.answersAbout(key.chain())) {
                payloads.add(new CertPayload(CertEncoding.OCSP, response));
            }
        }
        return payloads;
    }

    private boolean isWanted(CertEncoding encoding, Abilities peer) {
        return switch (sendCert) {
            case ALWAYS -> true;
            case IFASKED -> peer.requested().contains(encoding);
            case NEVER -> false;
        };
    }
}
