package io.gapura.gateway.process;

import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;

/** The gateway cannot start; the message says why and what to do. */
public final class StartupFailure extends Exception {
    private static final long serialVersionUID = 1;

    StartupFailure(String message) {
        super(message);
    }

    private StartupFailure(String message, Throwable cause) {
        super(message, cause);
    }

    static StartupFailure of(Exception cause) {
        String message = String.valueOf(cause.getMessage());
        boolean forbidden = cause instanceof ErrnoException call
                && (call.errno() == Errno.EPERM || call.errno() == Errno.EACCES);
        return new StartupFailure(forbidden
                ? message + "; run it as root, or with CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF and CAP_IPC_LOCK"
                : message, cause);
    }
}
