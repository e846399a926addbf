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
        return new StartupFailure(cause.getMessage() + remedy(cause), cause);
    }

    private static String remedy(Exception cause) {
        int errno = cause instanceof ErrnoException call ? call.errno() : 0;
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES ->
                "; run it as root, or with CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF and CAP_IPC_LOCK";
            case Errno.EBUSY -> "; it is in use by another process: is Gapura running already?";
            default -> "";
        };
    }
}
