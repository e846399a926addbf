package io.gapura.engine.sad;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The control thread reads an SA's counters while its worker counts. */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Whole numbers that only grow.")
@Outcome(expect = FORBIDDEN, desc = "A number in halves, or one that fell.")
@State
public class CountersStress {
    /** Both halves of the count change with it. */
    private static final long LARGE = 0x7fff_ffffL;

    private final InboundSa sa = new TestKey().inbound(0x10_0000);

    @Actor
    public void worker() {
        sa.countReceived((int) LARGE, 1);
        sa.countReceived((int) LARGE, 2);
        sa.countReceived((int) LARGE, 3);
    }

    @Actor
    public void control(ZZ_Result result) {
        SaCounters first = sa.counters();
        SaCounters second = sa.counters();
        result.r1 = first.bytes() % LARGE == 0 && second.bytes() % LARGE == 0;
        result.r2 = first.bytes() <= second.bytes() && first.packets() <= second.packets();
    }
}
