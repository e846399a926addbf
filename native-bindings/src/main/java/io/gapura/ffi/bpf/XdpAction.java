package io.gapura.ffi.bpf;

/** What an XDP program returns for a frame, by ordinal. */
public enum XdpAction {
    ABORTED,
    DROP,
    /** On to the kernel's network stack. */
    PASS,
    /** Back out of the interface it came from. */
    TX,
    /** To what the redirect helper chose: for us an AF_XDP socket. */
    REDIRECT
}
