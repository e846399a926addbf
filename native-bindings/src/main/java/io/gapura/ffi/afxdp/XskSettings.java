package io.gapura.ffi.afxdp;

/**
 * How an AF_XDP socket is made. Ring sizes are in frames, powers of two.
 *
 * @param fillFrames       frames that may wait to be received into; a burst longer than this is lost
 * @param completionFrames at least {@code sendFrames}, or the kernel stops sending
 * @param needWakeup       the kernel says when it must be woken, which saves system calls
 * @param sendBudget       frames that one wake-up sends in copy mode; 0 leaves the kernel's 32. Older kernels
 *                         cannot change it: then it has no effect
 */
public record XskSettings(int receiveFrames, int sendFrames, int fillFrames, int completionFrames, CopyMode copyMode,
        boolean needWakeup, int sendBudget) {
    /** For one queue of a port: 2048 frames each way. */
    public static final XskSettings DEFAULT = new XskSettings(2048, 2048, 4096, 2048, CopyMode.PREFER_ZERO_COPY, true,
            256);

    /** Fill and completion rings, and the budget, follow from the two sizes. */
    public XskSettings withRings(int received, int sent) {
        return new XskSettings(received, sent, 2 * received, sent, copyMode, needWakeup, Math.min(sendBudget, sent));
    }

    public XskSettings withCopyMode(CopyMode mode) {
        return new XskSettings(receiveFrames, sendFrames, fillFrames, completionFrames, mode, needWakeup, sendBudget);
    }
}
