package io.gapura.ike.sa;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges that we begin in one IKE SA, one after the other: message ids and retransmission, RFC 7296 §2.1
 * to §2.3. The window is 1, as every peer's is.
 */
final class Requests {
    private static final int MOST_DELETED = 64;

    private record Later(Exchange exchange, long timeNs) {}

    private final IkeSa sa;
    private final Deque<Exchange> waiting = new ArrayDeque<>();
    private final List<Later> later = new ArrayList<>();

    private @Nullable Exchange current;
    private List<Datagram> sent = List.of();
    private final Set<Integer> deletedByPeer = new LinkedHashSet<>();
    private int nextMessageId;
    private int tries;
    private long repeatAtNs;

    Requests(IkeSa sa) {
        this.sa = sa;
    }

    void add(Exchange exchange, long nowNs) {
        waiting.add(exchange);
        startNext(nowNs);
    }

    /** Puts it into the queue at this time. */
    void addLater(Exchange exchange, long timeNs) {
        later.add(new Later(exchange, timeNs));
    }

    /** Asks once more with the same message id: IKE_SA_INIT with a cookie or another group, RFC 7296 §2.6, §2.7. */
    void again(Exchange exchange, long nowNs) {
        nextMessageId--;
        waiting.addFirst(exchange);
        startNext(nowNs);
    }

    /** Goes on with what the current exchange has begun, before anything else. */
    void goOn(FollowUp exchange) {
        waiting.addFirst(exchange);
    }

    /** What is under way: an exchange, or the one whose key exchanges are following. */
    @Nullable
    Exchange current() {
        return current instanceof FollowUp followUp ? followUp.origin() : current;
    }

    boolean isFollowingUp() {
        return current instanceof FollowUp;
    }

    /** Whether such an exchange is under way or waits for its turn. */
    boolean has(Predicate<Exchange> wanted) {
        Exchange underway = current();
        return (underway != null && wanted.test(underway)) || waiting.stream().anyMatch(wanted);
    }

    /** The IKE SA is gone: what is under way will not be answered any more. */
    void abandon() {
        if (current != null) {
            current.abandon();
        }
    }

    boolean isIdle() {
        return current == null && waiting.isEmpty();
    }

    void startNext(long nowNs) {
        while (current == null && !waiting.isEmpty() && !sa.isClosed()) {
            Exchange next = waiting.remove();
            if (next.isWanted()) {
                start(next, nowNs);
            }
        }
    }

    private void start(Exchange exchange, long nowNs) {
        current = exchange;
        tries = 0;
        IkeHeader header = sa.requestHeader(exchange.type(), nextMessageId++);
        sent = sa.datagrams(new IkeMessage(header, exchange.request(nowNs)));
        sent.forEach(sa.environment()::send);
        repeatAtNs = nowNs + sa.environment().settings().retransmitAfterNs(0);
    }

    /** Whether the response is one that we wait for; if so it has been dealt with. */
    boolean onResponse(IkeMessage response, long nowNs) {
        Exchange answered = current;
        if (answered == null || response.header().messageId() != nextMessageId - 1
                || !response.header().exchange().equals(answered.type()) || !answered.accepts(response, nowNs)) {
            return false;
        }
        current = null;
        answered.onResponse(response, nowNs);
        closeDeleted(nowNs);
        startNext(nowNs);
        return true;
    }

    /** The peer deletes a child that we do not know: its answer, by which we would, may be on the way. */
    void deletedByPeer(int spiOut) {
        if (current != null && deletedByPeer.size() < MOST_DELETED) {
            deletedByPeer.add(spiOut);
        }
    }

    private void closeDeleted(long nowNs) {
        for (int spiOut : deletedByPeer) {
            ChildSa child = sa.childBySpiOut(spiOut);
            if (child != null) {
                sa.closeChild(child, child.isReplaced() ? Closure.REPLACED : Closure.BY_PEER, nowNs);
            }
        }
        if (!(waiting.peek() instanceof FollowUp)) {
            deletedByPeer.clear();
        }
    }

    /** Takes away what has not begun. */
    List<Exchange> takeWaiting() {
        List<Exchange> taken = new ArrayList<>(waiting);
        later.forEach(planned -> taken.add(planned.exchange));
        waiting.clear();
        later.clear();
        return taken;
    }

    void onTimer(long nowNs) {
        for (Later planned : List.copyOf(later)) {
            if (nowNs - planned.timeNs >= 0) {
                later.remove(planned);
                add(planned.exchange, nowNs);
            }
        }
        repeat(nowNs);
    }

    private void repeat(long nowNs) {
        if (current == null || nowNs - repeatAtNs < 0) {
            return;
        }
        if (tries == sa.environment().settings().retransmitTries()) {
            sa.onSilence(current, nowNs);
            return;
        }
        tries++;
        sent.forEach(sa.environment()::send);
        repeatAtNs = nowNs + sa.environment().settings().retransmitAfterNs(tries);
    }

    /** Gives up waiting for a good answer at this time at the latest: the peer has already sent a bad one. */
    void waitNoLongerThan(long untilNs) {
        if (repeatAtNs - untilNs > 0) {
            repeatAtNs = untilNs;
        }
        tries = sa.environment().settings().retransmitTries();
    }
}
