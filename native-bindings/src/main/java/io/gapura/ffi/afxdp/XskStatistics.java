package io.gapura.ffi.afxdp;

/**
 * What the kernel counted for one socket, XDP_STATISTICS.
 *
 * @param dropped         frames lost on receipt for another reason than the following, such as their size
 * @param invalidFill     descriptors in the fill ring that name no chunk: a fault of ours
 * @param invalidSend     likewise in the transmit ring
 * @param receiveRingFull frames lost because we did not receive fast enough
 * @param fillRingEmpty   times there was no chunk to receive into
 * @param sendRingEmpty   times there was nothing to send: harmless
 */
public record XskStatistics(long dropped, long invalidFill, long invalidSend, long receiveRingFull,
        long fillRingEmpty, long sendRingEmpty) {
    /** Frames and descriptors that were lost, whatever the reason. */
    public long lost() {
        return dropped + invalidFill + invalidSend + receiveRingFull;
    }
}
