package io.gapura.engine.crypto;

import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The cipher calls of one batch of packets, collected first and made together: a nonce that the cipher reads
 * just after it was written costs a failed store forward each.
 *
 * <p>Each row is a cache line:
 *
 * <pre>
 *    0  nonce         12     written by the caller: salt, IV
 *   12  bytes of AAD   4
 *   16  AAD           ≤ 12   written by the caller: SPI, sequence number
 *   28  bytes of text  4
 *   32  computed ICV  16     of {@link #open}
 *   48  text           8     address of what is encrypted or decrypted in place; the packet's ICV is behind it
 *   56  key            8     its handle
 * </pre>
 *
 * One worker's thread.
 */
public abstract class AeadBatch {
    public static final int CAPACITY = PacketBatch.CAPACITY;

    public static final int NONCE = 0;
    public static final int AAD = 16;
    protected static final int COMPUTED_ICV = 32;
    private static final int AAD_BYTES = 12;
    private static final int TEXT_BYTES = 28;
    private static final int TEXT = 48;
    private static final int KEY = 56;
    private static final int ROW_BYTES = 64;

    private final MemorySegment rows = Arena.ofAuto().allocate((long) CAPACITY * ROW_BYTES, ROW_BYTES);
    private final long firstRow = rows.address();
    private int size;
    private long lastKey;
    private int keyChanges;

    public final int size() {
        return size;
    }

    /** The next row, where nonce and AAD go. */
    public final long slot() {
        return slot(size);
    }

    protected final long slot(int row) {
        return firstRow + (long) row * ROW_BYTES;
    }

    /**
     * Appends a row, whose nonce and AAD are in {@link #slot()}.
     *
     * @param keyHandle of an open {@link AeadKey} of the same suite
     * @param text address of what is encrypted or decrypted in place, with the ICV behind it
     */
    public final void add(long keyHandle, int aadBytes, long text, int textBytes) {
        long slot = slot(size++);
        if (keyHandle != lastKey) {
            lastKey = keyHandle;
            keyChanges++;
        }
        Memory.putNativeInt(slot + AAD_BYTES, aadBytes);
        Memory.putNativeInt(slot + TEXT_BYTES, textBytes);
        Memory.putNativeLong(slot + TEXT, text);
        Memory.putNativeLong(slot + KEY, keyHandle);
    }

    /** Encrypts all rows in place and writes their ICVs. */
    public abstract void seal();

    /** Decrypts all rows in place. What is not {@link #authentic} afterwards must be dropped unseen. */
    public abstract void open();

    /** The address of the row's text. */
    public final long text(int row) {
        return Memory.nativeLongAt(slot(row) + TEXT);
    }

    public final int textBytes(int row) {
        return Memory.nativeIntAt(slot(row) + TEXT_BYTES);
    }

    /** The address of the row's ICV in its packet. */
    protected final long icv(int row) {
        return text(row) + textBytes(row);
    }

    protected final int aadBytes(int row) {
        return Memory.nativeIntAt(slot(row) + AAD_BYTES);
    }

    /** The handle of the row's key. */
    protected final long key(int row) {
        return Memory.nativeLongAt(slot(row) + KEY);
    }

    /** How often a row had another key than the one before. */
    protected final int keyChanges() {
        return keyChanges;
    }

    /** After {@link #open}: whether the row's ICV was right. Constant time. */
    public final boolean authentic(int row) {
        long computed = slot(row) + COMPUTED_ICV;
        long received = icv(row);
        long difference = (Memory.longAt(computed) ^ Memory.longAt(received))
                | (Memory.longAt(computed + 8) ^ Memory.longAt(received + 8));
        return difference == 0;
    }

    public final void clear() {
        size = 0;
        keyChanges = 0;
    }
}
