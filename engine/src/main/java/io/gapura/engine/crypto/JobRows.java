package io.gapura.engine.crypto;

import io.gapura.ffi.ipsecmb.Job;
import io.gapura.ffi.ipsecmb.MultiBuffer;

/** The rows of a batch that are done by a burst of jobs. One worker's thread. */
final class JobRows {
    private final AeadBatch batch;
    private final MultiBuffer multiBuffer;
    private final int[] rows = new int[AeadBatch.CAPACITY];
    private int size;

    JobRows(AeadBatch batch, MultiBuffer multiBuffer) {
        this.batch = batch;
        this.multiBuffer = multiBuffer;
    }

    void add(int row) {
        rows[size++] = row;
    }

    void seal() {
        if (size > 0) {
            multiBuffer.reserve(size);
            for (int job = 0; job < size; job++) {
                int row = rows[job];
                fill(job, row, IpsecMbJobKey.SEAL, batch.icv(row));
            }
            complete();
        }
    }

    void open() {
        if (size > 0) {
            multiBuffer.reserve(size);
            for (int job = 0; job < size; job++) {
                int row = rows[job];
                fill(job, row, IpsecMbJobKey.OPEN, batch.slot(row) + AeadBatch.COMPUTED_ICV);
            }
            complete();
        }
    }

    private void fill(int index, int row, int template, long tag) {
        long slot = batch.slot(row);
        long key = batch.key(row) & IpsecMbKey.SLOT;
        long job = multiBuffer.fill(index, key + template, batch.text(row), batch.textBytes(row),
                slot + AeadBatch.NONCE, tag);
        Job.associate(job, slot + AeadBatch.AAD, batch.aadBytes(row));
    }

    private void complete() {
        multiBuffer.complete(size);
        size = 0;
    }
}
