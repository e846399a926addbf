package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import io.gapura.ffi.ipsecmb.AesGcm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Initialization vectors for AES-CBC, which nobody may foresee (RFC 3602 §3, NIST SP 800-38A appendix C): a counter encrypted by
 * a key that was drawn for this alone, many at a time. No two are the same. One worker's thread.
 */
final class RandomBlocks {
    static final int BLOCK_BYTES = 16;
    private static final int BLOCKS = 128;
    private static final int KEY_BYTES = 16;
    private static final int NONCE_BYTES = 16;

    private final AesGcm functions;
    private final long table;
    private final MemorySegment memory = Arena.ofAuto().allocate((BLOCKS + 2) * BLOCK_BYTES, BLOCK_BYTES);
    private final long blocks = memory.address();
    private final long nonce = blocks + BLOCKS * BLOCK_BYTES;
    private final long tag = nonce + NONCE_BYTES;
    private long refills;
    private int left;

    /** @param table where the key is kept */
    RandomBlocks(AesGcm functions, long table) {
        this.functions = functions;
        this.table = table;
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        try (KeyMaterial material = KeyMaterial.copyOf(key)) {
            functions.expand128(material.address(), table);
        }
        Arrays.fill(key, (byte) 0);
    }

    /** Writes the next one. */
    void write(long at) {
        if (left == 0) {
            refill();
        }
        left--;
        long block = blocks + (long) left * BLOCK_BYTES;
        Memory.putNativeLong(at, Memory.nativeLongAt(block));
        Memory.putNativeLong(at + 8, Memory.nativeLongAt(block + 8));
    }

    /** AES-GCM of zeros is AES of its counter: the nonce and the number of the block. */
    private void refill() {
        Memory.zero(blocks, BLOCKS * BLOCK_BYTES);
        Memory.putNativeLong(nonce, ++refills);
        functions.encrypt128(table, blocks, BLOCKS * BLOCK_BYTES, nonce, nonce, 0, tag, BLOCK_BYTES);
        left = BLOCKS;
    }
}
