package io.gapura.engine.esp;

import io.gapura.ffi.Memory;

/** The nonce of AES-GCM in ESP, RFC 4106 §4: four bytes of salt, eight of IV. */
final class EspNonce {
    private EspNonce() {
    }

    static void write(long at, int salt, long iv) {
        Memory.putInt(at, salt);
        Memory.putLong(at + 4, iv);
    }
}
