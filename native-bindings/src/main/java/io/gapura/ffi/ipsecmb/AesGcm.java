package io.gapura.ffi.ipsecmb;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Downcalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The direct AES-GCM functions for one instruction set, from one copy of the library.
 *
 * <p>They check little and report nothing: a zero address or a tag length beyond 16 leaves the text as it is.
 * Decryption writes the tag that it computed and compares nothing. The nonce has 12 bytes; no
 * address but a key table's needs alignment. A key table is for the instruction set that expanded it.
 *
 * <p>Critical calls: about 80 ns for each kilobyte, so not for texts beyond a few hundred kilobytes. One thread.
 */
public final class AesGcm {
    /** Room for a key table in every known version: 1,024 bytes in 1.3, 1,280 since. */
    public static final int TABLE_BYTES = 1280;
    /** An expansion into a table that is not aligned kills the process. */
    public static final int TABLE_ALIGNMENT = 64;

    private static final int CONTEXT_BYTES = 256;

    private static final MethodHandle EXPAND = Downcalls.critical(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CRYPT = Downcalls.critical(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG,
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private final InstructionSet instructionSet;
    private final MemorySegment expand128;
    private final MemorySegment expand192;
    private final MemorySegment expand256;
    private final MemorySegment encrypt128;
    private final MemorySegment encrypt192;
    private final MemorySegment encrypt256;
    private final MemorySegment decrypt128;
    private final MemorySegment decrypt192;
    private final MemorySegment decrypt256;

    /** The running state of one call. Kept alive here, passed by address. */
    private final MemorySegment context = Arena.ofAuto().allocate(CONTEXT_BYTES, TABLE_ALIGNMENT);
    private final long contextAddress = context.address();

    AesGcm(SymbolLookup symbols, InstructionSet instructionSet) {
        this.instructionSet = instructionSet;
        String suffix = "_" + instructionSet.suffix();
        expand128 = Downcalls.symbol(symbols, "aes_gcm_pre_128" + suffix);
        expand192 = Downcalls.symbol(symbols, "aes_gcm_pre_192" + suffix);
        expand256 = Downcalls.symbol(symbols, "aes_gcm_pre_256" + suffix);
        encrypt128 = Downcalls.symbol(symbols, "aes_gcm_enc_128" + suffix);
        encrypt192 = Downcalls.symbol(symbols, "aes_gcm_enc_192" + suffix);
        encrypt256 = Downcalls.symbol(symbols, "aes_gcm_enc_256" + suffix);
        decrypt128 = Downcalls.symbol(symbols, "aes_gcm_dec_128" + suffix);
        decrypt192 = Downcalls.symbol(symbols, "aes_gcm_dec_192" + suffix);
        decrypt256 = Downcalls.symbol(symbols, "aes_gcm_dec_256" + suffix);
    }

    public InstructionSet instructionSet() {
        return instructionSet;
    }

    /** Expands the 16 bytes at {@code key} into {@code table}. */
    public void expand128(long key, long table) {
        expand(expand128, key, table);
    }

    /** Expands the 24 bytes at {@code key} into {@code table}. */
    public void expand192(long key, long table) {
        expand(expand192, key, table);
    }

    /** Expands the 32 bytes at {@code key} into {@code table}. */
    public void expand256(long key, long table) {
        expand(expand256, key, table);
    }

    private static void expand(MemorySegment function, long key, long table) {
        try {
            EXPAND.invokeExact(function, key, table);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    /** Encrypts {@code bytes} bytes at {@code text} in place and writes the tag, of 8, 12 or 16 bytes. */
    public void encrypt128(long table, long text, long bytes, long nonce, long aad, long aadBytes, long tag,
            long tagBytes) {
        crypt(encrypt128, table, text, bytes, nonce, aad, aadBytes, tag, tagBytes);
    }

    /** As {@link #encrypt128}, by a table of {@link #expand192}. */
    public void encrypt192(long table, long text, long bytes, long nonce, long aad, long aadBytes, long tag,
            long tagBytes) {
        crypt(encrypt192, table, text, bytes, nonce, aad, aadBytes, tag, tagBytes);
    }

    /** As {@link #encrypt128}, by a table of {@link #expand256}. */
    public void encrypt256(long table, long text, long bytes, long nonce, long aad, long aadBytes, long tag,
            long tagBytes) {
        crypt(encrypt256, table, text, bytes, nonce, aad, aadBytes, tag, tagBytes);
    }

    /** Decrypts {@code bytes} bytes at {@code text} in place and writes what their tag should be. */
    public void decrypt128(long table, long text, long bytes, long nonce, long aad, long aadBytes, long tag,
            long tagBytes) {
        crypt(decrypt128, table, text, bytes, nonce, aad, aadBytes, tag, tagBytes);
    }

    /** As {@link #decrypt128}, by a table of {@link #expand192}. */
    public void decrypt192(long table, long text, long bytes, long nonce, long aad, long aadBytes, long tag,
            long tagBytes) {
        crypt(decrypt192, table, text, bytes, nonce, aad, aadBytes, tag, tagBytes);
    }

    /** As {@link #decrypt128}, by a table of {@link #expand256}. */
    public void decrypt256(long table, long text, long bytes, long nonce, long aad, long aadBytes, long tag,
            long tagBytes) {
        crypt(decrypt256, table, text, bytes, nonce, aad, aadBytes, tag, tagBytes);
    }

    private void crypt(MemorySegment function, long table, long text, long bytes, long nonce, long aad, long aadBytes,
            long tag, long tagBytes) {
        try {
            CRYPT.invokeExact(function, table, contextAddress, text, text, bytes, nonce, aad, aadBytes, tag,
                    tagBytes);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }
}
