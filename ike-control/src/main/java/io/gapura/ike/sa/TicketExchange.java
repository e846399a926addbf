package io.gapura.ike.sa;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.time.Duration;
import java.util.List;

/**
 * How a ticket for {@link SessionResume} is asked for and given, RFC 5723 §4.1: in IKE_AUTH, and after each rekeying of the
 * IKE SA in an exchange of its own, since the keys that the last one was about are gone then.
 *
 * <pre>
 *   HDR, SK {…, N(TICKET_REQUEST)}  -->
 *                             <--  HDR, SK {…, N(TICKET_LT_OPAQUE)(seconds, ticket)}
 *                             <--  HDR, SK {…, N(TICKET_NACK)}
 * </pre>
 */
record TicketExchange(IkeSa sa) implements Exchange {
    private static final long SECOND_NS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

    @Override
    public ExchangeType type() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public boolean isWanted() {
        return sa.state() == IkeState.ESTABLISHED;
    }

    @Override
    public List<Payload> request(long nowNs) {
        return wish(sa);
    }

    @Override
    public void onResponse(IkeMessage response, long nowNs) {
        keep(sa, response, nowNs);
    }

    /** [N(TICKET_REQUEST)]. */
    static List<Payload> wish(IkeSa sa) {
        return sa.connection().options().habits().resumption()
                ? List.of(new NotifyPayload(NotifyType.TICKET_REQUEST))
                : List.of();
    }

    /** Asks once more if the connection wants tickets: the IKE SA has new keys. */
    static void again(IkeSa sa, long nowNs) {
        if (sa.lineage().isOurs() && sa.connection().options().habits().resumption()) {
            sa.requests().add(new TicketExchange(sa), nowNs);
        }
    }

    /** Keeps what the peer has given. */
    static void keep(IkeSa sa, IkeMessage response, long nowNs) {
        NotifyPayload given = response.notification(NotifyType.TICKET_LT_OPAQUE);
        if (given == null || given.value().length() <= Integer.BYTES
                || !sa.connection().options().habits().resumption()) {
            return;
        }
        long seconds = Math.min(Integer.toUnsignedLong(given.value().intAt(0)), LONGEST_SECONDS);
        Session session = sa.session();
        sa.environment().keptTickets().keep(sa.connection().name(), new KeptTickets.Kept(
                given.value().from(Integer.BYTES), sa.path().remoteAddress(), session.suite(),
                session.keys().d().slice(0, session.keys().d().length()), sa.remoteId(), sa.hasPpk(),
                nowNs + seconds * SECOND_NS, sa.timers().reauthAtNs()));
    }

    // ---- the other side

    /** What to answer if the peer wishes for a ticket: one, or that it gets none. */
    static List<Payload> answer(IkeSa sa, IkeMessage request, long nowNs) {
        if (!request.notifies(NotifyType.TICKET_REQUEST) || sa.lineage().isOurs()) {
            return List.of();
        }
        long proofEndsNs = sa.timers().proofEndsAtNs();
        long untilNs = Math.min(nowNs + sa.environment().tickets().lifetimeNs(), proofEndsNs);
        long seconds = (untilNs - nowNs) / SECOND_NS;
        if (!sa.connection().options().habits().resumption() || seconds <= 0) {
            return List.of(new NotifyPayload(NotifyType.TICKET_NACK));
        }
        Session session = sa.session();
        Ticket ticket = new Ticket(session.suite(), session.keys().d(), sa.remoteId(), sa.connection().localId(),
                sa.connection().name(), sa.ownSpi(), sa.hasPpk(), untilNs, proofEndsNs);
        return List.of(new NotifyPayload(NotifyType.TICKET_LT_OPAQUE, Bytes.concat(Bytes.ofInt((int) seconds),
                sa.environment().tickets().seal(ticket, nowNs))));
    }
}
