package io.gapura.ffi.dpdk;

/** DPDK is not installed, or is of a version whose structures are not known; the message says which. */
public final class MissingDpdk extends Exception {
    private static final long serialVersionUID = 1;

    public MissingDpdk(String message) {
        super(message);
    }
}
