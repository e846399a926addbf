package io.gapura.ike.sa;

import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.IntAuth;
import io.gapura.ike.crypto.KeySchedule;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Algorithms and keys of one IKE SA as they come about: by IKE_SA_INIT, or the rekeying of another IKE SA; by further
 * key exchanges; by a post-quantum pre-shared key. Control thread.
 */
final class Keying {
    private final IkeSa sa;
    private final IntAuth intAuth = new IntAuth();
    private @Nullable Opening opening;
    private @Nullable Session session;
    private boolean ppk;

    Keying(IkeSa sa) {
        this.sa = sa;
    }

    /** IKE_SA_INIT is complete; a responder's keys come later. */
    void begin(@Nullable Session newSession, Opening newOpening) {
        session = newSession;
        opening = newOpening;
    }

    void key(Session newSession) {
        session = newSession;
    }

    /** As if it came out of {@code old} by rekeying. */
    void inherit(Keying old, Session newSession) {
        session = newSession;
        ppk = old.ppk;
    }

    /** The keys after a further key exchange, RFC 9370 §2.2.2; the AUTH payloads will vouch for it too. */
    void strengthen(Secret shared, Bytes requestOctets, Bytes responseOctets) {
        Session old = session();
        intAuth.add(old.suite().prf(), old.keys(), requestOctets, responseOctets);
        try (shared) {
            IkeKeys keys = KeySchedule.strengthened(old.suite(), old.keys().d(), shared, opening().nonces(), sa.spis());
            session = Session.of(old.suite(), keys, sa.role(), sa.environment().random());
        }
        sa.intake().keep(old);
    }

    /** The keys with a post-quantum pre-shared key mixed in, RFC 8784 §3; messages are protected as before. */
    void mixIn(IkeKeys mixed) {
        Session old = session();
        session = new Session(old.suite(), mixed, old.protection());
        old.keys().closeMixed();
        ppk = true;
    }

    boolean isKeyed() {
        return session != null;
    }

    Session session() {
        return Objects.requireNonNull(session, "no keys yet");
    }

    /** Whether there was an IKE_SA_INIT in this IKE SA. */
    boolean hasOpening() {
        return opening != null;
    }

    Opening opening() {
        return Objects.requireNonNull(opening, "no IKE_SA_INIT in this IKE SA");
    }

    IntAuth intAuth() {
        return intAuth;
    }

    /** Whether the keys, or those of what the IKE SA replaced, come from a post-quantum pre-shared key too. */
    boolean hasPpk() {
        Resumed before = sa.lineage().resumed();
        return ppk || (before != null && before.ppk());
    }

    void close() {
        if (session != null) {
            session.keys().close();
        }
    }
}
