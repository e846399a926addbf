package io.gapura.engine;

/** Takes what the engine leaves to the kernel. */
@FunctionalInterface
public interface PuntHandler {
    /** An IPv4 datagram of {@code length} bytes at {@code address}, only during this call. */
    void onPunt(long address, int length);
}
