package io.gapura.ike.sa;

import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.message.Role;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an IKE SA is replaced by another with the same peer on the same path, its keys fresh: RFC 7296 §2.18. The rest of
 * the way belongs to the successor: children, addresses, who the peer is, and what was asked and had not begun. Control
 * thread.
 */
final class Succession {
    /** Packets that take longer to the peer are lost. */
    private static final long UNDER_WAY_NS = Duration.ofMillis(250).toNanos();

    private final IkeSa sa;
    private @Nullable IkeSa successor;

    Succession(IkeSa sa) {
        this.sa = sa;
    }

    @Nullable
    IkeSa successor() {
        return successor;
    }

    /** Where the children are: exchanges that were under way when the IKE SA was replaced end in the old one. */
    IkeSa latest() {
        IkeSa latest = sa;
        for (IkeSa next = successor; next != null; next = next.successor()) {
            latest = next;
        }
        return latest;
    }

    /** One that may become the successor. */
    IkeSa heir(Role inExchange, IkeSpis spis, Session session, long nowNs) {
        IkeSa heir = new IkeSa(sa.environment(), sa.connection(), inExchange, spis, sa.path().copy(),
                IkeState.ESTABLISHED, new Lineage(sa.lineage().isOurs(), sa.lineage().journey()), nowNs);
        heir.inherit(sa, session, nowNs);
        sa.environment().adopt(heir);
        return heir;
    }

    /** {@code other} takes over. If we have been told to delete the IKE SA meanwhile, both go. */
    void replacedBy(IkeSa other, long nowNs) {
        if (successor != null) {
            return;
        }
        boolean unwanted = sa.state() == IkeState.DELETING;
        if (!unwanted) {
            sa.moveTo(IkeState.REKEYED);
        }
        successor = other;
        other.adopt(sa.giveUpChildren());
        sa.lineage().handOver(other.lineage());
        sa.followUps().abandonAll();
        sa.requests().takeWaiting().forEach(exchange -> takeOver(exchange, other, nowNs));
        sa.timers().onRekeyed(nowNs);
        sa.log("IKE SA is now %016x/%016x".formatted(other.spis().initiator(), other.spis().responder()));
        if (unwanted) {
            sa.requests().add(new Informational.DeleteIke(sa, Closure.REPLACED), nowNs);
            other.delete(nowNs);
        }
    }

    /**
     * Another with the same peer has all the children: packets go by that one from now on, and the peer, which may receive
     * by this one no more as soon as it hears of it, is told when none can be under way.
     */
    void giveWay(long nowNs) {
        sa.moveTo(IkeState.DELETING);
        sa.children().forEach(ChildSa::stopSending);
        sa.requests().takeWaiting();
        sa.requests().addLater(new Informational.DeleteIke(sa, Closure.REPLACED), nowNs + UNDER_WAY_NS);
    }

    /** What was asked of the old IKE SA and had not begun. Rekeys come up again by themselves. */
    private static void takeOver(Exchange exchange, IkeSa other, long nowNs) {
        switch (exchange) {
            case CreateChildSa create -> other.requests().add(create.in(other), nowNs);
            case Informational.DeleteChild deletion -> other.requests().add(
                    new Informational.DeleteChild(other, deletion.child()), nowNs);
            default -> {
            }
        }
    }
}
