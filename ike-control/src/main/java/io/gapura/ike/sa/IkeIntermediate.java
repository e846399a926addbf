package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.crypto.AdditionalKeyExchange;
import io.gapura.ike.crypto.IntAuth;
import io.gapura.ike.crypto.KeyExchange;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.KeySchedule;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * IKE_INTERMEDIATE, RFC 9242: between IKE_SA_INIT and IKE_AUTH, one for each further key exchange that was agreed on, RFC 9370
 * §2.2.2; with the last of them, or alone, a post-quantum pre-shared key is agreed on, RFC 9867 §3.1.
 *
 * <pre>
 *   HDR, SK {[KEi(n),] [N(PPK_IDENTITY_KEY)(id, confirmation)]}  -->
 *                      <--  HDR, SK {[KEr(n),] [N(PPK_IDENTITY)(id)]}          then both go on with new keys
 * </pre>
 *
 * <p>Encrypted, so that it can be sent in fragments, but authenticated no more than IKE_SA_INIT: IKE_AUTH vouches
 * for it ({@link IntAuth}).
 */
final class IkeIntermediate implements Exchange {
    private final IkeSa sa;
    private final List<Child> wanted;
    private @Nullable KeyExchange keyExchange;
    private Bytes ownOctets = Bytes.EMPTY;

    private IkeIntermediate(IkeSa sa, List<Child> wanted) {
        this.sa = sa;
        this.wanted = wanted;
    }

    /** Goes on after IKE_SA_INIT. */
    static void orAuth(IkeSa sa, List<Child> wanted, long nowNs) {
        if (isOutstanding(sa)) {
            sa.requests().add(new IkeIntermediate(sa, wanted), nowNs);
        } else {
            IkeAuth.begin(sa, wanted, nowNs);
        }
    }

    /** Whether one is to come before IKE_AUTH. */
    static boolean isOutstanding(IkeSa sa) {
        return sa.keying().intAuth().exchanges() < total(sa);
    }

    private static int total(IkeSa sa) {
        if (sa.lineage().resumed() != null) {
            return 0; // what they agreed on is in the keys of before
        }
        int keyExchanges = sa.session().suite().additional().size();
        return Math.max(keyExchanges, sa.opening().ppk() == PpkUse.IN_INTERMEDIATE ? 1 : 0);
    }

    /** The key exchange whose turn it is, or null if there is none. */
    private static @Nullable KeyExchangeMethod method(IkeSa sa) {
        List<AdditionalKeyExchange> additional = sa.session().suite().additional();
        int done = sa.keying().intAuth().exchanges();
        return done < additional.size() ? additional.get(done).method() : null;
    }

    /** The post-quantum pre-shared key whose turn it is, or null if there is none. */
    private @Nullable Ppk ppk() {
        boolean last = sa.keying().intAuth().exchanges() == total(sa) - 1;
        return last && sa.opening().ppk() == PpkUse.IN_INTERMEDIATE ? sa.connection().options().ppk() : null;
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.IKE_INTERMEDIATE;
    }

    @Override
    public List<Payload> request(long nowNs) {
        List<Payload> payloads = new ArrayList<>();
        KeyExchangeMethod method = method(sa);
        if (method != null) {
            KeyExchange own = KeyExchange.generate(method, sa.environment().random());
            keyExchange = own;
            payloads.add(new KePayload(method.group(), own.publicValue()));
        }
        Ppk ppk = ppk();
        if (ppk != null) {
            payloads.add(new NotifyPayload(NotifyType.PPK_IDENTITY_KEY, identityAndKey(sa, ppk)));
        }
        int messageId = sa.keying().intAuth().exchanges() + 1;
        ownOctets = IntAuth.octets(new IkeMessage(sa.requestHeader(type(), messageId), payloads));
        return payloads;
    }

    /** PPK_ID, and 8 bytes that only who has the key can compute. */
    private static Bytes identityAndKey(IkeSa sa, Ppk ppk) {
        return Bytes.concat(PpkAuth.id(ppk), KeySchedule.ppkConfirmation(sa.session().suite().prf(), ppk.secret(),
                sa.opening().nonces(), sa.spis()));
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        KeyExchange own = keyExchange;
        try {
            Ppk ppk = accepted(response);
            KePayload ke = response.find(KePayload.class);
            if (own != null && (ke == null || ke.group() != own.method().group())) {
                throw MalformedMessage.syntax("an answer without " + own.method().keyword());
            }
            Secret shared = own == null || ke == null ? null : own.agree(ke.publicValue());
            sa.keying().strengthen(shared, ppk, ownOctets, sa.intake().lastOctets());
            orAuth(sa, wanted, nowNs);
        } catch (Refusal refusal) {
            fail(refusal.explanation(), nowNs);
        } catch (MalformedMessage bad) {
            fail(bad.getMessage(), nowNs);
        } finally {
            abandon();
        }
    }

