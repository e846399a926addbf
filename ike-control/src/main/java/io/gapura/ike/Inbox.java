package io.gapura.ike;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.sa.IkeSa;
import io.gapura.ike.sa.IkeState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived and waits for its turn: messages of established IKE SAs before those of IKE SAs that are being
 * set up, and these before newcomers, so that no flood of one delays what is more important. Each queue has an end:
 * IKE repeats what matters. Control thread.
 */
final class Inbox {
    static final int LONGEST = 1024;
    private static final Set<IkeState> ESTABLISHED = EnumSet.of(IkeState.ESTABLISHED, IkeState.REKEYED,
            IkeState.DELETING);

    private final Deque<Arrived> established = new ArrayDeque<>();
    private final Deque<Arrived> opening = new ArrayDeque<>();
    private final Deque<Arrived> newcomers = new ArrayDeque<>();

    /** A datagram, and the IKE SA that it names; none for newcomers. */
    record Arrived(Datagram datagram, IkeHeader header, @Nullable IkeSa sa) {}

    /** Whether there was room for it. */
    boolean add(Arrived arrived) {
        IkeSa sa = arrived.sa();
        Deque<Arrived> queue = sa == null ? newcomers : ESTABLISHED.contains(sa.state()) ? established : opening;
        return queue.size() < LONGEST && queue.add(arrived);
    }

    @Nullable
    Arrived nextOfEstablished() {
        return established.poll();
    }

    @Nullable
    Arrived nextOfOpening() {
        return opening.poll();
    }

    @Nullable
    Arrived nextNewcomer() {
        return newcomers.poll();
    }
}
