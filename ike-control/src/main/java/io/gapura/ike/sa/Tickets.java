package io.gapura.ike.sa;

import io.gapura.ike.crypto.TicketKeys;
import io.gapura.ike.message.Bytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tickets that we have given away, RFC 5723: by value, so that nothing is kept of them but which were used. Control
 * thread.
 */
public final class Tickets {
    /** So many are told apart; beyond it none is taken until the oldest have expired, and peers connect as at first. */
    private static final int MOST_USED = 1 << 16;
    private static final long SHORTEST_PERIOD_NS = Duration.ofSeconds(1).toNanos();

    private final TicketKeys keys;
    private final long lifetimeNs;
    /** By {@link TicketKeys#id}, with the time until which it would be good. */
    private final Map<Bytes, Long> used = new LinkedHashMap<>();

    /** None yet; a lifetime of zero is for never. */
    public Tickets(SecureRandom random, Duration lifetime, long nowNs) {
        this.lifetimeNs = lifetime.toNanos();
        this.keys = new TicketKeys(random, Math.max(lifetimeNs, SHORTEST_PERIOD_NS), nowNs);
    }

    long lifetimeNs() {
        return lifetimeNs;
    }

    Bytes seal(Ticket ticket, long nowNs) {
        byte[] content = ticket.encode();
        try {
            return keys.seal(content, nowNs);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /** What a ticket of ours holds; null if it is none, or no longer good. */
    @Nullable
    Ticket open(Bytes sealed, long nowNs) {
        forgetExpired(nowNs);
        byte[] content = keys.open(sealed, nowNs);
        if (content == null) {
            return null;
        }
        try {
            Ticket ticket = Ticket.decode(content);
            boolean good = nowNs - ticket.untilNs() < 0 && !used.containsKey(TicketKeys.id(sealed))
                    && used.size() < MOST_USED;
            if (!good) {
                ticket.d().close();
            }
            return good ? ticket : null;
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /** Its owner has proved to be that: it is good for nothing any more. Whether it still was. */
    boolean redeem(Bytes id, long untilNs) {
        return used.putIfAbsent(id, untilNs) == null;
    }

    private void forgetExpired(long nowNs) {
        Iterator<Long> oldestFirst = used.values().iterator();
        while (oldestFirst.hasNext() && nowNs - oldestFirst.next() >= 0) {
            oldestFirst.remove();
        }
    }
}
