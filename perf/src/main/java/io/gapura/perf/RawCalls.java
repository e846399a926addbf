package io.gapura.perf;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.wire.EspHeader;
import io.gapura.ffi.Memory;
import io.gapura.ffi.ipsecmb.AesGcm;
import io.gapura.ffi.ipsecmb.IpsecMb;
import io.gapura.ffi.ipsecmb.MissingLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** ipsec-mb's AES-128-GCM on a batch of buffers as the engine has them, and nothing else. */
final class RawCalls {
    private static final int SLOT_BYTES = 64;
    private static final int AAD = 16;
    private static final int AAD_BYTES = 12;
    private static final int TAG = 32;

    private final BufferPool pool = BufferPool.allocate(GatewayPair.BATCH, 2048);
    private final MemorySegment slots = Arena.ofAuto().allocate((long) GatewayPair.BATCH * SLOT_BYTES, SLOT_BYTES);
    private final MemorySegment table = Arena.ofAuto().allocate(AesGcm.TABLE_BYTES, AesGcm.TABLE_ALIGNMENT);
    private final long[] text = new long[GatewayPair.BATCH];
    private final int textBytes;
    private final AesGcm functions;
    private long sequence;

    RawCalls(int innerBytes) {
        try {
            functions = IpsecMb.load().aesGcm().getFirst();
        } catch (MissingLibrary missing) {
            throw new IllegalStateException(missing);
        }
        functions.expand128(slots.address(), table.address());
        textBytes = innerBytes + EspHeader.paddingBytes(innerBytes, EspHeader.BLOCK_BYTES) + EspHeader.TRAILER_BYTES;
        for (int row = 0; row < text.length; row++) {
            text[row] = pool.take() + BufferPool.HEADROOM_BYTES + 14;
        }
    }

    private long slot(int row) {
        return slots.address() + (long) row * SLOT_BYTES;
    }

    /** New nonces and AADs. */
    void renew() {
        for (int row = 0; row < text.length; row++) {
            Memory.putLong(slot(row) + 4, ++sequence);
            Memory.putLong(slot(row) + AAD + 4, sequence);
        }
    }

    void encrypt() {
        for (int row = 0; row < text.length; row++) {
            long slot = slot(row);
            functions.encrypt128(table.address(), text[row], textBytes, slot, slot + AAD, AAD_BYTES,
                    text[row] + textBytes);
        }
    }

    void decrypt() {
        for (int row = 0; row < text.length; row++) {
            long slot = slot(row);
            functions.decrypt128(table.address(), text[row], textBytes, slot, slot + AAD, AAD_BYTES, slot + TAG);
        }
    }
}
