package io.gapura.engine.sad;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The current outbound SA of each tunnel. Policies name a tunnel by its slot, so a rekey changes one
 * reference here and no policy.
 *
 * <p>Workers call {@link #outbound} between {@link Epochs#enter} and {@link Epochs#leave}; everything else is
 * the control thread's, which knows each SA by the handle that {@link #install} gave it.
 */
public final class Tunnels {
    private final AtomicReferenceArray<@Nullable OutboundSa> current;
    private final Epochs epochs;
    private final BitSet open = new BitSet();
    private final Map<Long, OutboundSa> installed = new HashMap<>();
    private long lastHandle;

    /** @param slots how many tunnels there can be */
    public Tunnels(int slots, Epochs epochs) {
        this.current = new AtomicReferenceArray<>(slots);
        this.epochs = epochs;
    }

    /** How many tunnels there can be. */
    public int slots() {
        return current.length();
    }

    /** The SA to send by, or null: the tunnel is down. Worker thread. */
    public @Nullable OutboundSa outbound(int tunnel) {
        return current.getAcquire(tunnel); // with install's release
    }

    /** Takes a slot, which is down until an SA is installed. */
    public int open() {
        int tunnel = open.nextClearBit(0);
        if (tunnel >= current.length()) {
            throw new IllegalStateException("all " + current.length() + " tunnels are open");
        }
        open.set(tunnel);
        return tunnel;
    }

    /** Gives a slot back, which no published policy names any more. It is reused when no worker can know it. */
    public void close(int tunnel) {
        clear(tunnel);
        epochs.retire(() -> open.clear(tunnel));
    }

    /** Makes {@code sa} its tunnel's current one. An earlier one is there for packets on their way until it is retired. */
    public long install(OutboundSa sa) {
        if (!open.get(sa.tunnel)) {
            throw new IllegalArgumentException("tunnel " + sa.tunnel + " is not open");
        }
        long handle = ++lastHandle;
        installed.put(handle, sa);
        current.setRelease(sa.tunnel, sa); // with outbound's acquire
        return handle;
    }

    /** Takes the tunnel down: its packets find no SA. */
    public void clear(int tunnel) {
        current.setRelease(tunnel, null);
    }

    /** Stops the use of an SA, if it is still its tunnel's current one; wipes its key when no worker can hold it any more. */
    public void retire(long handle) {
        OutboundSa sa = installed(handle);
        installed.remove(handle);
        if (current.getPlain(sa.tunnel) == sa) {
            clear(sa.tunnel);
        }
        epochs.retire(sa.key::close);
    }

    /** Every installed SA, current or not. Control thread. */
    public void forEach(Consumer<OutboundSa> visitor) {
        installed.values().forEach(visitor);
    }

    /** The SA with this handle, until it is retired. */
    public OutboundSa installed(long handle) {
        OutboundSa sa = installed.get(handle);
        if (sa == null) {
            throw new IllegalArgumentException("no outbound SA has handle " + handle);
        }
        return sa;
    }
}
