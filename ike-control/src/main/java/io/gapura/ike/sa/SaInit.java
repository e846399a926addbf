package io.gapura.ike.sa;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Childless;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Fragmentation;
import io.gapura.ike.config.Ppk;
import io.gapura.ike.crypto.DeferredAgreement;
import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.crypto.IkeSuite;
import io.gapura.ike.crypto.KeyExchange;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.KeySchedule;
import io.gapura.ike.crypto.Nonces;
import io.gapura.ike.crypto.ProposalSelection;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.crypto.Selection;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * IKE_SA_INIT, RFC 7296 §1.2: algorithms, nonces, key exchange; whether there is a NAT.
 *
 * <pre>
 *   HDR, [N(COOKIE)], SAi1, KEi, Ni, N(NAT_DETECTION_*), N(FRAGMENTATION)  -->
 *                                <--  HDR, N(COOKIE) | N(INVALID_KE_PAYLOAD)    again from the top
 *                                <--  HDR, SAr1, KEr, Nr, N(NAT_DETECTION_*), N(FRAGMENTATION)
 * </pre>
 *
 * <p>None of it is authentic yet: an answer that does not lead on is logged, and we wait for a better one.
 */
public final class SaInit implements Exchange {
    private static final int NONCE_BYTES = 32;
    private static final int COOKIE_MAX_BYTES = 64;
    /** A peer, or someone in between, can ask for a cookie or another group for ever. */
    private static final int MAX_RESTARTS = 5;
    /** For the true answer, when there was one that refuses us. */
    private static final long GRACE_NS = 2_000_000_000L;

    private final IkeSa sa;
    private final List<Child> wanted;
    private final Bytes nonce;
    private KeyExchange keyExchange;
    private Bytes cookie = Bytes.EMPTY;
    private int restarts;
    private Bytes ownOctets = Bytes.EMPTY;
    private @Nullable InetAddress gateway;
    private @Nullable Accepted accepted;

    /** A good answer. */
    private record Accepted(IkeSuite suite, Bytes nonce, Secret shared) {}

    SaInit(IkeSa sa, List<Child> wanted) {
        this.sa = sa;
        this.wanted = List.copyOf(wanted);
        this.nonce = nonce(sa.environment().random());
        this.keyExchange = KeyExchange.generate(
                Proposals.keyExchangeMethods(sa.connection().proposals()).getFirst(), sa.environment().random());
    }

    static Bytes nonce(SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return Bytes.copyOf(nonce);
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.IKE_SA_INIT;
    }

    @Override
    public List<Payload> request(long nowNs) {
        List<Payload> payloads = new ArrayList<>();
        if (!cookie.isEmpty()) {
            payloads.add(new NotifyPayload(NotifyType.COOKIE, cookie));
        }
        payloads.add(new SaPayload(sa.connection().proposals()));
        payloads.add(new KePayload(keyExchange.method().group(), keyExchange.publicValue()));
        payloads.add(new NoncePayload(nonce));
        Ppk ppk = sa.connection().options().ppk();
        addNotifications(payloads, sa, sa.spis(), (ppk != null && ppk.early())
                || Proposals.haveAdditionalKeyExchange(sa.connection().proposals()));
        payloads.addAll(PpkUse.offer(ppk));
        payloads.addAll(ProofHints.ofInit(sa.connection()));
        ownOctets = new IkeMessage(sa.requestHeader(type(), 0), payloads).encode();
        return payloads;
    }

    /** What both exchanges that an IKE SA may begin with say. */
    static void addNotifications(List<Payload> payloads, IkeSa sa, IkeSpis spis, boolean intermediate) {
        IkeOptions options = sa.connection().options();
        payloads.addAll(sa.path().notifications(spis, options.forceEncapsulation()));
        if (sa.role() == Role.INITIATOR && options.habits().followRedirects()) {
            payloads.add(Redirection.announcement(sa));
        }
        if (sa.role() == Role.RESPONDER && options.habits().childless() != Childless.NEVER) {
            payloads.add(new NotifyPayload(NotifyType.CHILDLESS_IKEV2_SUPPORTED));
        }
        if (options.fragmentation() != Fragmentation.NO) {
            payloads.add(new NotifyPayload(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED));
        }
        if (intermediate) {
            payloads.add(new NotifyPayload(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED));
        }
    }

