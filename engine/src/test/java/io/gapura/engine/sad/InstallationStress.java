package io.gapura.engine.sad;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Random;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/** A worker looks for an SA while the control thread installs it. */
@JCStressTest
@Outcome(id = "-1", expect = ACCEPTABLE, desc = "Not there yet.")
@Outcome(id = "7", expect = ACCEPTABLE, desc = "There, with all that was done to it before.")
@Outcome(expect = FORBIDDEN, desc = "There, but half made.")
@State
public class InstallationStress {
    private final Sad sad = new Sad(1, new Epochs(1), new Random(1));
    private final int spi = sad.allocate();

    @Actor
    public void control() {
        InboundSa sa = new TestKey().inbound(spi);
        sa.window.accept(7);
        sad.install(sa);
    }

    @Actor
    public void worker(J_Result result) {
        InboundSa sa = sad.inbound(spi);
        result.r1 = sa == null ? -1 : sa.window.top();
    }
}
