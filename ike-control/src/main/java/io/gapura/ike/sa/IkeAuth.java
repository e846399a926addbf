package io.gapura.ike.sa;

import io.gapura.ike.DataPlane;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Identity;
import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.Prf;
import io.gapura.ike.crypto.SharedSecrets;
import io.gapura.ike.crypto.SignedOctets;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.IdPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Role;
import io.gapura.ike.sa.Negotiation.ChildChoice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IKE_AUTH, RFC 7296 §1.2: who both sides are, proved by a pre-shared key (§2.15), and the first child SA.
 *
 * <pre>
 *   HDR, SK {IDi, [N(INITIAL_CONTACT),] [IDr,] AUTH, SAi2, TSi, TSr}  -->
 *                                  <--  HDR, SK {IDr, AUTH, SAr2, TSi, TSr}
 *                                  <--  HDR, SK {IDr, AUTH, N(NO_PROPOSAL_CHOSEN, …)}     without child
 *                                  <--  HDR, SK {N(AUTHENTICATION_FAILED)}                the end
 * </pre>
 */
final class IkeAuth implements Exchange {
    private final IkeSa sa;
    private final List<Child> wanted;
    private final ChildOffer offer;

    IkeAuth(IkeSa sa, List<Child> wanted) {
        this.sa = sa;
        this.wanted = wanted.isEmpty() ? sa.connection().children().subList(0, 1) : wanted;
        this.offer = ChildOffer.first(sa, this.wanted.getFirst());
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.IKE_AUTH;
    }

    @Override
    public List<Payload> request(long nowNs) {
        Connection connection = sa.connection();
        IdPayload own = id(Role.INITIATOR, connection.localId());
        List<Payload> payloads = new ArrayList<>();
        payloads.add(own);
        if (sa.environment().isFirstContact(sa)) {
            payloads.add(new NotifyPayload(NotifyType.INITIAL_CONTACT));
        }
        if (!connection.remoteId().equals(Identity.ANY)) {
            payloads.add(id(Role.RESPONDER, connection.remoteId()));
        }
        payloads.addAll(PpkAuth.request(sa, keys -> mac(sa, keys, connection, own)));
        payloads.addAll(offer.payloads());
        return payloads;
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        try {
            PpkAuth.onResponse(sa, response);
            Identity peer = authenticate(sa, sa.connection(), response, Role.RESPONDER, proof(response));
            sa.belongsTo(sa.connection(), peer);
        } catch (Refusal refusal) {
            offer.withdraw();
            fail(response, refusal, nowNs);
            return;
        }
        sa.log("the peer has proved to be %s".formatted(sa.remoteId()));
        sa.establish(nowNs);
        takeChild(response, nowNs);
        wanted.stream().skip(1).forEach(child -> sa.addChild(child, nowNs));
    }

    /** RFC 7296 §2.21.2: the peer believes that we are connected, unless it has said the opposite itself. */
    private void fail(IkeMessage response, Refusal refusal, long nowNs) {
        NotifyPayload error = response.error();
        if (error != null && response.find(AuthPayload.class) == null) {
            sa.warn("IKE_AUTH failed: the peer %s answers %s".formatted(sa.remote().getHostString(),
                    error.notifyType()));
            sa.close(Closure.FAILED, nowNs);
        } else {
            sa.warn("IKE_AUTH failed: %s".formatted(refusal.explanation()));
            sa.moveTo(IkeState.DELETING);
            sa.requests().add(new Informational.Complaint(sa, refusal.answer()), nowNs);
        }
    }

    private void takeChild(IkeMessage response, long nowNs) {
        try {
            Agreement agreement = offer.read(response).agreement();
            offer.take();
            ChildSa child = install(sa, agreement, Role.INITIATOR, nowNs);
            child.send();
            sa.add(child);
            if (response.notifies(NotifyType.SA_RESOURCE_INFO)) {
                Lanes.goOn(sa, child.config(), nowNs);
            }
        } catch (Refusal refusal) {
            sa.warn("the IKE SA is up, but child %s is not: %s".formatted(wanted.getFirst().name(),
                    refusal.explanation()));
            sa.environment().onChildRefused(sa, wanted.getFirst(), refusal.explanation(), nowNs);
        }
    }

    @Override
    public void abandon() {
        offer.withdraw();
    }

    private static ChildSa install(IkeSa sa, Agreement agreement, Role self, long nowNs) {
        try (SharedSecrets none = new SharedSecrets()) {
            return ChildRequest.install(sa, agreement, none, sa.opening().nonces(), self, null, nowNs);
        }
    }

    private static IdPayload id(Role side, Identity identity) {
        return new IdPayload(side, identity.type(), identity.value());
    }

    /** The AUTH value that the owner of {@code id} has to show. */
    private static Bytes mac(IkeSa sa, IkeKeys keys, Connection connection, IdPayload id) {
        Prf prf = sa.session().suite().prf();
        Bytes octets = SignedOctets.of(prf, keys.p(id.side()), sa.opening().of(id.side()),
                sa.opening().nonceFor(id.side()), id.body(), sa.intAuth().octets());
        return SignedOctets.sharedKeyMac(prf, connection.secret(), octets);
    }

