package io.gapura.engine.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.gapura.engine.sad.Epochs;
import io.gapura.engine.sad.Sad;
import io.gapura.engine.sad.Tunnels;
import io.gapura.engine.spd.Direction;
import io.gapura.engine.spd.Flow;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.IpAddress;
import java.util.List;
import java.util.Random;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A worker looks up two packets while the control thread publishes policies. */
@JCStressTest
@Outcome(id = "-3, -3", expect = ACCEPTABLE, desc = "By the old policies.")
@Outcome(id = "-3, 5", expect = ACCEPTABLE, desc = "The second by the new ones.")
@Outcome(id = "5, 5", expect = ACCEPTABLE, desc = "By the new policies.")
@Outcome(expect = FORBIDDEN, desc = "By half compiled policies, or back to the old ones.")
@State
public class PublicationStress {
    private static final Epochs EPOCHS = new Epochs(1);
    private static final Sad SAD = new Sad(1, EPOCHS, new Random(1));
    private static final Tunnels TUNNELS = new Tunnels(1, 1, EPOCHS);

    private final Flow flow = Flow.of(Direction.OUTBOUND, IpAddress.ofIpv4(1), IpAddress.ofIpv4(2), 17, 3, 4);
    private final Tables tables = new Tables(SAD, TUNNELS, EPOCHS);

    @Actor
    public void control() {
        tables.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, 5))));
    }

    @Actor
    public void worker(II_Result result) {
        result.r1 = tables.spd().outbound(flow);
        result.r2 = tables.spd().outbound(flow);
    }
}
