package io.gapura.ike.sa;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.crypto.IkeSuite;
import io.gapura.ike.crypto.KeySchedule;
import io.gapura.ike.crypto.Nonces;
import io.gapura.ike.crypto.ProposalSelection;
import io.gapura.ike.crypto.Selection;
import io.gapura.ike.crypto.TicketKeys;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IKE_SESSION_RESUME, RFC 5723: an IKE SA like the one before, without key exchange, certificates and signatures.
 *
 * <pre>
 *   HDR, SK {IDi, …, N(TICKET_REQUEST)}  -->
 *                             <--  HDR, SK {IDr, …, N(TICKET_LT_OPAQUE)(lifetime, ticket)}     §4.1
 *   the way is interrupted
 *   HDR, [N(COOKIE),] Ni, N(TICKET_OPAQUE)(ticket), N(NAT_DETECTION_*), …  -->                 §4.3
 *                             <--  HDR, N(COOKIE)                       again from the top
 *                             <--  HDR, N(TICKET_NACK)                  IKE_SA_INIT, as if there were no ticket
 *                             <--  HDR, Nr, N(NAT_DETECTION_*), …
 *   HDR, SK {IDi, AUTH, SAi2, TSi, TSr, N(TICKET_REQUEST)}  -->                                §4.3.2
 *                             <--  HDR, SK {IDr, AUTH, SAr2, TSi, TSr, N(TICKET_LT_OPAQUE)}
 * </pre>
 *
 * <p>Whoever recorded SK_d and all that followed can read what is resumed too: there is no fresh secret in it. That is why
 * tickets are short-lived, and why connections have to ask for them.
 */
public final class SessionResume implements Exchange {
    private static final int COOKIE_MAX_BYTES = 64;
    private static final int MAX_RESTARTS = 5;

    private final IkeSa sa;
    private final List<Child> wanted;
    private final KeptTickets.Kept ticket;
    private final Bytes nonce;
    private Bytes cookie = Bytes.EMPTY;
    private int restarts;
    private Bytes ownOctets = Bytes.EMPTY;
    private @Nullable Bytes peerNonce;
    private boolean refused;

    private SessionResume(IkeSa sa, List<Child> wanted, KeptTickets.Kept ticket) {
        this.sa = sa;
        this.wanted = List.copyOf(wanted);
        this.ticket = ticket;
        this.nonce = SaInit.nonce(sa.environment().random());
    }

    /** How to connect: by the ticket of the connection if there is one, or from the start. */
    static Exchange orInit(IkeSa sa, List<Child> wanted, long nowNs) {
        KeptTickets.Kept ticket = sa.environment().keptTickets().take(sa.connection().name(), sa.path().remoteAddress(),
                nowNs);
        if (ticket == null) {
            return new SaInit(sa, wanted);
        }
        if (!sa.connection().options().habits().resumption() || !allows(sa.connection(), ticket.suite())
                || !sa.connection().remoteId().accepts(ticket.peer())) {
            ticket.d().close();
            return new SaInit(sa, wanted);
        }
        return new SessionResume(sa, wanted, ticket);
    }

    private static boolean allows(Connection connection, IkeSuite suite) {
        return ProposalSelection.choose(List.of(suite.proposal()),
                connection.proposals()) instanceof Selection.Chosen;
    }

    @Override
    public ExchangeType type() {
        return ExchangeType.IKE_SESSION_RESUME;
    }

    @Override
    public List<Payload> request(long nowNs) {
        List<Payload> payloads = new ArrayList<>();
        if (!cookie.isEmpty()) {
            payloads.add(new NotifyPayload(NotifyType.COOKIE, cookie));
        }
        payloads.add(new NoncePayload(nonce));
        payloads.add(new NotifyPayload(NotifyType.TICKET_OPAQUE, ticket.sealed()));
        SaInit.addNotifications(payloads, sa, sa.spis(), false);
        ownOctets = new IkeMessage(sa.requestHeader(type(), 0), payloads).encode();
        return payloads;
    }

