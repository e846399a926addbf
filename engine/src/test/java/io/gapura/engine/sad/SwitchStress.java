package io.gapura.engine.sad;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A worker sends through a tunnel while a rekey gives the tunnel a new SA and retires the old one. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "By the old SA, whose key was there.")
@Outcome(id = "2", expect = ACCEPTABLE, desc = "By the new SA.")
@Outcome(expect = FORBIDDEN, desc = "By none, or with a wiped key.")
@State
public class SwitchStress {
    private final Epochs epochs = new Epochs(1);
    private final Tunnels tunnels = new Tunnels(1, 1, epochs);
    private final int tunnel = tunnels.open();
    private final TestKey oldKey = new TestKey();
    private final TestKey newKey = new TestKey();
    private final long old = tunnels.install(oldKey.outbound(tunnel));

    @Actor
    public void worker(I_Result result) {
        epochs.enter(0);
        result.r1 = outcome(tunnels.outbound(tunnel, 0));
        epochs.leave(0);
    }

    private int outcome(@Nullable OutboundSa sa) {
        if (sa == null) {
            return 0;
        }
        TestKey key = sa.key == oldKey ? oldKey : newKey;
        if (key.isClosed()) {
            return -1;
        }
        return key == oldKey ? 1 : 2;
    }

    @Actor
    public void control() {
        tunnels.install(newKey.outbound(tunnel));
        tunnels.retire(old);
        epochs.reclaim();
    }
}