    /** Who the peer is: one that {@code connection} accepts and that knows its key. */
    private static Identity authenticate(IkeSa sa, Connection connection, IkeMessage message, Role peer, Bytes proof)
            throws Refusal {
        IdPayload id = message.find(IdPayload.class,
                peer == Role.INITIATOR ? PayloadType.ID_INITIATOR : PayloadType.ID_RESPONDER);
        AuthPayload auth = message.find(AuthPayload.class);
        if (id == null || auth == null) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED, "the peer shows no identity or no proof of it");
        }
        Identity identity = new Identity(id.idType(), id.value());
        if (!connection.remoteId().accepts(identity)) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED,
                    "the peer is %s, wanted %s".formatted(identity, connection.remoteId()));
        }
        if (!auth.method().equals(AuthMethod.SHARED_KEY)) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED,
                    "the peer authenticates by %s, wanted a pre-shared key".formatted(auth.method()));
        }
        if (!proof.equals(mac(sa, sa.session().keys(), connection, id))) {
            throw new Refusal(NotifyType.AUTHENTICATION_FAILED,
                    "%s has another pre-shared key than we".formatted(identity));
        }
        return identity;
    }

    /** What AUTH carries. */
    private static Bytes proof(IkeMessage message) {
        AuthPayload auth = message.find(AuthPayload.class);
        return auth == null ? Bytes.EMPTY : auth.value();
    }

    // ---- the other side

    static void respond(IkeSa sa, IkeMessage request, long nowNs) {
        IdPayload own;
        try {
            if (IkeIntermediate.next(sa) != null) {
                throw new Refusal(NotifyType.INVALID_SYNTAX, "IKE_AUTH before all key exchanges that were agreed on");
            }
            Connection connection = connection(sa, request);
            Bytes proof = PpkAuth.onRequest(sa, connection, request, proof(request));
            Identity peer = authenticate(sa, connection, request, Role.INITIATOR, proof);
            sa.belongsTo(connection, peer);
            own = id(Role.RESPONDER, connection.localId());
        } catch (Refusal refusal) {
            sa.warn("%s is refused: %s".formatted(sa.remote().getHostString(), refusal.explanation()));
            sa.respond(request.header(), List.of(refusal.answer()));
            sa.close(Closure.FAILED, nowNs);
            return;
        }
        if (request.notifies(NotifyType.INITIAL_CONTACT)) {
            sa.environment().onInitialContact(sa, nowNs);
        }
        sa.log("%s has proved to be %s".formatted(sa.remote().getHostString(), sa.remoteId()));
        List<Payload> answer = new ArrayList<>();
        answer.add(own);
        answer.add(new AuthPayload(AuthMethod.SHARED_KEY, mac(sa, sa.session().keys(), sa.connection(), own)));
        if (sa.hasPpk()) {
            answer.add(new NotifyPayload(NotifyType.PPK_IDENTITY));
        }
        ChildSa child = addChild(sa, request, answer, nowNs);
        sa.respond(request.header(), answer);
        sa.establish(nowNs);
        if (child != null) {
            sa.add(child);
            child.send();
            Lanes.goOnLater(sa, child, request, nowNs);
        }
    }

    /** The first connection between these addresses whose peer this may be and which we are asked for. */
    private static Connection connection(IkeSa sa, IkeMessage request) throws Refusal {
        IdPayload peer = request.find(IdPayload.class, PayloadType.ID_INITIATOR);
        IdPayload asked = request.find(IdPayload.class, PayloadType.ID_RESPONDER);
        if (peer == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX, "IKE_AUTH without IDi");
        }
        Identity peerId = new Identity(peer.idType(), peer.value());
        Identity askedId = asked == null ? null : new Identity(asked.idType(), asked.value());
        for (Connection connection : sa.environment().connections()) {
            boolean between = connection.isBetween(sa.local().getAddress(), sa.remote().getAddress());
            boolean asksForUs = askedId == null || connection.localId().equals(askedId);
            if (between && asksForUs && connection.remoteId().accepts(peerId) && allows(connection, sa)) {
                return connection;
            }
        }
        throw new Refusal(NotifyType.AUTHENTICATION_FAILED, "no connection for peer %s that asks for %s".formatted(
                peerId, askedId == null ? "whoever we are" : askedId));
    }

    /** IKE_SA_INIT could not know yet which connection it was for; its algorithms must be allowed there too. */
    private static boolean allows(Connection connection, IkeSa sa) {
        return connection.proposals().equals(sa.connection().proposals());
    }

    private static @Nullable ChildSa addChild(IkeSa sa, IkeMessage request, List<Payload> answer, long nowNs) {
        if (request.find(SaPayload.class) == null) {
            return null;
        }
        try {
            ChildChoice choice = Negotiation.choose(request, sa.connection().children(), true);
            DataPlane dataPlane = sa.environment().dataPlane();
            int spi = dataPlane.allocateSpi();
            Proposal chosen = choice.proposal().withSpi(Bytes.ofInt(spi));
            answer.add(new SaPayload(chosen));
            answer.add(new TsPayload(Role.INITIATOR, choice.remote()));
            answer.add(new TsPayload(Role.RESPONDER, choice.local()));
            if (choice.config().isPerCpu() && request.notifies(NotifyType.SA_RESOURCE_INFO)) {
                answer.add(Lanes.info(0));
            }
            return install(sa, choice.agreement(spi), Role.RESPONDER, nowNs);
        } catch (Refusal refusal) {
            sa.warn("a child SA is refused: %s".formatted(refusal.explanation()));
            answer.add(refusal.answer());
            return null;
        }
    }
}
