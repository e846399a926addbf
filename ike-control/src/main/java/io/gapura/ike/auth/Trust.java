package io.gapura.ike.auth;

import io.gapura.ike.crypto.Prf;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Payload.AuthPayload;

/** What counts as a peer's proof. Decided by our configuration alone, before anything that the peer says. */
public sealed interface Trust permits PreSharedKey {
    /** Whether a peer that claims this may be let in if its proof is good. Nothing is believed yet. */
    Admission admit(Claim claim);

    /**
     * What a peer says of itself in IKE_AUTH.
     *
     * @param method of its AUTH payload
     */
    record Claim(Identity identity, AuthMethod method) {}

    /** The answer to {@link #admit}. */
    sealed interface Admission {
        /** It is in if this finds its proof good. */
        record Admitted(Verifier verifier) implements Admission {}

        /** It is out, for this reason. */
        record Refused(String reason) implements Admission {}
    }

    /** Looks at the proof. */
    interface Verifier {
        /** Whether it is the proof of these octets. */
        boolean isGood(Prf prf, Bytes octets, AuthPayload auth);

        /** Why not, in words, if it is not. */
        String complaint(Identity identity);
    }
}
