package io.gapura.ffi.libc;

import io.gapura.ffi.Downcalls;

/** A failed C call: its name and arguments as far as they help, and errno. */
public final class ErrnoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    public ErrnoException(String call, int errno) {
        super(call + ": " + Downcalls.strerror(errno) + " (errno " + errno + ")");
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
