package io.gapura.ffi.dpdk;

/** A failed call of DPDK's: its name and arguments as far as they help, and rte_errno in DPDK's words. */
public final class DpdkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    DpdkException(String call, int errno, String meaning) {
        super(call + ": " + meaning + " (rte_errno " + errno + ")");
        this.errno = errno;
    }

    /** A positive errno value, or one of DPDK's own from 1001 on. */
    public int errno() {
        return errno;
    }
}
