package io.gapura.ffi.dpdk;

/**
 * What a device counted since it was started.
 *
 * @param missed    frames that found no descriptor: the worker is too slow, or its rings too short
 * @param errors    frames that came in damaged, and that could not be sent
 * @param noBuffers times that packet memory had run out
 */
public record EthDevStatistics(long receivedPackets, long sentPackets, long receivedBytes, long sentBytes,
        long missed, long errors, long noBuffers) {}
