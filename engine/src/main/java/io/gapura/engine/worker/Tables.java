package io.gapura.engine.worker;

import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.Epochs;
import io.gapura.engine.sad.Sad;
import io.gapura.engine.sad.Tunnels;
import io.gapura.engine.spd.Spd;
import java.util.concurrent.atomic.AtomicReference;

/**
 * All that the control thread shares with the workers: security associations, and immutable snapshots of
 * policies and routes, replaced whole.
 */
public final class Tables {
    public final Sad sad;
    public final Tunnels tunnels;
    public final Epochs epochs;
    private final AtomicReference<Spd> spd = new AtomicReference<>(Spd.empty());
    private final AtomicReference<Fib> fib = new AtomicReference<>(Fib.empty());

    public Tables(Sad sad, Tunnels tunnels, Epochs epochs) {
        this.sad = sad;
        this.tunnels = tunnels;
        this.epochs = epochs;
    }

    /** Control thread. */
    public void publish(Spd snapshot) {
        spd.setRelease(snapshot); // pairs with spd()
    }

    /** Control thread. */
    public void publish(Fib snapshot) {
        fib.setRelease(snapshot); // pairs with fib()
    }

    /** The policies in force. Any thread. */
    public Spd spd() {
        return spd.getAcquire(); // pairs with publish(Spd)
    }

    /** The routes in force. Any thread. */
    public Fib fib() {
        return fib.getAcquire(); // pairs with publish(Fib)
    }
}
