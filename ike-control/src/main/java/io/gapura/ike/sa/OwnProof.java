package io.gapura.ike.sa;

import io.gapura.ike.Errands;
import io.gapura.ike.auth.Abilities;
import io.gapura.ike.auth.Credential;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Connection;
import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.Prf;
import io.gapura.ike.crypto.SignedOctets;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.IdPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * What we say of ourselves in IKE_AUTH.
 *
 * @param id           who we are
 * @param certificates CERT payloads, if the proof needs any
 * @param auth         AUTH, and the notifications of a post-quantum pre-shared key
 */
record OwnProof(IdPayload id, List<Payload> certificates, List<Payload> auth) {
    OwnProof {
        certificates = List.copyOf(certificates);
        auth = List.copyOf(auth);
    }

    /** Goes on with the proof. */
    interface Then {
        void made(OwnProof proof, long nowNs);

        /** There is none; the IKE SA is about to be closed. */
        default void impossible(long nowNs) {
        }
    }

    /** Makes it, elsewhere if that takes long; an IKE SA for which there can be none is closed. */
    static void make(IkeSa sa, Role self, long nowNs, Then then) {
        Connection connection = sa.connection();
        Credential credential = connection.auth().local().credential();
        IdPayload id = id(self, connection.localId());
        Prf prf = sa.session().suite().prf();
        Abilities abilities = sa.abilities();
        List<Bytes> octets = new ArrayList<>(List.of(octets(sa, sa.session().keys(), id)));
        if (sa.lineage().resumed() != null) {
            AuthPayload auth = Resumed.proof(prf, sa.session().keys().p(self), octets.getFirst());
            then.made(new OwnProof(id, List.of(), List.of(auth)), nowNs);
            return;
        }
        IkeKeys mixed = self == Role.INITIATOR ? PpkAuth.mixed(sa) : null;
        if (mixed != null) {
            octets.addFirst(octets(sa, mixed, id));
            mixed.closeMixed();
        }
        Errands errands = credential.isSlow() ? sa.environment().outside().errands() : Errands.AT_ONCE;
        errands.run(() -> {
            List<AuthPayload> proofs = new ArrayList<>();
            for (Bytes each : octets) {
                proofs.add(credential.prove(prf, each, abilities));
            }
            return proofs;
        }, nowNs, new Errands.Then<>() {
            @Override
            public void done(List<AuthPayload> proofs, long laterNs) {
                if (!sa.isClosed()) {
                    List<Payload> certificates = credential.certificates(abilities, sa.environment().revocations());
                    List<Payload> auth = self == Role.INITIATOR ? PpkAuth.request(sa, proofs) : answer(sa, proofs);
                    then.made(new OwnProof(id, certificates, auth), laterNs);
                }
            }

            @Override
            public void failed(Exception why, long laterNs) {
                sa.warn("we cannot prove to be %s: %s".formatted(connection.localId(), why.getMessage()));
                if (!sa.isClosed()) {
                    then.impossible(laterNs);
                    sa.close(Closure.FAILED, laterNs);
                }
            }
        });
    }

    private static List<Payload> answer(IkeSa sa, List<AuthPayload> proofs) {
        List<Payload> payloads = new ArrayList<>(proofs);
        if (sa.hasPpk() && sa.opening().ppk() == PpkUse.IN_AUTH) {
            payloads.add(new NotifyPayload(NotifyType.PPK_IDENTITY));
        }
        return payloads;
    }

    static IdPayload id(Role side, Identity identity) {
        return new IdPayload(side, identity.type(), identity.value());
    }

    /** What the AUTH payload of the owner of {@code id} has to be a proof of. */
    static Bytes octets(IkeSa sa, IkeKeys keys, IdPayload id) {
        return SignedOctets.of(sa.session().suite().prf(), keys.p(id.side()), sa.opening().of(id.side()),
                sa.opening().nonceFor(id.side()), id.body(), sa.keying().intAuth().octets());
    }
}
