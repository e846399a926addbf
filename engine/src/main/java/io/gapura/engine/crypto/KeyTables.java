package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import io.gapura.ffi.ipsecmb.AesGcm;
import io.gapura.ffi.libc.Mapping;

/**
 * The key tables of the library in use, to be read before the cipher needs them. With thousands of SAs a table is a
 * dozen lines of memory that are in no cache.
 *
 * <pre>
 *     0  round keys                        176 bytes (AES-128) or 240
 *   240  powers of the hash key, the highest first, 16 bytes each: a text of n blocks needs the last n + 2
 * </pre>
 *
 * Immutable; any thread.
 */
final class KeyTables {
    private static final int LINE = 64;
    private static final int ROUND_KEYS_BYTES = 192;
    /** The blocks of the AAD and the lengths. */
    private static final int MORE_BYTES = 32;

    private final int bytes;

    private KeyTables(int bytes) {
        this.bytes = bytes;
    }

    /** How long a table is differs by version and instruction set: it ends where an expansion stops writing. */
    static KeyTables of(AesGcm functions) {
        try (Mapping scratch = Mapping.anonymous(2 * AesGcm.TABLE_BYTES)) {
            long table = scratch.address();
            functions.expand128(table + AesGcm.TABLE_BYTES, table);
            int end = AesGcm.TABLE_BYTES;
            while (end > ROUND_KEYS_BYTES && Memory.byteAt(table + end - 1) == 0) {
                end--;
            }
            return new KeyTables(end);
        }
    }

    /** Reads what a text of {@code textBytes} bytes needs of a table. The sum means nothing. */
    long touch(long table, int textBytes) {
        long sum = 0;
        for (int at = 0; at < ROUND_KEYS_BYTES; at += LINE) {
            sum += Memory.nativeLongAt(table + at);
        }
        for (int at = Math.max(ROUND_KEYS_BYTES, bytes - MORE_BYTES - textBytes & -LINE); at < bytes; at += LINE) {
            sum += Memory.nativeLongAt(table + at);
        }
        return sum;
    }
}
