package io.gapura.engine.sad;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The SAs that one tunnel may send by, later ones before earlier ones. Control thread. */
final class Senders {
    private final List<OutboundSa> shared = new ArrayList<>(2);
    private final List<OutboundSa> own = new ArrayList<>(0);

    void addShared(OutboundSa sa) {
        shared.add(sa);
    }

    void addOwn(OutboundSa sa) {
        own.add(sa);
    }

    void remove(OutboundSa sa) {
        shared.remove(sa);
        own.remove(sa);
    }

    void clear() {
        shared.clear();
        own.clear();
    }

    /** Its own, otherwise the shared one, otherwise whichever there is: to be sent by another worker is better than not at all. */
    @Nullable
    OutboundSa of(int worker) {
        for (int index = own.size() - 1; index >= 0; index--) {
            if (own.get(index).worker == worker) {
                return own.get(index);
            }
        }
        return !shared.isEmpty() ? shared.getLast() : own.isEmpty() ? null : own.getLast();
    }
}
