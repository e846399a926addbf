package io.gapura.engine;

import io.gapura.ffi.IpAddress;

/** What workers tell the control thread, which calls these from {@code Engine.drainEvents}. */
public interface EngineEvents {
    /** An outbound SA has passed its soft limit: rekey it. Once per SA. */
    void onSoftLimit(int tunnel, int spi);

    /** An outbound SA has passed its hard limit or run out of sequence numbers; its packets are dropped. Once per SA. */
    void onHardLimit(int tunnel, int spi);

    /** A packet wants a tunnel that is down. At most once per second, tunnel and worker. */
    void onAcquire(int tunnel);

    /**
     * ESP or AH with an SPI that no SA has has come to this host. Anybody can send such packets from any address: of
     * many a few are told, a hundred a second and worker.
     */
    void onUnknownSpi(int spi, IpAddress from);
}
