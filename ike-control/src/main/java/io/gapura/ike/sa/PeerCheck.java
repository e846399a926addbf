package io.gapura.ike.sa;

import io.gapura.ike.Errands;
import io.gapura.ike.Outside;
import io.gapura.ike.auth.Doubt;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.auth.Revocations;
import io.gapura.ike.auth.Trust;
import io.gapura.ike.auth.Trust.Admission;
import io.gapura.ike.auth.Trust.Circumstances;
import io.gapura.ike.auth.Trust.Claim;
import io.gapura.ike.config.Connection;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.CertPayload;
import io.gapura.ike.message.Payload.IdPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Role;
import java.security.SignatureException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who the peer is, and whether that is true:
 *
 * <ol>
 * <li>which connections may be meant, by addresses and identities;
 * <li>the first of them that would admit such a peer ({@link Trust#admit});
 * <li>whether the peer's AUTH is good.
 * </ol>
 */
final class PeerCheck {
    private final IkeSa sa;
    private final IkeMessage message;
    private final Role peer;

    private PeerCheck(IkeSa sa, IkeMessage message, Role peer) {
        this.sa = sa;
        this.message = message;
        this.peer = peer;
    }

    static PeerCheck ofInitiator(IkeSa sa, IkeMessage request) {
        return new PeerCheck(sa, request, Role.INITIATOR);
    }

    static PeerCheck ofResponder(IkeSa sa, IkeMessage response) {
        return new PeerCheck(sa, response, Role.RESPONDER);
    }

    /** Goes on when it is known. */
    interface Then {
        void proven(Connection connection, Identity identity, long nowNs);

        void refused(Refusal refusal, long nowNs);
    }

    /** A connection that the peer may have, if its proof is good. */
    private record Admitted(Connection connection, Trust.Verifier verifier, String how) {}

    void run(long nowNs, Then then) {
        run(true, nowNs, then);
    }

    private void run(boolean mayFetch, long nowNs, Then then) {
        Connection connection;
        Identity identity;
        try {
            IdPayload id = id();
            identity = new Identity(id.idType(), id.value());
            Resumed before = sa.lineage().resumed();
            if (before != null) {
                before.check(sa, id, auth());
                then.proven(sa.connection(), identity, nowNs);
                return;
            }
            List<Doubt> doubts = new ArrayList<>();
            Admitted admitted = admit(candidates(identity), identity, mayFetch, doubts);
            if (admitted == null) {
                inquire(doubts, nowNs, then);
                return;
            }
            connection = admitted.connection;
            verify(admitted, id, identity);
        } catch (Refusal refusal) {
            then.refused(refusal, nowNs);
            return;
        }
        then.proven(connection, identity, nowNs);
    }

    /** Finds out what can be found out about certificates that are trusted otherwise, and looks again. */
    private void inquire(List<Doubt> doubts, long nowNs, Then then) {
        Outside outside = sa.environment().outside();
        Instant date = outside.clock().instant();
        outside.errands().run(() -> Revocations.inquire(doubts, outside.fetcher(), date), nowNs,
                new Errands.Then<Revocations.Findings>() {
                    @Override
                    public void done(Revocations.Findings findings, long laterNs) {
                        sa.environment().revocations().learn(findings, date);
                        if (!sa.isClosed()) {
                            run(false, laterNs, then);
                        }
                    }

                    @Override
                    public void failed(Exception why, long laterNs) {
                        sa.warn("nothing could be found out about revoked certificates: %s".formatted(why));
                        if (!sa.isClosed()) {
                            run(false, laterNs, then);
                        }
                    }
                });
    }

    private IdPayload id() throws Refusal {
        if (peer == Role.INITIATOR && IkeIntermediate.isOutstanding(sa)) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "IKE_AUTH before all key exchanges that were agreed on");
        }
        IdPayload id = message.find(IdPayload.class,
                peer == Role.INITIATOR ? PayloadType.ID_INITIATOR : PayloadType.ID_RESPONDER);
        if (id == null || message.find(AuthPayload.class) == null) {
            throw new Refusal(peer == Role.INITIATOR && id == null
                    ? NotifyType.INVALID_SYNTAX
                    : NotifyType.AUTHENTICATION_FAILED, "the peer shows no identity or no proof of it");
        }
        return id;
    }

    /** As responder, all connections between these addresses whose peer this may be and which we are asked for; the best fit first. */
    private List<Connection> candidates(Identity identity) throws Refusal {
        if (peer == Role.RESPONDER) {
            Connection only = sa.connection();
            if (!only.remoteId().accepts(identity)) {
                throw new Refusal(NotifyType.AUTHENTICATION_FAILED,
                        "the peer is %s, wanted %s".formatted(identity, only.remoteId()));
            }
            return List.of(only);
        }
        IdPayload asked = message.find(IdPayload.class, PayloadType.ID_RESPONDER);
        Identity askedId = asked == null ? null : new Identity(asked.idType(), asked.value());
        List<Connection> candidates = new ArrayList<>(sa.environment().connections().stream()
                .filter(connection -> connection.isBetween(sa.local().getAddress(), sa.remote().getAddress()))
                .filter(connection -> askedId == null || connection.localId().fitness(askedId) > 0)
                .filter(connection -> connection.remoteId().accepts(identity) && allows(connection)).toList());
        candidates.sort(Comparator.comparingInt(connection -> -connection.remoteId().fitness(identity)));
        if (candidates.isEmpty()) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED, "no connection for peer %s that asks for %s".formatted(
                    identity, askedId == null ? "whoever we are" : askedId));
        }
        return candidates;
    }

    /** IKE_SA_INIT could not know yet which connection it was for; its algorithms must be allowed there too. */
    private boolean allows(Connection connection) {
        return connection.proposals().equals(sa.connection().proposals());
    }

    /** The first that admits the peer; null if that depends on {@code doubts}. */
    private @Nullable Admitted admit(List<Connection> candidates, Identity identity, boolean mayFetch,
            List<Doubt> doubts) throws Refusal {
        Claim claim = new Claim(identity, auth().method(), message.all(CertPayload.class));
        Instant date = sa.environment().outside().clock().instant();
        Revocations revocations = sa.environment().revocations();
        String reason = null;
        for (Connection candidate : candidates) {
            Trust trust = candidate.auth().remote().trust();
            Admission admission = trust.admit(claim, new Circumstances(date, revocations, mayFetch));
            if (admission instanceof Admission.Doubted(var all)) {
                doubts.addAll(revocations.worthwhile(all, date));
                if (!doubts.isEmpty()) {
                    return null;
                }
                admission = trust.admit(claim, new Circumstances(date, revocations, false));
            }
            if (admission instanceof Admission.Admitted(var verifier, var how)) {
                return new Admitted(candidate, verifier, how);
            }
            if (reason == null && admission instanceof Admission.Refused(var why)) {
                reason = why;
            }
        }
        throw new Refusal(NotifyType.AUTHENTICATION_FAILED, String.valueOf(reason));
    }

    private void verify(Admitted admitted, IdPayload id, Identity identity) throws Refusal {
        AuthPayload auth = proof(admitted.connection);
        Bytes octets = OwnProof.octets(sa, sa.session().keys(), id);
        try {
            admitted.verifier.verify(sa.session().suite().prf(), octets, auth);
        } catch (SignatureException bad) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED, "%s %s".formatted(identity, bad.getMessage()));
        }
        sa.log("%s has proved to be %s by %s".formatted(sa.remote().getHostString(), identity, admitted.how));
    }

    /** The peer's AUTH; by the keys with the post-quantum pre-shared key mixed in, if there is one. */
    private AuthPayload proof(Connection connection) throws Refusal {
        AuthPayload auth = auth();
        if (peer == Role.INITIATOR) {
            return new AuthPayload(auth.method(), PpkAuth.onRequest(sa, connection, message, auth.value()));
        }
        PpkAuth.onResponse(sa, message);
        return auth;
    }

    private AuthPayload auth() {
        @Nullable
        AuthPayload auth = message.find(AuthPayload.class);
        if (auth == null) {
            throw new IllegalStateException("looked for before");
        }
        return auth;
    }
}
