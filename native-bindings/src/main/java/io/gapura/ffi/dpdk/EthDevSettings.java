package io.gapura.ffi.dpdk;

/**
 * What a device is configured with.
 *
 * @param receiveDescriptors of each queue; rounded to what the device can
 * @param sendDescriptors    of each queue
 * @param mtu                largest IP datagram in bytes; {@link #AS_IT_IS} to leave it
 */
public record EthDevSettings(int receiveQueues, int sendQueues, int receiveDescriptors, int sendDescriptors,
        int mtu) {
    public static final int AS_IT_IS = 0;
}