    @Override
    public boolean accepts(IkeMessage response, long nowNs) {
        if (isSentElsewhere(response) || restart(response)) {
            return true;
        }
        NotifyPayload error = response.error();
        if (error != null) {
            return giveUpSoon(nowNs, "the peer answers %s%s".formatted(error.notifyType(),
                    error.notifyType().equals(NotifyType.NO_PROPOSAL_CHOSEN)
                            ? " to " + Proposals.describe(sa.connection().proposals())
                                    + hint(sa.connection().proposals())
                            : ""));
        }
        try {
            accepted = read(response);
            return true;
        } catch (Refusal | MalformedMessage bad) {
            return giveUpSoon(nowNs, bad.getMessage());
        }
    }

    private static String hint(List<Proposal> ours) {
        return ours.stream().allMatch(Proposals::isPostQuantum)
                ? "; we insist on a key exchange that withstands quantum computers, which the peer may not have:"
                        + " post_quantum: prefer would do without"
                : "";
    }

    private boolean giveUpSoon(long nowNs, @Nullable String why) {
        sa.warn("IKE_SA_INIT with %s failed: %s".formatted(sa.remote().getHostString(), why));
        sa.requests().waitNoLongerThan(nowNs + GRACE_NS);
        return false;
    }

    private boolean isSentElsewhere(IkeMessage response) {
        if (sa.connection().options().habits().followRedirects()) {
            gateway = Redirection.gateway(response, nonce);
        }
        return gateway != null;
    }

    /** Whether the peer wants the same once more, with its cookie or another group. */
    private boolean restart(IkeMessage response) {
        NotifyPayload demand = response.notification(NotifyType.COOKIE);
        NotifyPayload otherGroup = response.notification(NotifyType.INVALID_KE_PAYLOAD);
        if (restarts == MAX_RESTARTS || (demand == null && otherGroup == null)) {
            return false;
        }
        if (demand != null && !demand.value().isEmpty() && demand.value().length() <= COOKIE_MAX_BYTES) {
            cookie = demand.value();
            sa.log("the peer demands a cookie");
            restarts++;
            return true;
        }
        KeyExchangeMethod method = otherGroup == null || otherGroup.value().length() != 2
                ? null
                : KeyExchangeMethod.ofGroup(otherGroup.value().shortAt(0));
        if (method == null || method == keyExchange.method()
                || !Proposals.keyExchangeMethods(sa.connection().proposals()).contains(method)) {
            return false;
        }
        sa.log("the peer wants %s instead of %s".formatted(method.keyword(), keyExchange.method().keyword()));
        keyExchange.close();
        keyExchange = KeyExchange.generate(method, sa.environment().random());
        restarts++;
        return true;
    }

