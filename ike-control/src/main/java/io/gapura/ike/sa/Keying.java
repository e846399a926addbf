package io.gapura.ike.sa;

import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.IkeSuite;
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
    private @Nullable Identity ppkId;
    private boolean ppkBefore;

    Keying(IkeSa sa) {
        this.sa = sa;
    }

    /** IKE_SA_INIT is complete; a responder's keys come later. */
    void begin(@Nullable Session newSession, Opening newOpening) {
        session = newSession;
        opening = newOpening;
    }

    /** What the initiator's proof will be about is this request, not the one before. */
    void reopen(Bytes request) {
        Opening old = opening();
        opening = new Opening(request, old.ofResponder(), old.nonces(), old.ppk());
    }

    void key(Session newSession) {
        session = newSession;
    }

    /** As if it came out of {@code old} by rekeying. */
    void inherit(Keying old, Session newSession) {
        session = newSession;
        ppkId = old.ppkId;
        ppkBefore = old.hasPpk();
    }

    /**
     * The keys after an IKE_INTERMEDIATE, for which the AUTH payloads will vouch too: with a further key exchange, RFC 9370
     * §2.2.2, then with a post-quantum pre-shared key, RFC 9867 §3.1; as before if there is neither.
     */
    void strengthen(@Nullable Secret shared, @Nullable Ppk mixed, Bytes requestOctets, Bytes responseOctets) {
        Session old = session();
        IkeSuite suite = old.suite();
        intAuth.add(suite.prf(), old.keys(), requestOctets, responseOctets);
        IkeKeys fresh = null;
        if (shared != null) {
            try (shared) {
                fresh = KeySchedule.strengthened(suite, old.keys().d(), shared, opening().nonces(), sa.spis());
            }
        }
        if (mixed != null) {
            fresh = withPpk(old, fresh, mixed);
        }
        if (fresh != null) {
            session = Session.of(suite, fresh, sa.role(), sa.environment().random());
            sa.intake().keep(old);
        }
    }

    private IkeKeys withPpk(Session old, @Nullable IkeKeys strengthened, Ppk mixed) {
        ppkId = mixed.id();
        try (IkeKeys without = strengthened) {
            return KeySchedule.withPpk(old.suite(), without == null ? old.keys().d() : without.d(), mixed.secret(),
                    opening().nonces(), sa.spis());
        }
    }

    /** Whether it is in the keys. */
    boolean isMixedWith(Ppk ppk) {
        return ppk.id().equals(ppkId);
    }

    /** The keys with a post-quantum pre-shared key mixed in, RFC 8784 §3; messages are protected as before. */
    void mixIn(IkeKeys mixed, Ppk ppk) {
        Session old = session();
        session = new Session(old.suite(), mixed, old.protection());
        old.keys().closeMixed();
        ppkId = ppk.id();
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
        return ppkId != null || ppkBefore || (before != null && before.ppk());
    }

    void close() {
        if (session != null) {
            session.keys().close();
        }
    }
}