    /** Anybody may have answered: at worst it takes a key exchange more. */
    @Override
    public boolean accepts(IkeMessage response, long nowNs) {
        NotifyPayload demand = response.notification(NotifyType.COOKIE);
        if (demand != null) {
            boolean good = !demand.value().isEmpty() && demand.value().length() <= COOKIE_MAX_BYTES
                    && restarts++ < MAX_RESTARTS;
            cookie = good ? demand.value() : cookie;
            return good;
        }
        NoncePayload answered = response.find(NoncePayload.class);
        refused = response.notifies(NotifyType.TICKET_NACK) || response.error() != null;
        peerNonce = refused || answered == null || response.header().responderSpi() == 0 ? null : answered.nonce();
        return refused || peerNonce != null;
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        Bytes theirs = peerNonce;
        if (refused) {
            ticket.d().close();
            sa.log("the peer does not take the ticket: connecting as at first");
            sa.requests().again(new SaInit(sa, wanted), nowNs);
            return;
        }
        if (theirs == null) {
            sa.log("the peer demands a cookie");
            sa.requests().again(this, nowNs);
            return;
        }
        IkeSpis spis = new IkeSpis(sa.spis().initiator(), response.header().responderSpi());
        Nonces nonces = new Nonces(nonce, theirs);
        sa.begin(spis, session(sa.environment(), ticket.suite(), ticket.d(), nonces, spis, Role.INITIATOR),
                new Opening(ownOctets, sa.intake().lastClear(), nonces, PpkUse.NONE));
        sa.lineage().resumes(new Resumed(ticket.peer(), Bytes.EMPTY, ticket.untilNs(), 0, ticket.ppk(),
                ticket.reauthAtNs()));
        sa.learn(response, spis);
        sa.path().moveToNatPort();
        sa.moveTo(IkeState.AUTHENTICATING);
        sa.log("resuming the session of before");
        IkeAuth.begin(sa, wanted, nowNs);
    }

    private static Session session(Environment environment, IkeSuite suite, Secret oldD, Nonces nonces, IkeSpis spis,
            Role self) {
        try (oldD) {
            IkeKeys keys = KeySchedule.resumed(suite, oldD, nonces, spis);
            return Session.of(suite, keys, self, environment.random());
        }
    }

    @Override
    public void abandon() {
        ticket.d().close();
    }

    // ---- the other side

    /** Answers an IKE_SESSION_RESUME request; {@code candidates} are the connections between these addresses. */
    public static SaInit.Welcome welcome(Environment environment, List<Connection> candidates, Datagram datagram,
            IkeMessage request, long nowNs) {
        NoncePayload nonce = request.find(NoncePayload.class);
        NotifyPayload shown = request.notification(NotifyType.TICKET_OPAQUE);
        if (nonce == null || shown == null) {
            return new SaInit.Welcome.Refused(new NotifyPayload(NotifyType.INVALID_SYNTAX),
                    "IKE_SESSION_RESUME without nonce or ticket");
        }
        Ticket ticket = environment.tickets().open(shown.value(), nowNs);
        if (ticket == null) {
            return nack("a ticket that is not ours, used, or too old");
        }
        Connection connection = candidates.stream().filter(each -> isFor(each, ticket)).findFirst().orElse(null);
        if (connection == null) {
            ticket.d().close();
            return nack("a ticket for connection %s, which is not there as it was".formatted(ticket.connection()));
        }
        return new SaInit.Welcome.Entered(enter(environment, connection, datagram, request, nonce.nonce(), ticket,
                TicketKeys.id(shown.value()), nowNs));
    }

    private static SaInit.Welcome nack(String why) {
        return new SaInit.Welcome.Refused(new NotifyPayload(NotifyType.TICKET_NACK), why);
    }

    private static boolean isFor(Connection connection, Ticket ticket) {
        return connection.name().equals(ticket.connection()) && connection.options().habits().resumption()
                && connection.localId().equals(ticket.responder()) && connection.remoteId().accepts(ticket.initiator())
                && allows(connection, ticket.suite());
    }

    private static IkeSa enter(Environment environment, Connection connection, Datagram datagram, IkeMessage request,
            Bytes peerNonce, Ticket ticket, Bytes ticketId, long nowNs) {
        IkeHeader header = request.header();
        IkeSpis spis = new IkeSpis(header.initiatorSpi(), environment.newIkeSpi());
        Lineage lineage = new Lineage(false, null);
        lineage.resumes(new Resumed(ticket.initiator(), ticketId, ticket.untilNs(), ticket.oldSpi(), ticket.ppk(),
                ticket.proofEndsNs()));
        IkeSa sa = new IkeSa(environment, connection, Role.RESPONDER, spis, new Path(datagram), IkeState.HALF_OPEN,
                lineage, nowNs);
        Bytes nonce = SaInit.nonce(environment.random());
        List<Payload> payloads = new ArrayList<>(List.of(new NoncePayload(nonce)));
        SaInit.addNotifications(payloads, sa, spis, false);
        IkeMessage answer = new IkeMessage(new IkeHeader(spis.initiator(), spis.responder(),
                ExchangeType.IKE_SESSION_RESUME, Role.RESPONDER, true, 0), payloads);
        sa.respond(answer);
        sa.learn(request, new IkeSpis(header.initiatorSpi(), header.responderSpi()));
        Nonces nonces = new Nonces(peerNonce, nonce);
        sa.begin(spis, session(environment, ticket.suite(), ticket.d(), nonces, spis, Role.RESPONDER),
                new Opening(datagram.content(), answer.encode(), nonces, PpkUse.NONE));
        sa.log("%s resumes its session as IKE SA %016x/%016x".formatted(sa.remote().getHostString(), spis.initiator(),
                spis.responder()));
        environment.adopt(sa);
        return sa;
    }
}