    /** The post-quantum pre-shared key that the peer has too, or null for none. */
    private @Nullable Ppk accepted(IkeMessage response) throws Refusal {
        NotifyPayload error = response.error();
        if (error != null) {
            throw new Refusal(error.notifyType(), "the peer answers " + error.notifyType());
        }
        Ppk ppk = ppk();
        NotifyPayload theirs = response.notification(NotifyType.PPK_IDENTITY);
        if (ppk == null || (theirs != null && theirs.value().equals(PpkAuth.id(ppk)))) {
            return ppk;
        }
        if (ppk.required()) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED,
                    "the peer goes on without post-quantum pre-shared key; ppk_required: no would allow it");
        }
        return null;
    }

    private void fail(@Nullable String why, long nowNs) {
        sa.warn("IKE_INTERMEDIATE with %s failed: %s".formatted(sa.remote().getHostString(), why));
        sa.close(Closure.FAILED, nowNs);
    }

    @Override
    public void abandon() {
        if (keyExchange != null) {
            keyExchange.close();
        }
    }

    // ---- the other side

    static void respond(IkeSa sa, IkeMessage request, long nowNs) {
        try {
            if (!isOutstanding(sa)) {
                throw MalformedMessage.syntax("there was none to follow");
            }
            List<Payload> payloads = new ArrayList<>();
            Secret shared = answer(sa, request, payloads);
            Ppk ppk = common(sa, request);
            if (ppk != null) {
                payloads.add(new NotifyPayload(NotifyType.PPK_IDENTITY, PpkAuth.id(ppk)));
                sa.log("post-quantum pre-shared key %s is mixed in".formatted(ppk.id()));
            }
            Bytes octets = IntAuth.octets(new IkeMessage(request.header().answer(), payloads));
            sa.respond(request.header(), payloads);
            sa.keying().strengthen(shared, ppk, sa.intake().lastOctets(), octets);
        } catch (MalformedMessage bad) {
            sa.warn("%s is refused: IKE_INTERMEDIATE: %s".formatted(sa.remote().getHostString(), bad.getMessage()));
            sa.respond(request.header(), List.of(new NotifyPayload(NotifyType.INVALID_SYNTAX)));
            sa.close(Closure.FAILED, nowNs);
        }
    }

    /** Our half of the key exchange whose turn it is, into {@code payloads}; its secret, or null. */
    private static @Nullable Secret answer(IkeSa sa, IkeMessage request, List<Payload> payloads)
            throws MalformedMessage {
        KeyExchangeMethod method = method(sa);
        if (method == null) {
            return null;
        }
        KePayload ke = request.find(KePayload.class);
        if (ke == null || ke.group() != method.group()) {
            throw MalformedMessage.syntax("wanted " + method.keyword());
        }
        KeyExchange.Answer answer = KeyExchange.answer(method, ke.publicValue(), sa.environment().random());
        payloads.add(new KePayload(method.group(), answer.publicValue()));
        return answer.shared();
    }

    /**
     * The first key that the initiator names and proves to have, and we have too: of any connection between these addresses,
     * since who the peer is will be known later. Whether it will do is looked at then.
     */
    private static @Nullable Ppk common(IkeSa sa, IkeMessage request) {
        if (sa.opening().ppk() != PpkUse.IN_INTERMEDIATE || sa.hasPpk()) {
            return null;
        }
        List<Ppk> ours = sa.environment().connections().stream()
                .filter(each -> each.isBetween(sa.local().getAddress(), sa.remote().getAddress()))
                .map(each -> each.options().ppk()).filter(Objects::nonNull).toList();
        for (NotifyPayload offered : request.notifications()) {
            if (offered.notifyType().equals(NotifyType.PPK_IDENTITY_KEY)) {
                for (Ppk ppk : ours) {
                    if (offered.value().equals(identityAndKey(sa, ppk))) {
                        return ppk;
                    }
                }
            }
        }
        return null;
    }
}
