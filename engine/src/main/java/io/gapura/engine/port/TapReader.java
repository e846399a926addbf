package io.gapura.engine.port;

import io.gapura.ffi.libc.Readiness;
import io.gapura.ffi.libc.TapDevice;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** The thread that takes from the kernel what it sends by the ports' TAP devices: no worker makes a system call for it. */
final class TapReader implements AutoCloseable {
    private static final int MOST_FRAME_BYTES = 16 << 10;
    private static final long WAIT_NS = 100_000_000;
    /** Of one device, before the others have their turn. */
    private static final int MOST_FRAMES = 64;

    private final List<SlowPath> slowPaths;
    private final Readiness readiness;
    private final UnsafeBuffer scratch = new UnsafeBuffer(BufferUtil.allocateDirectAligned(MOST_FRAME_BYTES, 64));
    private final Thread thread;
    private volatile boolean running = true;

    private TapReader(List<SlowPath> slowPaths) {
        this.slowPaths = slowPaths;
        this.readiness = new Readiness(slowPaths.stream().map(path -> path.tap().descriptor()).toList());
        this.thread = Thread.ofPlatform().name("gapura-tap").daemon().unstarted(this::run);
    }

    static TapReader start(List<SlowPath> slowPaths) {
        TapReader reader = new TapReader(List.copyOf(slowPaths));
        reader.thread.start();
        return reader;
    }

    private void run() {
        while (running) {
            if (readiness.await(WAIT_NS)) {
                for (int index = 0; index < slowPaths.size(); index++) {
                    if (readiness.isReady(index)) {
                        read(slowPaths.get(index));
                    }
                }
            }
        }
    }

    private void read(SlowPath path) {
        TapDevice tap = path.tap();
        for (int count = 0; count < MOST_FRAMES; count++) {
            int bytes = tap.read(scratch.addressOffset(), MOST_FRAME_BYTES);
            if (bytes <= 0) {
                return;
            }
            path.fromKernel(scratch, bytes);
        }
    }

    /** Returns when the thread has ended. */
    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
