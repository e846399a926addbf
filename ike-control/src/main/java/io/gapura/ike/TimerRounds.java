package io.gapura.ike;

import io.gapura.ike.sa.IkeSa;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Whose timers to look at, so that ten thousand IKE SAs cost little: those that wait for an answer at every tick,
 * the others by turns, every one within {@link #TICKS_PER_ROUND} ticks. Control thread.
 */
final class TimerRounds {
    private static final int TICKS_PER_ROUND = 10;
    /** So few are looked at together. */
    private static final int SMALLEST_SHARE = 64;

    private final Set<IkeSa> busy = new LinkedHashSet<>();
    private List<IkeSa> round = List.of();
    private int next;

    /** Something has happened to it. */
    void touched(IkeSa sa) {
        if (sa.isBusy()) {
            busy.add(sa);
        }
    }

    void closed(IkeSa sa) {
        busy.remove(sa);
    }

    void tick(Collection<IkeSa> all, long nowNs) {
        for (IkeSa sa : List.copyOf(busy)) {
            sa.onTimer(nowNs);
            if (!sa.isBusy()) {
                busy.remove(sa);
            }
        }
        if (next >= round.size()) {
            round = List.copyOf(all);
            next = 0;
        }
        int end = Math.min(round.size(), next + Math.max(SMALLEST_SHARE, round.size() / TICKS_PER_ROUND + 1));
        while (next < end) {
            IkeSa sa = round.get(next++);
            if (!busy.contains(sa)) {
                sa.onTimer(nowNs);
                touched(sa);
            }
        }
    }
}
