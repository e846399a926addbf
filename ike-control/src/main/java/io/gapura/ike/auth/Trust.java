package io.gapura.ike.auth;

import io.gapura.ike.crypto.Prf;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.CertPayload;
import io.gapura.ike.message.Payload.CertRequestPayload;
import java.security.SignatureException;
import java.time.Instant;
import java.util.List;

/** What counts as a peer's proof. Decided by our configuration alone, before anything that the peer says. */
public sealed interface Trust permits PreSharedKey, CertificateTrust, PublicKeyTrust {
    /** What to ask the peer for: CERTREQ payloads. */
    List<CertRequestPayload> requests();

    /** Whether a peer that claims this may be let in if its proof is good. Nothing is believed yet. */
    Admission admit(Claim claim, Circumstances circumstances);

    /**
     * What a peer says of itself in IKE_AUTH.
     *
     * @param method       of its AUTH payload
     * @param certificates in its order: RFC 7296 §3.6 wants the one first that AUTH is signed by
     */
    record Claim(Identity identity, AuthMethod method, List<CertPayload> certificates) {
        public Claim {
            certificates = List.copyOf(certificates);
        }

        /** Whether it says that it has signed. */
        boolean isSigned() {
            return switch (method.number()) {
                case 1, 9, 10, 11, 14 -> true;
                default -> false;
            };
        }
    }

    /**
     * What else matters.
     *
     * @param revocations what is known of revoked certificates
     * @param mayFetch    whether to ask for more if that is not enough; otherwise it must do
     */
    record Circumstances(Instant date, Revocations revocations, boolean mayFetch) {}

    /** The answer to {@link #admit}. */
    sealed interface Admission {
        /**
         * It is in if this finds its proof good.
         *
         * @param how what it is trusted by, for the log
         */
        record Admitted(Verifier verifier, String how) implements Admission {}

        /** It is out, for this reason. */
        record Refused(String reason) implements Admission {}

        /** Whether these are revoked has to be found out first: they are trusted otherwise. */
        record Doubted(List<Doubt> doubts) implements Admission {
            public Doubted {
                doubts = List.copyOf(doubts);
            }
        }
    }

    /** Looks at the proof. */
    interface Verifier {
        /**
         * Accepts the proof of these octets.
         *
         * @throws SignatureException saying what the peer has instead
         */
        void verify(Prf prf, Bytes octets, AuthPayload auth) throws SignatureException;
    }
}
