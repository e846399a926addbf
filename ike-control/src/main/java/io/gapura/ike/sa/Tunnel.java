package io.gapura.ike.sa;

import io.gapura.ike.DataPlane;
import io.gapura.ike.DataPlane.Selectors;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel of the data plane, shared by a child SA, those beside it ({@link Lanes}) and those that replace it: closed when the last of them is.
 * Control thread.
 */
final class Tunnel {
    private final DataPlane dataPlane;
    private final Selectors selectors;
    private final int number;
    private int users = 1;

    private Tunnel(DataPlane dataPlane, Selectors selectors) {
        this.dataPlane = dataPlane;
        this.selectors = selectors;
        this.number = dataPlane.openTunnel(selectors);
    }

    /** The tunnel of {@code old} if it is still open and carries the same traffic, otherwise a new one. */
    static Tunnel join(DataPlane dataPlane, Selectors selectors, @Nullable ChildSa old) {
        Tunnel existing = old == null ? null : old.sharedTunnel();
        if (existing == null || existing.users == 0 || !existing.selectors.equals(selectors)) {
            return new Tunnel(dataPlane, selectors);
        }
        existing.users++;
        return existing;
    }

    void leave() {
        if (--users == 0) {
            dataPlane.closeTunnel(number);
        }
    }

    /** Whether others send by it too. */
    boolean isShared() {
        return users > 1;
    }

    int number() {
        return number;
    }
}
