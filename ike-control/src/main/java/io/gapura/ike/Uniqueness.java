package io.gapura.ike;

import io.gapura.ike.config.Unique;
import io.gapura.ike.sa.Closure;
import io.gapura.ike.sa.IkeSa;
import io.gapura.ike.sa.IkeState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One peer, one IKE SA: INITIAL_CONTACT, RFC 7296 §2.4, and the policy of {@link Unique}. Peers are told apart by who
 * they have proved to be. Control thread.
 */
final class Uniqueness {
    /** For a peer that reauthenticates to delete the old IKE SA itself. */
    private static final Duration REAUTHENTICATION = Duration.ofSeconds(10);

    private Uniqueness() {
    }

    /** The established ones with the same peer; of what it has not proved yet, with whom it is configured to be. */
    static List<IkeSa> others(IkeSa sa, List<IkeSa> withPeer) {
        return withPeer.stream().filter(other -> other != sa && other.state() == IkeState.ESTABLISHED)
                .filter(other -> other.connection().localId().equals(sa.connection().localId())
                        && other.remoteId().equals(sa.remoteId()))
                .toList();
    }

    /** Whether the newcomer is not refused for the sake of an older one. One from the same place may reauthenticate. */
    static boolean mayStay(IkeSa sa, boolean initialContact, List<IkeSa> withPeer) {
        return unique(sa) != Unique.KEEP || initialContact
                || others(sa, withPeer).stream().allMatch(other -> other.remote().equals(sa.remote()));
    }

    /**
     * The newcomer has proved who it is. INITIAL_CONTACT says nothing of an IKE SA that came up after the newcomer had begun:
     * both sides may have begun at once, and the peer did not know yet that its answer to us had made that one.
     */
    static void enforce(IkeSa sa, boolean initialContact, List<IkeSa> withPeer, long nowNs) {
        Unique unique = unique(sa);
        if (unique == Unique.NEVER) {
            return;
        }
        for (IkeSa other : others(sa, withPeer)) {
            if (initialContact && other.establishedNs() < sa.bornNs()) {
                other.close(Closure.REPLACED, nowNs); // the peer knows nothing of it: no need to tell
            } else if (unique == Unique.REPLACE && Objects.equals(other.remote(), sa.remote())) {
                other.replaceLater(nowNs + REAUTHENTICATION.toNanos());
            } else if (unique == Unique.REPLACE) {
                other.replace(nowNs);
            }
        }
    }

    /** The newcomer is up. Both sides may have begun one at once: the policy is about what was there before, so one goes. */
    static void meet(IkeSa sa, List<IkeSa> withPeer, long nowNs) {
        if (unique(sa) != Unique.NEVER) {
            others(sa, withPeer).forEach(other -> sa.meets(other, nowNs));
        }
    }

    private static Unique unique(IkeSa sa) {
        return sa.connection().options().habits().unique();
    }
}
