package io.gapura.engine.sad;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The current outbound SA of each tunnel. Policies name a tunnel by its slot, so a rekey changes one
 * reference here and no policy.
 *
 * <p>A tunnel may have an SA for each worker, RFC 9611, beside one for all that have none of their own:
 *
 * <pre>
 *               worker 0   worker 1   worker 2   …
 *   tunnel 0    shared     own        shared         the shared one belongs to one worker,
 *   tunnel 1    shared     shared     shared         to which the others hand their packets over
 * </pre>
 *
 * <p>As long as there is any, every worker has one to send by.
 *
 * <p>Workers call {@link #outbound} between {@link Epochs#enter} and {@link Epochs#leave}; everything else is
 * the control thread's, which knows each SA by the handle that {@link #install} gave it.
 */
public final class Tunnels {
    /** What each worker sends by: a row for each tunnel. */
    private final AtomicReferenceArray<@Nullable OutboundSa> current;
    private final int workers;
    private final Epochs epochs;
    private final BitSet open = new BitSet();
    private final Map<Integer, Senders> senders = new HashMap<>();
    private final Map<Long, OutboundSa> installed = new HashMap<>();
    private final BitSet concealed = new BitSet();
    private final AtomicReference<int[]> withDummies = new AtomicReference<>(new int[0]);
    private long lastHandle;

    /** @param slots how many tunnels there can be */
    public Tunnels(int slots, int workers, Epochs epochs) {
        this.current = new AtomicReferenceArray<>(slots * workers);
        this.workers = workers;
        this.epochs = epochs;
    }

    /** How many tunnels there can be. */
    public int slots() {
        return current.length() / workers;
    }

    /** The SA that {@code worker} is to send by, or null: the tunnel is down. Worker thread. */
    public @Nullable OutboundSa outbound(int tunnel, int worker) {
        return current.getAcquire(tunnel * workers + worker); // with show's release
    }

    /** Has each worker send by what there is for it now. */
    private void show(int tunnel, Senders choice) {
        boolean dummies = false;
        for (int worker = 0; worker < workers; worker++) {
            OutboundSa sa = choice.of(worker);
            current.setRelease(tunnel * workers + worker, sa); // with outbound's acquire
            dummies |= sa != null && sa.dummiesPerSecond > 0;
        }
        if (dummies != concealed.get(tunnel)) {
            concealed.set(tunnel, dummies);
            withDummies.setRelease(concealed.stream().toArray()); // with withDummies' acquire
        }
    }

    /** The tunnels that have an SA which sends dummies. Not to be changed. Worker thread. */
    public int[] withDummies() {
        return withDummies.getAcquire(); // with show's release
    }

    /** Takes a slot, which is down until an SA is installed. */
    public int open() {
        int tunnel = open.nextClearBit(0);
        if (tunnel >= slots()) {
            throw new IllegalStateException("all " + slots() + " tunnels are open");
        }
        open.set(tunnel);
        senders.put(tunnel, new Senders());
        return tunnel;
    }

    /** Gives a slot back, which no published policy names any more. It is reused when no worker can know it. */
    public void close(int tunnel) {
        clear(tunnel);
        senders.remove(tunnel);
        epochs.retire(() -> open.clear(tunnel));
    }

    /**
     * Makes {@code sa} its tunnel's current one, of all workers that have none of their own. An earlier one is there
     * for packets on their way until it is retired.
     */
    public long install(OutboundSa sa) {
        Senders choice = choice(sa.tunnel);
        choice.addShared(sa);
        show(sa.tunnel, choice);
        return register(sa);
    }

    /** Makes {@code sa} the current one of the worker that owns it. */
    public long installOwn(OutboundSa sa) {
        Senders choice = choice(sa.tunnel);
        choice.addOwn(sa);
        show(sa.tunnel, choice);
        return register(sa);
    }

    private Senders choice(int tunnel) {
        Senders choice = senders.get(tunnel);
        if (choice == null) {
            throw new IllegalArgumentException("tunnel " + tunnel + " is not open");
        }
        return choice;
    }

    private long register(OutboundSa sa) {
        installed.put(++lastHandle, sa);
        return lastHandle;
    }

    /** Takes the tunnel down: its packets find no SA. */
    public void clear(int tunnel) {
        Senders choice = choice(tunnel);
        choice.clear();
        show(tunnel, choice);
    }

    /** Stops the use of an SA, if it is still a current one; wipes its key when no worker can hold it any more. */
    public void retire(long handle) {
        OutboundSa sa = installed(handle);
        installed.remove(handle);
        Senders choice = senders.get(sa.tunnel);
        if (choice != null) {
            choice.remove(sa);
            show(sa.tunnel, choice);
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
