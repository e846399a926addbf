package io.gapura.ffi.bpf;

import io.gapura.ffi.libc.SystemCall;

/**
 * An attachment of a program to an interface, held by a descriptor: the kernel takes it away when that is
 * closed, by {@link #close} or by the end of the process, kill -9 included.
 */
public final class BpfLink implements AutoCloseable {
    private final int descriptor;

    BpfLink(int descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public void close() {
        SystemCall.CLOSE.require(descriptor);
    }
}
