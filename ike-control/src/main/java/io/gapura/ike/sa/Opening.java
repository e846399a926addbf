package io.gapura.ike.sa;

import io.gapura.ike.crypto.Nonces;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Role;

/**
 * IKE_SA_INIT as it went over the wire, which AUTH vouches for (RFC 7296 §2.15).
 *
 * @param ppk how a post-quantum pre-shared key is to be used, if both have one
 */
record Opening(Bytes ofInitiator, Bytes ofResponder, Nonces nonces, PpkUse ppk) {
    Bytes of(Role signer) {
        return signer == Role.INITIATOR ? ofInitiator : ofResponder;
    }

    /** The nonce that the signer has received. */
    Bytes nonceFor(Role signer) {
        return signer == Role.INITIATOR ? nonces.responder() : nonces.initiator();
    }
}
