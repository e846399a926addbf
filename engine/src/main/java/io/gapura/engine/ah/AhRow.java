package io.gapura.engine.ah;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.ffi.Memory;

/** The row of a batch that authenticates a packet of AH, {@link io.gapura.engine.crypto.AhMac}; the ICV is behind the packet. */
final class AhRow {
    /** What a row of ESP has in front of its text, besides an IV. */
    private static final int BYTES_BEFORE = 8;
    private static final int SEQUENCE = 4;
    private static final int SHORT_BYTES = 8;
    private static final int EXTENDED_BYTES = 12;

    private AhRow() {
    }

    /** Writes nonce and sequence number into the next row. */
    static void prepare(AeadBatch aead, int salt, long iv, long sequence) {
        long slot = aead.slot();
        Memory.putInt(slot + AeadBatch.NONCE, salt);
        Memory.putLong(slot + AeadBatch.NONCE + Integer.BYTES, iv);
        Memory.putLong(slot + AeadBatch.AAD + SEQUENCE, sequence);
    }

    /** Appends the row, for the packet of {@code bytes} bytes at {@code ip}. */
    static void add(AeadBatch aead, long keyHandle, boolean esn, int ivBytes, int icvBytes, long ip, int bytes) {
        int before = BYTES_BEFORE + ivBytes;
        aead.add(keyHandle, esn ? EXTENDED_BYTES : SHORT_BYTES, icvBytes, ip + before, bytes - before);
    }
}
