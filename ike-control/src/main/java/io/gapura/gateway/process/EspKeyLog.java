package io.gapura.gateway.process;

import io.gapura.ike.DataPlane.EspSa;
import io.gapura.ike.message.Secret;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Copies of the keys of ESP, for as long after the start as the configuration allows to export them, and then wiped.
 * Without that there are none. Those of SAs that are gone stay too, because captures of them do. Control thread.
 */
final class EspKeyLog implements AutoCloseable {
    /** Both directions of some thousand SAs; then the oldest are forgotten. */
    private static final int MOST_KEYS = 4096;

    private final Duration allowed;
    private final long startNs;
    private final Deque<Entry> entries = new ArrayDeque<>();

    /** @param allowed how long keys may be exported; zero for never */
    EspKeyLog(Duration allowed, long startNs) {
        this.allowed = allowed;
        this.startNs = startNs;
    }

    /** One direction of an SA. */
    record Entry(InetAddress source, InetAddress destination, int spi, String suite, int cipherKeyBytes, Secret keys) {}

    void onInbound(int spi, EspSa sa) {
        remember(sa.remote().getAddress(), sa.local().getAddress(), spi, sa);
    }

    void onOutbound(int spi, EspSa sa) {
        remember(sa.local().getAddress(), sa.remote().getAddress(), spi, sa);
    }

    private void remember(InetAddress source, InetAddress destination, int spi, EspSa sa) {
        if (!isOpen(System.nanoTime()) || sa.suite().isAh()) { // Wireshark does not check AH
            return;
        }
        if (entries.size() == MOST_KEYS) {
            entries.remove().keys().close();
        }
        entries.add(new Entry(source, destination, spi, sa.suite().toString(), sa.suite().cipherKeyBytes(),
                Secret.adopt(sa.keys().toArray())));
    }

    private boolean isOpen(long nowNs) {
        return !allowed.isZero() && nowNs - startNs < allowed.toNanos();
    }

    /** Shows all keys there are. Fails saying why it is not allowed. */
    void show(long nowNs, Consumer<Entry> reader) {
        if (allowed.isZero()) {
            throw new IllegalArgumentException(
                    "keys are not exported; write observability.key_export: 10m for a gateway"
                            + " that may show them in the first ten minutes after its start");
        }
        if (!isOpen(nowNs)) {
            throw new IllegalArgumentException("keys were exported only in the first " + allowed.toSeconds()
                    + " s after the start: observability.key_export");
        }
        entries.forEach(reader);
    }

    /** Wipes them once the time is over. */
    void poll(long nowNs) {
        if (!entries.isEmpty() && !isOpen(nowNs)) {
            close();
        }
    }

    @Override
    public void close() {
        entries.forEach(entry -> entry.keys().close());
        entries.clear();
    }
}
