package io.gapura.ike.auth;

import io.gapura.ike.crypto.Prf;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import java.security.GeneralSecurityException;
import java.util.List;

/** By what we prove who we are. */
public sealed interface Credential permits PreSharedKey, SigningKeys {
    /** Whether {@link #prove} takes longer than the control thread should be held up. */
    boolean isSlow();

    /**
     * The proof. Any thread.
     *
     * @param octets what it is of: see {@link io.gapura.ike.crypto.SignedOctets}
     * @param peer   what the peer can check
     * @throws GeneralSecurityException if there is none that the peer can check, or a token fails
     */
    AuthPayload prove(Prf prf, Bytes octets, Abilities peer) throws GeneralSecurityException;

    /**
     * What the peer needs beside the proof: CERT payloads.
     *
     * @param revocations where OCSP responses about our own certificates are, RFC 4806
     */
    List<Payload> certificates(Abilities peer, Revocations revocations);
}
