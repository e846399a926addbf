package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Both sides have begun an IKE SA at once, as two gateways do that start together: there are two where one was wanted.
 *
 * <pre>
 *   left                                               right
 *   IKE_SA_INIT, IKE_AUTH {…, SA, TSi, TSr}  --\ /--  IKE_SA_INIT, IKE_AUTH {…, SA, TSi, TSr}
 *                                               X
 *   two IKE SAs, packets go by either        &lt;-/ \->
 *   INFORMATIONAL {}  -->                              is the other one really there?
 *   INFORMATIONAL {D()}  -->                           whoever has begun the one with the lowest of the four SPIs
 * </pre>
 *
 * <p>RFC 7296 leaves it at two; which of them goes is decided as for rekeys, §2.8.1. Nothing is deleted before the other
 * IKE SA has all the children and has answered: a peer with a policy of its own may have dropped that one instead. Control thread.
 */
final class Crossing {
    /** Longer than a request is repeated: one whose beginning came later was begun on purpose. */
    private static final long TOGETHER_NS = Duration.ofSeconds(30).toNanos();
    /** For the peer to do what its own policy wants. */
    private static final long SETTLING_NS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_LOOKS = 10;

    private final IkeSa other;
    private final boolean yields;
    private long nextLookNs;
    private int looks;

    private Crossing(IkeSa other, boolean yields, long nowNs) {
        this.other = other;
        this.yields = yields;
        this.nextLookNs = nowNs + SETTLING_NS;
    }

    /** Two with the same peer are up: if both sides have begun at once, one of them goes. */
    static void settle(IkeSa one, IkeSa another, long nowNs) {
        IkeSa ours = one.lineage().isOurs() ? one : another;
        IkeSa theirs = ours == one ? another : one;
        if (haveCrossed(ours, theirs)) {
            ours.lineage().crosses(new Crossing(theirs, lowest(ours) < lowest(theirs), nowNs));
        }
    }

    private static boolean haveCrossed(IkeSa ours, IkeSa theirs) {
        return ours.lineage().isOurs() && !theirs.lineage().isOurs() && isFirst(ours) && isFirst(theirs)
                && ours.connection().name().equals(theirs.connection().name())
                && ours.bornNs() < theirs.establishedNs()
                && theirs.bornNs() - ours.establishedNs() < TOGETHER_NS;
    }

    /** Not come out of a rekey. */
    private static boolean isFirst(IkeSa sa) {
        return sa.establishedNs() > sa.bornNs();
    }

    /** Half of it is the peer's choice, and all of it is known to both. */
    private static long lowest(IkeSa sa) {
        return Math.min(sa.spis().initiator(), sa.spis().responder());
    }

    /** Whether {@code ours} has gone or is to stay, so that there is nothing more to look for. */
    boolean isOver(IkeSa ours, long nowNs) {
        IkeSa latest = other.latest();
        if (latest.state() != IkeState.ESTABLISHED) {
            return true;
        }
        if (nowNs - nextLookNs < 0 || !latest.requests().isIdle()) {
            return false;
        }
        nextLookNs = nowNs + SETTLING_NS;
        List<Child> missing = yields ? missing(ours, latest) : List.of();
        if (looks++ == 0) {
            latest.requests().add(new Informational.Liveness(), nowNs);
            missing.forEach(child -> latest.addChild(child, nowNs));
            return false;
        }
        if (yields && missing.isEmpty()) {
            ours.log("both sides have begun an IKE SA at once: the peer's stays");
            ours.succession().giveWay(nowNs);
        }
        return missing.isEmpty() || looks == MOST_LOOKS;
    }

    private static List<Child> missing(IkeSa ours, IkeSa theirs) {
        Set<String> there = theirs.children().stream().map(ChildSa::name).collect(Collectors.toSet());
        return Reauthentication.configurations(ours).stream().filter(child -> !there.contains(child.name())).toList();
    }
}
