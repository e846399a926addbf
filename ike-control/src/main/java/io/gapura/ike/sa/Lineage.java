package io.gapura.ike.sa;

import io.gapura.ike.config.Child;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Who has begun an IKE SA and what it takes the place of; and what is to come after it. Control thread. */
final class Lineage {
    private final Redirection.@Nullable Journey journey;
    private final boolean ours;
    private @Nullable Reauthentication reauthentication;
    private @Nullable Crossing crossing;
    private @Nullable IkeSa fresh;
    private @Nullable LongConsumer afterwards;
    private @Nullable Resumed resumed;
    private @Nullable Closure unwanted;
    private List<Child> insisted = List.of();

    Lineage(boolean ours, Redirection.@Nullable Journey journey) {
        this.ours = ours;
        this.journey = journey;
    }

    /** If another gateway has sent us here. */
    Redirection.@Nullable Journey journey() {
        return journey;
    }

    /** Whether we began it, or what it came out of by rekeying. */
    boolean isOurs() {
        return ours;
    }

    /** It goes on with what another has begun, RFC 5723. */
    void resumes(Resumed before) {
        resumed = before;
    }

    @Nullable
    Resumed resumed() {
        return resumed;
    }

    /** It shall take an older one's place when it is complete. */
    void reauthenticates(Reauthentication older) {
        reauthentication = older;
    }

    /** This one is to take its place, if it comes up. */
    void replacedSoonBy(IkeSa coming) {
        fresh = coming;
    }

    /** Whether its reauthentication is under way. */
    boolean isBeingReplaced() {
        return fresh != null && !fresh.latest().isClosed();
    }

    /** The peer has begun another at the same time. */
    void crosses(Crossing other) {
        crossing = other;
    }

    /** It is up and has nothing to ask. */
    void onComplete(IkeSa sa, long nowNs) {
        Reauthentication older = reauthentication;
        if (older != null) {
            reauthentication = null;
            older.settle(sa, nowNs);
        }
        if (crossing != null && crossing.isOver(sa, nowNs)) {
            crossing = null;
        }
    }

    /** What it was to do is what its successor is to do. */
    void handOver(Lineage successor) {
        successor.reauthentication = reauthentication;
        successor.crossing = crossing;
        successor.fresh = fresh;
        reauthentication = null;
        crossing = null;
    }

    /** What happens, by the time, when it has gone. */
    void afterwards(LongConsumer then) {
        afterwards = then;
    }

    /** It is to go as soon as it is known whether it is up: the peer may believe that it is. */
    void unwanted(Closure closure) {
        unwanted = closure;
    }

    /** How it ends if it was given up meanwhile; null if it was not. */
    @Nullable
    Closure unwanted() {
        return unwanted;
    }

    /** By command: nothing comes after it. */
    void end() {
        afterwards = null;
        reauthentication = null;
        crossing = null;
    }

    void onClosed(long nowNs) {
        if (reauthentication != null) {
            reauthentication.onFailed(nowNs);
        }
        LongConsumer then = afterwards;
        end();
        if (then != null) {
            then.accept(nowNs);
        }
    }

    /** These must be set up again if they do not come up: they were there before. */
    void insistOn(List<Child> children) {
        insisted = List.copyOf(children);
    }

    List<Child> insisted() {
        return insisted;
    }
}
