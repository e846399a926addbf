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
    public static final XskStatistics NONE = new XskStatistics(0, 0, 0, 0, 0, 0);

    public XskStatistics plus(XskStatistics other) {
        return new XskStatistics(dropped + other.dropped, invalidFill + other.invalidFill,
                invalidSend + other.invalidSend, receiveRingFull + other.receiveRingFull,
                fillRingEmpty + other.fillRingEmpty, sendRingEmpty + other.sendRingEmpty);
    }

    /** Frames and descriptors that were lost, whatever the reason. */
    public long lost() {
        return dropped + invalidFill + invalidSend + receiveRingFull;
    }
}
