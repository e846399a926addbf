package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import io.gapura.ffi.ipsecmb.Job;
import io.gapura.ffi.ipsecmb.MultiBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The rows of a batch that are done by a burst of jobs. One worker's thread.
 *
 * <p>Where a MAC covers the packet from its SPI on, and with extended sequence numbers their high half behind the text, that half
 * lies for the time of the burst where the ICV lies.
 */
final class JobRows {
    private static final int ESP_HEADER_BYTES = 8;
    private static final int CTR_IV_BYTES = 8;
    private static final int CBC_IV_BYTES = RandomBlocks.BLOCK_BYTES;
    private static final int CCM_NONCE = AeadBatch.NONCE + 1;
    /** The longest that a hash writes, whatever it is asked for. */
    private static final int COMPUTED_BYTES = 64;

    private final AeadBatch batch;
    private final MultiBuffer multiBuffer;
    private final RandomBlocks vectors;
    private final int[] rows = new int[AeadBatch.CAPACITY];
    private final int[] received = new int[AeadBatch.CAPACITY];
    private final MemorySegment computed = Arena.ofAuto().allocate((long) AeadBatch.CAPACITY * COMPUTED_BYTES,
            COMPUTED_BYTES);
    private final long firstComputed = computed.address();
    private int size;

    JobRows(AeadBatch batch, MultiBuffer multiBuffer, RandomBlocks vectors) {
        this.batch = batch;
        this.multiBuffer = multiBuffer;
        this.vectors = vectors;
    }

    void add(int row) {
        rows[size++] = row;
    }

    void seal() {
        if (size > 0) {
            multiBuffer.reserve(size);
            for (int job = 0; job < size; job++) {
                int row = rows[job];
                if (IpsecMbKey.kind(batch.key(row)) == IpsecMbKey.CBC_AND_MAC) {
                    vectors.write(batch.text(row) - CBC_IV_BYTES);
                }
                fill(job, row, IpsecMbJobKey.SEAL, batch.icv(row));
            }
            multiBuffer.complete(size);
            size = 0;
        }
    }

    void open() {
        if (size > 0) {
            multiBuffer.reserve(size);
            for (int job = 0; job < size; job++) {
                int row = rows[job];
                received[job] = Memory.nativeIntAt(batch.icv(row));
                fill(job, row, IpsecMbJobKey.OPEN, computed(job));
            }
            multiBuffer.complete(size);
            for (int job = 0; job < size; job++) {
                int row = rows[job];
                Memory.putNativeInt(batch.icv(row), received[job]);
                batch.judge(row, differences(computed(job), batch.icv(row), batch.icvBytes(row)) == 0);
            }
            size = 0;
        }
    }

    private long computed(int job) {
        return firstComputed + (long) job * COMPUTED_BYTES;
    }

    private void fill(int index, int row, int template, long icv) {
        long handle = batch.key(row);
        long slot = batch.slot(row);
        long text = batch.text(row);
        int kind = IpsecMbKey.kind(handle);
        long iv = switch (kind) {
            case IpsecMbKey.CCM -> slot + CCM_NONCE;
            case IpsecMbKey.CBC_AND_MAC -> text - CBC_IV_BYTES;
            default -> slot + AeadBatch.NONCE;
        };
        long job = multiBuffer.fill(index, (handle & IpsecMbKey.SLOT) + template, text, batch.textBytes(row), iv,
                icv);
        switch (kind) {
            case IpsecMbKey.NULL_AND_MAC -> cover(job, row, ESP_HEADER_BYTES);
            case IpsecMbKey.CTR_AND_MAC -> cover(job, row, ESP_HEADER_BYTES + CTR_IV_BYTES);
            case IpsecMbKey.CBC_AND_MAC -> cover(job, row, ESP_HEADER_BYTES + CBC_IV_BYTES);
            default -> Job.associate(job, slot + AeadBatch.AAD, batch.aadBytes(row));
        }
    }

    private void cover(long job, int row, int bytesBefore) {
        int bytesBehind = 0;
        if (batch.isExtended(row)) {
            bytesBehind = Integer.BYTES;
            Memory.putNativeInt(batch.icv(row), Memory.nativeIntAt(batch.sequenceHigh(row)));
        }
        Job.cover(job, bytesBefore, bytesBehind);
    }

    /** In a time that depends on the length alone, a multiple of 4. */
    private static int differences(long one, long other, int bytes) {
        int differences = 0;
        for (int offset = 0; offset < bytes; offset += Integer.BYTES) {
            differences |= Memory.nativeIntAt(one + offset) ^ Memory.nativeIntAt(other + offset);
        }
        return differences;
    }
}
