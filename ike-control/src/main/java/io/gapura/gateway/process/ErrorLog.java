package io.gapura.gateway.process;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.ErrorHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of faults of our own that a thread survived; logs them, but not more than one a second. Any thread. */
final class ErrorLog implements ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorLog.class);
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong nextNs = new AtomicLong(System.nanoTime());
    private final AtomicLong silent = new AtomicLong();

    @Override
    public void onError(Throwable fault) {
        long nowNs = System.nanoTime();
        long dueNs = nextNs.get();
        if (nowNs - dueNs >= 0 && nextNs.compareAndSet(dueNs, nowNs + INTERVAL_NS)) {
            LOG.error("a fault in {} ({} more were not logged)", Thread.currentThread().getName(),
                    silent.getAndSet(0), fault);
        } else {
            silent.incrementAndGet();
        }
    }
}
