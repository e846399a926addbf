package io.gapura.engine;

/**
 * What one direction of an SA has carried, and on whose shoulders.
 *
 * @param spi     of the sending direction the peer's, of the other ours
 * @param worker  that owns it
 * @param packets since it was installed
 */
public record SaLoad(boolean outbound, int spi, int worker, long packets) {}
