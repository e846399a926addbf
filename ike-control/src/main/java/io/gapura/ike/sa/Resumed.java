package io.gapura.ike.sa;

import io.gapura.ike.auth.Identity;
import io.gapura.ike.crypto.Prf;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.IdPayload;
import io.gapura.ike.message.Secret;

/**
 * What a resumed IKE SA takes over from the one before it, RFC 5723: who the peer is was proved then, and who has the
 * keys now is who had them then.
 *
 * @param peer        who it has proved to be
 * @param ticketId    of the ticket that was used, as responder; else empty
 * @param untilNs     that ticket would have been good
 * @param oldSpi      ours of the IKE SA before, as responder; else 0
 * @param ppk         whether its keys came from a post-quantum pre-shared key too
 * @param proofEndsNs when both must prove again who they are; as initiator, when we begin that
 */
record Resumed(Identity peer, Bytes ticketId, long untilNs, long oldSpi, boolean ppk, long proofEndsNs) {
    /** AUTH = prf(SK_p, octets), RFC 5723 §5.1. */
    static AuthPayload proof(Prf prf, Secret p, Bytes octets) {
        return new AuthPayload(AuthMethod.SHARED_KEY, prf.mac(p, octets));
    }

    /** @throws Refusal if the peer is another one than it was, or does not have the keys */
    void check(IkeSa sa, IdPayload id, AuthPayload auth) throws Refusal {
        Identity claimed = new Identity(id.idType(), id.value());
        if (!claimed.equals(peer)) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED,
                    "the peer is %s, and was %s before".formatted(claimed, peer));
        }
        AuthPayload expected = proof(sa.session().suite().prf(), sa.session().keys().p(id.side()),
                OwnProof.octets(sa, sa.session().keys(), id));
        if (!expected.equals(auth)) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED, claimed + " does not have the keys of before");
        }
        sa.log("%s is %s, as before".formatted(sa.remote().getHostString(), claimed));
    }
}
