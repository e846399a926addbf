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
 *   12  lengths        4     bytes of AAD, and 256 times those of the ICV
 *   16  AAD           ≤ 12   written by the caller: SPI, sequence number
 *   28  bytes of text  4
 *   32  computed ICV  16     of {@link #open}, if it is no longer; then its difference from the packet's in the first 8
 *   48  text           8     address of what is encrypted or decrypted in place; the packet's ICV is behind it
 *   56  key            8     its handle
 * </pre>
 *
 * In front of the text is its packet's IV, and in front of that the ESP header.
 *
 * One worker's thread.
 */
public abstract class AeadBatch {
    public static final int CAPACITY = PacketBatch.CAPACITY;

    public static final int NONCE = 0;
    public static final int AAD = 16;
    protected static final int COMPUTED_ICV = 32;
    private static final int EXTENDED_AAD_BYTES = 12;
    private static final int LENGTHS = 12;
    private static final int TEXT_BYTES = 28;
    private static final int TEXT = 48;
    private static final int KEY = 56;
    public static final int ROW_BYTES = 64;
    private static final int LONGEST_ICV_BYTES = 16;

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
     * @param text      address of what is encrypted or decrypted in place, with the ICV behind it
     */
    public final void add(long keyHandle, int aadBytes, int icvBytes, long text, int textBytes) {
        put(slot(size), keyHandle, aadBytes, icvBytes, text, textBytes);
        added(1, keyHandle);
    }

    /** Writes the row at {@code slot}, which is there once it is {@link #added}. */
    public static void put(long slot, long keyHandle, int aadBytes, int icvBytes, long text, int textBytes) {
        Memory.putNativeInt(slot + LENGTHS, icvBytes << Byte.SIZE | aadBytes);
        Memory.putNativeInt(slot + TEXT_BYTES, textBytes);
        Memory.putNativeLong(slot + TEXT, text);
        Memory.putNativeLong(slot + KEY, keyHandle);
    }

    /** The next {@code rows} rows were {@link #put}, all of one key. */
    public final void added(int rows, long keyHandle) {
        size += rows;
        if (keyHandle != lastKey) {
            lastKey = keyHandle;
            keyChanges++;
        }
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
        return Memory.nativeIntAt(slot(row) + LENGTHS) & 0xff;
    }

    /** Whether the row's sequence number has 64 bits. */
    protected final boolean isExtended(int row) {
        return aadBytes(row) == EXTENDED_AAD_BYTES;
    }

    /** The address of the high half of an extended sequence number. */
    protected final long sequenceHigh(int row) {
        return slot(row) + AAD + Integer.BYTES;
    }

    /** Of the row's ICV: 8 to 32. */
    protected final int icvBytes(int row) {
        return Memory.nativeIntAt(slot(row) + LENGTHS) >> Byte.SIZE;
    }

    /** The handle of the row's key. */
    protected final long key(int row) {
        return Memory.nativeLongAt(slot(row) + KEY);
    }

    /** How often a row had another key than the one before. */
    protected final int keyChanges() {
        return keyChanges;
    }

    /**
     * Compares the computed ICVs of at most 16 bytes of all rows with those of the packets, in constant time. For {@link #open}, after
     * everything is computed: an ICV that is read just after it was written costs more.
     */
    protected final void compare() {
        for (int row = 0; row < size; row++) {
            long computed = slot(row) + COMPUTED_ICV;
            long received = icv(row);
            long second = Memory.longAt(computed + 8) ^ Memory.longAt(received + 8);
            int unused = LONGEST_ICV_BYTES - icvBytes(row);
            long difference = Memory.longAt(computed) ^ Memory.longAt(received);
            if (unused < 8) {
                difference |= second >>> (unused * Byte.SIZE);
            }
            Memory.putNativeLong(computed, difference);
        }
    }

    /** For {@link #open}: whether the row's ICV was right. */
    protected final void judge(int row, boolean right) {
        Memory.putNativeLong(slot(row) + COMPUTED_ICV, right ? 0 : 1);
    }

    /** After {@link #open}: whether the row's ICV was right. */
    public final boolean authentic(int row) {
        return Memory.nativeLongAt(slot(row) + COMPUTED_ICV) == 0;
    }

    public final void clear() {
        size = 0;
        keyChanges = 0;
    }
}
