package io.gapura.engine.sad;

/**
 * What one direction of an SA has carried and refused, read while its worker goes on counting.
 *
 * @param bytes        of the packets inside, from their IP header on
 * @param lastUsedNs   the worker's clock at the last packet carried; 0 before the first
 * @param replayed     packets whose sequence number was seen before or lay left of the window
 * @param notAuthentic packets whose ICV was wrong
 * @param mismatched   packets that the SA's selectors do not permit
 */
public record SaCounters(long packets, long bytes, long lastUsedNs, long replayed, long notAuthentic,
        long mismatched) {}
