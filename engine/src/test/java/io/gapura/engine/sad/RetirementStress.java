package io.gapura.engine.sad;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A worker uses an SA while the control thread retires it, frees what may be freed and gives the slot to another. */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "The worker came too late to find the SA.")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "The worker found the SA and could use its key to the end of its cycle.")
@Outcome(expect = FORBIDDEN, desc = "The key was wiped under the worker's hands, or the SPI led to the next tenant.")
@State
public class RetirementStress {
    private final Epochs epochs = new Epochs(1);
    private final Sad sad = new Sad(1, epochs, new Random(1));
    private final TestKey key = new TestKey();
    private final int spi = sad.allocate();

    public RetirementStress() {
        sad.install(key.inbound(spi));
    }

    @Actor
    public void worker(I_Result result) {
        epochs.enter(0);
        InboundSa sa = sad.inbound(spi);
        result.r1 = outcome(sa);
        epochs.leave(0);
    }

    private int outcome(@Nullable InboundSa sa) {
        if (sa == null) {
            return 0;
        }
        return sa.spi == spi && !key.isClosed() ? 1 : 2;
    }

    @Actor
    public void control() {
        sad.retire(spi);
        if (epochs.reclaim() > 0) {
            sad.install(new TestKey().inbound(sad.allocate()));
        }
    }
}