    private Accepted read(IkeMessage response) throws Refusal, MalformedMessage {
        Ppk ppk = sa.connection().options().ppk();
        if (ppk != null && ppk.required() && PpkUse.in(response, ppk) == PpkUse.NONE) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED, "the peer has no post-quantum pre-shared key;"
                    + " ppk_required: no would do without");
        }
        if (sa.connection().options().habits().childless() == Childless.FORCE
                && !Announced.in(response).childless()) {
            throw new Refusal(NotifyType.NO_ADDITIONAL_SAS,
                    "the peer does not offer childless IKE SAs; childless: prefer would do without");
        }
        SaPayload answer = response.find(SaPayload.class);
        KePayload ke = response.find(KePayload.class);
        NoncePayload peerNonce = response.find(NoncePayload.class);
        if (answer == null || ke == null || peerNonce == null || response.header().responderSpi() == 0) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "an answer without SA, KE, nonce or SPI");
        }
        return switch (ProposalSelection.verify(answer.proposals(), sa.connection().proposals())) {
            case Selection.Refused refused -> throw new Refusal(NotifyType.NO_PROPOSAL_CHOSEN, refused.explanation());
            case Selection.Chosen(var proposal) -> {
                IkeSuite suite = IkeSuite.of(proposal);
                if (suite.keyExchange() != keyExchange.method() || ke.group() != keyExchange.method().group()) {
                    throw new Refusal(NotifyType.INVALID_KE_PAYLOAD, "an answer with another group than we sent");
                }
                if (!suite.additional().isEmpty()
                        && !response.notifies(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED)) {
                    throw new Refusal(NotifyType.INVALID_SYNTAX, "further key exchanges without IKE_INTERMEDIATE");
                }
                yield new Accepted(suite, peerNonce.nonce(), keyExchange.agree(ke.publicValue()));
            }
        };
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        if (gateway != null) {
            keyExchange.close();
            Closure closure = Redirection.follow(sa, gateway, wanted, nowNs) ? Closure.REPLACED : Closure.FAILED;
            sa.close(closure, nowNs);
            return;
        }
        Accepted good = accepted;
        if (good == null) {
            sa.requests().again(this, nowNs);
            return;
        }
        keyExchange.close();
        IkeSpis spis = new IkeSpis(sa.spis().initiator(), response.header().responderSpi());
        Nonces nonces = new Nonces(nonce, good.nonce);
        sa.begin(spis, session(good.suite, good.shared, nonces, spis, Role.INITIATOR, sa.environment()),
                new Opening(ownOctets, sa.intake().lastClear(), nonces,
                        PpkUse.in(response, sa.connection().options().ppk())));
        sa.learn(response, spis);
        sa.learnAbilities(response);
        sa.path().moveToNatPort();
        sa.moveTo(IkeState.AUTHENTICATING);
        IkeIntermediate.orAuth(sa, wanted, nowNs);
    }

    private static Session session(IkeSuite suite, Secret shared, Nonces nonces, IkeSpis spis, Role self,
            Environment environment) {
        try (shared) {
            IkeKeys keys = KeySchedule.initial(suite, shared, nonces, spis);
            return Session.of(suite, keys, self, environment.random());
        }
    }

    // ---- the other side

    /** What a newcomer meets. */
    public sealed interface Welcome {
        record Entered(IkeSa sa) implements Welcome {}

        record Refused(NotifyPayload answer, String reason) implements Welcome {}
    }

    /** Answers an IKE_SA_INIT request; {@code candidates} are the connections between these addresses, in order. */
    public static Welcome welcome(Environment environment, List<Connection> candidates, Datagram datagram,
            IkeMessage request, long nowNs) {
        try {
            return new Welcome.Entered(respond(environment, candidates, datagram, request, nowNs));
        } catch (Refusal refusal) {
            return new Welcome.Refused(refusal.answer(), refusal.explanation());
        }
    }

    /**
     * Lets a newcomer in.
     *
     * @throws Refusal to be sent in clear; nothing is kept
     */
    private static IkeSa respond(Environment environment, List<Connection> candidates, Datagram datagram,
            IkeMessage request,
            long nowNs) throws Refusal {
        SaPayload offer = request.find(SaPayload.class);
        KePayload ke = request.find(KePayload.class);
        NoncePayload peerNonce = request.find(NoncePayload.class);
        if (offer == null || ke == null || peerNonce == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "IKE_SA_INIT without SA, KE or nonce");
        }
        sendElsewhere(candidates, request, peerNonce.nonce());
        Match match = match(candidates, possible(request, offer), ke);
        IkeSuite suite = IkeSuite.of(match.proposal);
        DeferredAgreement agreement = begin(suite, ke, environment.random());
        IkeHeader header = request.header();
        IkeSpis spis = new IkeSpis(header.initiatorSpi(), environment.newIkeSpi());
        IkeSa sa = new IkeSa(environment, match.connection, Role.RESPONDER, spis, new Path(datagram),
                IkeState.HALF_OPEN,
                new Lineage(false, null), nowNs);
        Bytes nonce = nonce(environment.random());
        List<Payload> payloads = new ArrayList<>(List.of(new SaPayload(match.proposal),
                new KePayload(suite.keyExchange().group(), agreement.publicValue()), new NoncePayload(nonce)));
        PpkUse ppk = PpkUse.in(request, match.connection.options().ppk());
        addNotifications(payloads, sa, spis, !suite.additional().isEmpty() || ppk == PpkUse.IN_INTERMEDIATE);
        payloads.addAll(ppk.answer());
        payloads.addAll(ProofHints.ofAnswer(candidates, request));
        IkeHeader answer = new IkeHeader(spis.initiator(), spis.responder(), ExchangeType.IKE_SA_INIT,
                Role.RESPONDER, true, 0);
        sa.respond(new IkeMessage(answer, payloads));
        Nonces nonces = new Nonces(peerNonce.nonce(), nonce);
        sa.learnAbilities(request);
        sa.learn(request, new IkeSpis(header.initiatorSpi(), header.responderSpi()));
        Bytes ownOctets = new IkeMessage(answer, payloads).encode();
        sa.begin(spis, null, new Opening(datagram.content(), ownOctets, nonces, ppk));
        sa.intake().keyLater(new Unkeyed(suite, agreement));
        sa.log("%s wants an IKE SA %016x/%016x: %s".formatted(sa.remote().getHostString(), spis.initiator(),
                spis.responder(), suite));
        environment.adopt(sa);
        return sa;
    }

    private static DeferredAgreement begin(IkeSuite suite, KePayload ke, SecureRandom random) throws Refusal {
        try {
            return DeferredAgreement.begin(suite.keyExchange(), ke.publicValue(), random);
        } catch (MalformedMessage bad) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "key exchange: " + bad.getMessage());
        }
    }

    /** What a responder waits with until the initiator has gone on: the shared secret, and the keys from it. */
    record Unkeyed(IkeSuite suite, DeferredAgreement agreement) {
        /** @throws MalformedMessage if there is no secret with the peer's value */
        Session key(IkeSa sa) throws MalformedMessage {
            try (agreement) {
                return session(suite, agreement.agree(), sa.opening().nonces(), sa.spis(), Role.RESPONDER,
                        sa.environment());
            }
        }
    }

    /** Throws REDIRECT if all that the client may want is elsewhere. */
    private static void sendElsewhere(List<Connection> candidates, IkeMessage request, Bytes nonce) throws Refusal {
        InetAddress elsewhere = candidates.getFirst().options().habits().redirectTo();
        boolean all = candidates.stream()
                .allMatch(each -> Objects.equals(each.options().habits().redirectTo(), elsewhere));
        if (elsewhere != null && all && Redirection.isPossible(request)) {
            throw new Refusal(NotifyType.REDIRECT, Redirection.to(elsewhere, nonce).value(),
                    "sent to " + elsewhere.getHostAddress());
        }
    }

    /** RFC 9370 §2.2.1: further key exchanges need a peer that knows the exchange for them. */
    private static List<Proposal> possible(IkeMessage request, SaPayload offer) {
        boolean further = request.notifies(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED);
        return offer.proposals().stream().filter(each -> each.spi().isEmpty()) // §3.3.1: the header has it
                .filter(each -> further || !Proposals.hasAdditionalKeyExchange(each)).toList();
    }

    static KeyExchange.Answer agree(IkeSuite suite, KePayload ke, SecureRandom random) throws Refusal {
        try {
            return KeyExchange.answer(suite.keyExchange(), ke.publicValue(), random);
        } catch (MalformedMessage bad) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "key exchange: " + bad.getMessage());
        }
    }

    private record Match(Connection connection, Proposal proposal) {}

    private static Match match(List<Connection> candidates, List<Proposal> offered, KePayload ke) throws Refusal {
        Refusal first = null;
        for (Connection connection : candidates) {
            try {
                return new Match(connection, Negotiation.choose(offered, connection.proposals(), ke));
            } catch (Refusal refusal) {
                first = first == null ? refusal : first;
            }
        }
        throw first == null ? new Refusal(NotifyType.NO_PROPOSAL_CHOSEN, "no connection") : first;
    }
}
