package io.gapura.engine.port;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A ring for one frame, full: its consumer takes the frame while its producer waits for the slot. */
@JCStressTest
@Outcome(id = "110, 0", expect = ACCEPTABLE, desc = "The first frame; the second found no room or came too late.")
@Outcome(id = "110, 220", expect = ACCEPTABLE, desc = "Both frames, whole and in order.")
@Outcome(expect = FORBIDDEN, desc = "A frame overwritten while it was read, half written, or out of order.")
@State
public class DescriptorRingStress {
    private final DescriptorRing ring = new DescriptorRing(1);

    public DescriptorRingStress() {
        ring.offer(1, 10);
        ring.publish();
    }

    @Actor
    public void producer() {
        for (int attempt = 0; attempt < 3 && !ring.offer(2, 20); attempt++) {
            Thread.onSpinWait();
        }
        ring.publish();
    }

    @Actor
    public void consumer(II_Result result) {
        result.r1 = take();
        result.r2 = take();
    }

    /** The frame as one number, or 0. */
    private int take() {
        if (ring.waiting() == 0) {
            return 0;
        }
        int frame = (int) ring.address(0) * 100 + ring.length(0);
        ring.release(1);
        return frame;
    }
}
