package io.gapura.gateway.bench;

import io.gapura.ffi.traffic.FrameGenerator;
import io.gapura.ffi.traffic.FrameSink;
import java.util.concurrent.TimeUnit;

/** What the generator of {@link TunnelBench} sends by itself, into a veth pair whose other end throws away what nobody takes. */
final class GeneratorBench {
    private static final int WINDOWS = 5;
    private static final int FRAMES_TAKEN = 64;

    private GeneratorBench() {
    }

    /** Frames a second in the best of five windows of so many seconds. */
    static double rate(Load load, double seconds) {
        try (VethPath path = new VethPath(1);
                FrameSink _ = path.call(VethPath.LEFT, () -> FrameSink.open(VethPath.LAN, FRAMES_TAKEN));
                FrameGenerator generator = path.call(VethPath.SOURCE,
                        () -> FrameGenerator.open(VethPath.HOST_DEVICE, TunnelLine.pattern(load)))) {
            return path.call(VethPath.SOURCE, () -> best(generator, (long) (seconds * TimeUnit.SECONDS.toNanos(1))));
        }
    }

    private static double best(FrameGenerator generator, long windowNs) {
        double best = 0;
        generator.begin(Double.POSITIVE_INFINITY, Long.MAX_VALUE / 2);
        for (int window = 0; window < WINDOWS; window++) {
            long first = generator.sent();
            long beganNs = System.nanoTime();
            long tookNs = 0;
            while (tookNs < windowNs) {
                generator.run();
                tookNs = System.nanoTime() - beganNs;
            }
            best = Math.max(best, (generator.sent() - first) * 1e9 / tookNs);
        }
        return best;
    }
}
