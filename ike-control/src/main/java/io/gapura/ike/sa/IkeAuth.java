package io.gapura.ike.sa;

import io.gapura.ike.DataPlane;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Childless;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Unique;
import io.gapura.ike.crypto.SharedSecrets;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Role;
import io.gapura.ike.sa.Negotiation.ChildChoice;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IKE_AUTH, RFC 7296 §1.2: who both sides are, proved by what {@link io.gapura.ike.auth} knows, and the first child SA.
 *
 * <pre>
 *   HDR, SK {IDi, [CERT+,] [N(INITIAL_CONTACT),] [CERTREQ+,] [IDr,] AUTH, [SAi2, TSi, TSr]}  -->
 *                                                                                without child: RFC 6023
 *                                  <--  HDR, SK {IDr, [CERT+,] AUTH, [N(AUTH_LIFETIME),] SAr2, TSi, TSr}
 *                                  <--  HDR, SK {IDr, AUTH, N(NO_PROPOSAL_CHOSEN, …)}     without child
 *                                  <--  HDR, SK {N(AUTHENTICATION_FAILED)}                the end
 * </pre>
 *
 * <p>{@link OwnProof} makes our AUTH and {@link PeerCheck} looks at the peer's; both may take a while, in which the
 * IKE SA is {@link IkeState#CHECKING}.
 */
final class IkeAuth implements Exchange {
    private final IkeSa sa;
    private final List<Child> wanted;
    private final OwnProof proof;
    /** What comes along, or null if it is childless. */
    private final @Nullable ChildOffer offer;

    private IkeAuth(IkeSa sa, List<Child> wanted, OwnProof proof) {
        this.sa = sa;
        boolean childless = isChildless(sa, wanted);
        this.wanted = wanted.isEmpty() && !childless ? sa.connection().children().subList(0, 1) : wanted;
        this.proof = proof;
        this.offer = childless ? null : ChildOffer.first(sa, this.wanted.getFirst());
    }

    private static boolean isChildless(IkeSa sa, List<Child> wanted) {
        boolean possible = sa.announced().childless();
        return switch (sa.connection().options().habits().childless()) {
            case ALLOW -> possible && wanted.isEmpty();
            case PREFER -> possible;
            case FORCE -> true;
            case NEVER -> false;
        };
    }

    /** Makes our proof, then asks. */
    static void begin(IkeSa sa, List<Child> wanted, long nowNs) {
        sa.check(nowNs);
        OwnProof.make(sa, Role.INITIATOR, nowNs, (proof, laterNs) -> {
            Closure given = sa.lineage().unwanted();
            if (given != null) {
                sa.close(given, laterNs); // the peer knows nothing of it yet
                return;
            }
            sa.moveTo(IkeState.AUTHENTICATING);
            sa.requests().add(new IkeAuth(sa, wanted, proof), laterNs);
        });
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.IKE_AUTH;
    }

    @Override
    public List<Payload> request(long nowNs) {
        Connection connection = sa.connection();
        List<Payload> payloads = new ArrayList<>();
        payloads.add(proof.id());
        payloads.addAll(proof.certificates());
        if (connection.options().habits().unique() != Unique.NEVER && sa.environment().isFirstContact(sa)) {
            payloads.add(new NotifyPayload(NotifyType.INITIAL_CONTACT));
        }
        payloads.addAll(ProofHints.ofAuth(sa));
        if (!connection.remoteId().isPattern()) {
            payloads.add(OwnProof.id(Role.RESPONDER, connection.remoteId()));
        }
        payloads.addAll(proof.auth());
        if (offer != null) {
            payloads.addAll(offer.payloads());
        }
        payloads.addAll(TicketExchange.wish(sa));
        payloads.addAll(sa.crashDetection().token());
        return payloads;
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        sa.check(nowNs);
        PeerCheck.ofResponder(sa, response).run(nowNs, new PeerCheck.Then() {
            @Override
            public void proven(Connection connection, Identity peer, long laterNs) {
                onProof(response, connection, peer, laterNs);
            }

            @Override
            public void refused(Refusal refusal, long laterNs) {
                abandon();
                fail(response, refusal, laterNs);
            }
        });
    }

    private void onProof(IkeMessage response, Connection connection, Identity peer, long nowNs) {
        sa.belongsTo(connection, peer);
        sa.crashDetection().learn(response);
        sa.establish(nowNs);
        TicketExchange.keep(sa, response, nowNs);
        InetAddress gateway = connection.options().habits().followRedirects()
                ? Redirection.gateway(response, Bytes.EMPTY)
                : null;
        if (gateway != null && Redirection.follow(sa, gateway, wanted, nowNs)) {
            abandon();
            sa.deleteAs(Closure.REPLACED, nowNs);
            return;
        }
        AuthLifetime.read(response).ifPresent(lifetime -> sa.timers().limitProof(lifetime, nowNs));
        if (offer != null) {
            takeChild(offer, response, nowNs);
        }
        Closure given = sa.lineage().unwanted();
        if (given != null) {
            sa.deleteAs(given, nowNs);
            return;
        }
        wanted.stream().skip(offer == null ? 0 : 1).forEach(child -> sa.addChild(child, nowNs));
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

    private void takeChild(ChildOffer offered, IkeMessage response, long nowNs) {
        try {
            Agreement agreement = offered.read(response).agreement();
            offered.take();
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
        if (offer != null) {
            offer.withdraw();
        }
    }

    private static ChildSa install(IkeSa sa, Agreement agreement, Role self, long nowNs) {
        try (SharedSecrets none = new SharedSecrets()) {
            return ChildRequest.install(sa, agreement, none, sa.opening().nonces(), self, null, nowNs);
        }
    }

    // ---- the other side

    static void respond(IkeSa sa, IkeMessage request, long nowNs) {
        sa.check(nowNs);
        sa.learnAbilities(request);
        PeerCheck.ofInitiator(sa, request).run(nowNs, new PeerCheck.Then() {
            @Override
            public void proven(Connection connection, Identity peer, long laterNs) {
                sa.belongsTo(connection, peer);
                if (!sa.environment().mayStay(sa, request.notifies(NotifyType.INITIAL_CONTACT))) {
                    refused(new Refusal(NotifyType.AUTHENTICATION_FAILED,
                            "%s has an IKE SA already, which unique: keep leaves to it".formatted(peer)), laterNs);
                    return;
                }
                if (!redeem(sa, laterNs)) {
                    refused(new Refusal(NotifyType.AUTHENTICATION_FAILED,
                            "%s uses a ticket for the second time".formatted(peer)), laterNs);
                    return;
                }
                OwnProof.make(sa, Role.RESPONDER, laterNs, answering(sa, request));
            }

            @Override
            public void refused(Refusal refusal, long laterNs) {
                sa.warn("%s is refused: %s".formatted(sa.remote().getHostString(), refusal.explanation()));
                sa.respond(request.header(), List.of(refusal.answer()));
                sa.close(Closure.FAILED, laterNs);
            }
        });
    }

    /** Whether the ticket, if there was any, was still unused; what it was about is replaced then. */
    private static boolean redeem(IkeSa sa, long nowNs) {
        Resumed before = sa.lineage().resumed();
        boolean good = before == null || sa.environment().tickets().redeem(before.ticketId(), before.untilNs());
        if (good && before != null) {
            sa.environment().onResumed(sa, before.oldSpi(), nowNs);
        }
        return good;
    }

    private static OwnProof.Then answering(IkeSa sa, IkeMessage request) {
        return new OwnProof.Then() {
            @Override
            public void made(OwnProof proof, long nowNs) {
                answer(sa, request, proof, nowNs);
            }

            @Override
            public void impossible(long nowNs) {
                sa.respond(request.header(), List.of(new NotifyPayload(NotifyType.AUTHENTICATION_FAILED)));
            }
        };
    }

    private static void answer(IkeSa sa, IkeMessage request, OwnProof proof, long nowNs) {
        sa.environment().onProven(sa, request.notifies(NotifyType.INITIAL_CONTACT), nowNs);
        List<Payload> answer = new ArrayList<>();
        answer.add(proof.id());
        answer.addAll(proof.certificates());
        answer.addAll(proof.auth());
        answer.addAll(AuthLifetime.of(sa.connection()));
        sa.crashDetection().learn(request);
        ChildSa child = addChild(sa, request, answer, nowNs);
        answer.addAll(sa.crashDetection().token());
        sa.establish(nowNs);
        answer.addAll(TicketExchange.answer(sa, request, nowNs));
        sa.respond(request.header(), answer);
        if (child != null) {
            sa.add(child);
            child.send();
            Lanes.goOnLater(sa, child, request, nowNs);
        }
    }

    private static @Nullable ChildSa addChild(IkeSa sa, IkeMessage request, List<Payload> answer, long nowNs) {
        if (request.find(SaPayload.class) == null) {
            return null;
        }
        try {
            if (sa.connection().options().habits().childless() == Childless.FORCE) {
                throw new Refusal(NotifyType.NO_ADDITIONAL_SAS, "childless: force wants it by CREATE_CHILD_SA");
            }
            ChildChoice choice = Negotiation.choose(sa, request, sa.connection().children(), true);
            DataPlane dataPlane = sa.environment().dataPlane();
            int spi = dataPlane.allocateSpi();
            Proposal chosen = choice.proposal().withSpi(Bytes.ofInt(spi));
            answer.add(new SaPayload(chosen));
            answer.add(new TsPayload(Role.INITIATOR, choice.remote()));
            answer.add(new TsPayload(Role.RESPONDER, choice.local()));
            answer.addAll(choice.notifications());
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
