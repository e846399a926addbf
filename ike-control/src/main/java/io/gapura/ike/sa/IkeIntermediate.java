package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import io.gapura.ike.crypto.AdditionalKeyExchange;
import io.gapura.ike.crypto.IntAuth;
import io.gapura.ike.crypto.KeyExchange;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * IKE_INTERMEDIATE, RFC 9242, with a further key exchange, RFC 9370 §2.2.2: between IKE_SA_INIT and IKE_AUTH, one for
 * each that was agreed on.
 *
 * <pre>
 *   HDR, SK {KEi(n)}  -->
 *                      <--  HDR, SK {KEr(n)}          then both go on with new keys
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
        if (next(sa) == null) {
            IkeAuth.begin(sa, wanted, nowNs);
        } else {
            sa.requests().add(new IkeIntermediate(sa, wanted), nowNs);
        }
    }

    /** The key exchange whose turn it is, or null when all are done. */
    static @Nullable KeyExchangeMethod next(IkeSa sa) {
        if (sa.lineage().resumed() != null) {
            return null; // what they agreed on is in the keys of before
        }
        List<AdditionalKeyExchange> additional = sa.session().suite().additional();
        int done = sa.keying().intAuth().exchanges();
        return done < additional.size() ? additional.get(done).method() : null;
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.IKE_INTERMEDIATE;
    }

    @Override
    public List<Payload> request(long nowNs) {
        KeyExchangeMethod method = Objects.requireNonNull(next(sa));
        keyExchange = KeyExchange.generate(method, sa.environment().random());
        List<Payload> payloads = List.of(new KePayload(method.group(), keyExchange.publicValue()));
        int messageId = sa.keying().intAuth().exchanges() + 1;
        ownOctets = IntAuth.octets(new IkeMessage(sa.requestHeader(type(), messageId), payloads));
        return payloads;
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        try (KeyExchange own = Objects.requireNonNull(keyExchange)) {
            NotifyPayload error = response.error();
            KePayload ke = response.find(KePayload.class);
            if (error != null || ke == null || ke.group() != own.method().group()) {
                fail(error == null
                        ? "an answer without " + own.method().keyword()
                        : "the peer answers "
                                + error.notifyType(),
                        nowNs);
                return;
            }
            sa.keying().strengthen(own.agree(ke.publicValue()), ownOctets, sa.intake().lastOctets());
            orAuth(sa, wanted, nowNs);
        } catch (MalformedMessage bad) {
            fail(bad.getMessage(), nowNs);
        }
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
        KeyExchangeMethod method = next(sa);
        KePayload ke = request.find(KePayload.class);
        try {
            if (method == null || ke == null || ke.group() != method.group()) {
                throw MalformedMessage.syntax(method == null
                        ? "there was none to follow"
                        : "wanted "
                                + method.keyword());
            }
            KeyExchange.Answer answer = KeyExchange.answer(method, ke.publicValue(), sa.environment().random());
            List<Payload> payloads = List.of(new KePayload(method.group(), answer.publicValue()));
            Bytes octets = IntAuth.octets(new IkeMessage(request.header().answer(), payloads));
            sa.respond(request.header(), payloads);
            sa.keying().strengthen(answer.shared(), sa.intake().lastOctets(), octets);
        } catch (MalformedMessage bad) {
            sa.warn("%s is refused: IKE_INTERMEDIATE: %s".formatted(sa.remote().getHostString(), bad.getMessage()));
            sa.respond(request.header(), List.of(new NotifyPayload(NotifyType.INVALID_SYNTAX)));
            sa.close(Closure.FAILED, nowNs);
        }
    }
}
