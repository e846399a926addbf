package io.gapura.engine.crypto;

import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The cipher calls of one batch of packets, collected first and made together: a nonce that the cipher reads
 * just after it was written costs a failed store forward each.
 *
 * <p>Each row has a slot of scratch, 64 bytes:
 *
 * <pre>
 *    0  nonce         12     written by the caller: salt, IV
 *   16  AAD           ≤ 16   written by the caller: SPI, sequence number
 *   32  computed ICV  16     of {@link #open}
 * </pre>
 *
 * One worker's thread.
 */
public abstract class AeadBatch {
    public static final int CAPACITY = PacketBatch.CAPACITY;

    public static final int NONCE = 0;
    public static final int AAD = 16;
    protected static final int COMPUTED_ICV = 32;
    private static final int SLOT_BYTES = 64;

    private final MemorySegment slots = Arena.ofAuto().allocate((long) CAPACITY * SLOT_BYTES, SLOT_BYTES);
    private final long firstSlot = slots.address();

    /** Of the rows below {@link #size}. */
    protected final AeadKey[] key = new AeadKey[CAPACITY];
    protected final int[] aadBytes = new int[CAPACITY];
    protected final long[] text = new long[CAPACITY];
    protected final int[] textBytes = new int[CAPACITY];
    protected final long[] icv = new long[CAPACITY];
    private int size;

    public final int size() {
        return size;
    }

    /** The scratch of the next row. */
    public final long slot() {
        return slot(size);
    }

    protected final long slot(int row) {
        return firstSlot + (long) row * SLOT_BYTES;
    }

    /**
     * Appends a row, whose nonce and AAD are in {@link #slot()}.
     *
     * @param text address of what is encrypted or decrypted in place
     * @param icv  address of the packet's ICV
     */
    public final void add(AeadKey key, int aadBytes, long text, int textBytes, long icv) {
        int row = size++;
        if (!key.equals(this.key[row])) {
            this.key[row] = key; // a collector's barrier for each reference stored costs more than the question
        }
        this.aadBytes[row] = aadBytes;
        this.text[row] = text;
        this.textBytes[row] = textBytes;
        this.icv[row] = icv;
    }

    /** Encrypts all rows in place and writes their ICVs. */
    public abstract void seal();

    /** Decrypts all rows in place. What is not {@link #authentic} afterwards must be dropped unseen. */
    public abstract void open();

    /** The address of the row's text. */
    public final long text(int row) {
        return text[row];
    }

    public final int textBytes(int row) {
        return textBytes[row];
    }

    /** After {@link #open}: whether the row's ICV was right. Constant time. */
    public final boolean authentic(int row) {
        long computed = slot(row) + COMPUTED_ICV;
        long received = icv[row];
        long difference = (Memory.longAt(computed) ^ Memory.longAt(received))
                | (Memory.longAt(computed + 8) ^ Memory.longAt(received + 8));
        return difference == 0;
    }

    public final void clear() {
        size = 0;
    }
}
