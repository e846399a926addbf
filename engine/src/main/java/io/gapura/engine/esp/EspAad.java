package io.gapura.engine.esp;

import io.gapura.ffi.Memory;

/** What AES-GCM authenticates besides the text, RFC 4106 §5: SPI, and the sequence number in 32 or 64 bits. */
final class EspAad {
    private EspAad() {
    }

    /** Writes it and returns its length in bytes. */
    static int write(long at, int spi, long sequence, boolean esn) {
        Memory.putInt(at, spi);
        if (esn) {
            Memory.putLong(at + 4, sequence);
            return 12;
        }
        Memory.putInt(at + 4, (int) sequence);
        return 8;
    }
}
