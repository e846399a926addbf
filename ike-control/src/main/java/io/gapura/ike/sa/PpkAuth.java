package io.gapura.ike.sa;

import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Post-quantum pre-shared keys in IKE_AUTH, RFC 8784 §3, when both sides have announced them in IKE_SA_INIT.
 *
 * <pre>
 *   HDR, SK {…, AUTH, N(PPK_IDENTITY)(id) [, N(NO_PPK_AUTH)] …}  -->     AUTH by the keys with the PPK,
 *                                                                       NO_PPK_AUTH by those without, if optional
 *                                <--  HDR, SK {…, AUTH, N(PPK_IDENTITY) …}   the responder has it and uses it
 *                                <--  HDR, SK {…, AUTH …}                    it goes on without
 * </pre>
 */
final class PpkAuth {
    /** PPK_ID_FIXED, RFC 8784 §5.1. */
    private static final int FIXED_ID = 2;

    private PpkAuth() {
    }

    /** As initiator: the keys with the key mixed in, to be closed by the caller; null if none is to be used. */
    static @Nullable IkeKeys mixed(IkeSa sa) {
        Ppk ppk = sa.connection().options().ppk();
        return ppk == null || sa.opening().ppk() != PpkUse.IN_AUTH
                ? null
                : sa.session().keys().with(sa.session().suite().prf(), ppk.secret());
    }

    /**
     * AUTH, and what goes with it.
     *
     * @param proofs by the keys as they are; if there are {@link #mixed} ones, by those first
     */
    static List<Payload> request(IkeSa sa, List<AuthPayload> proofs) {
        Ppk ppk = sa.connection().options().ppk();
        if (ppk == null || proofs.size() == 1) {
            return List.of(proofs.getFirst());
        }
        List<Payload> payloads = new ArrayList<>(
                List.of(proofs.getFirst(), new NotifyPayload(NotifyType.PPK_IDENTITY, id(ppk))));
        if (!ppk.required()) {
            payloads.add(new NotifyPayload(NotifyType.NO_PPK_AUTH, proofs.getLast().value()));
        }
        return payloads;
    }

    /** PPK_ID. */
    static Bytes id(Ppk ppk) {
        return Bytes.concat(Bytes.of(FIXED_ID), ppk.id().value());
    }

    /**
     * Mixes the key in if the responder has done so too.
     *
     * @throws Refusal if it has not, but must
     */
    static void onResponse(IkeSa sa, IkeMessage response) throws Refusal {
        Ppk ppk = sa.connection().options().ppk();
        boolean refused = response.find(AuthPayload.class) == null;
        if (ppk == null || refused) {
            return;
        }
        if (sa.opening().ppk() == PpkUse.IN_AUTH && response.notifies(NotifyType.PPK_IDENTITY)) {
            mix(sa, ppk);
        } else if (ppk.required() && !sa.keying().isMixedWith(ppk)) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED,
                    "the peer goes on without post-quantum pre-shared key; ppk_required: no would allow it");
        }
    }

    private static void mix(IkeSa sa, Ppk ppk) {
        sa.keying().mixIn(sa.session().keys().with(sa.session().suite().prf(), ppk.secret()), ppk);
        sa.log("post-quantum pre-shared key %s is mixed in".formatted(ppk.id()));
    }

    /**
     * As responder: mixes the key in if both have it.
     *
     * @return what the initiator's proof is then: AUTH's or NO_PPK_AUTH's
     * @throws Refusal if we insist on one, or the initiator does
     */
    static Bytes onRequest(IkeSa sa, Connection connection, IkeMessage request, Bytes auth) throws Refusal {
        Ppk ppk = connection.options().ppk();
        NotifyPayload theirs = request.notification(NotifyType.PPK_IDENTITY);
        NotifyPayload without = request.notification(NotifyType.NO_PPK_AUTH);
        if (isMixedAlready(sa, ppk)) {
            return auth;
        }
        boolean offered = theirs != null && sa.opening().ppk() == PpkUse.IN_AUTH;
        if (offered && isSame(ppk, theirs)) {
            mix(sa, Objects.requireNonNull(ppk));
            return auth;
        }
        if (ppk != null && ppk.required()) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED, "the peer %s; ppk_required: no would do without"
                    .formatted(offered
                            ? "has another post-quantum pre-shared key"
                            : "has no post-quantum pre-shared key"));
        }
        if (offered && without == null) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED,
                    "the peer insists on a post-quantum pre-shared key that we do not have");
        }
        return offered && without != null ? without.value() : auth;
    }

    /** By IKE_INTERMEDIATE. */
    private static boolean isMixedAlready(IkeSa sa, @Nullable Ppk ppk) {
        return ppk != null && sa.keying().isMixedWith(ppk);
    }

    private static boolean isSame(@Nullable Ppk ours, @Nullable NotifyPayload theirs) {
        return ours != null && theirs != null && theirs.value().equals(id(ours));
    }
}
