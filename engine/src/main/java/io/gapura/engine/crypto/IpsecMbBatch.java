package io.gapura.engine.crypto;

import io.gapura.ffi.ipsecmb.AesGcm;
import io.gapura.ffi.ipsecmb.MultiBuffer;

/**
 * One direct call of ipsec-mb for each row of AES-GCM or AES-GMAC; then a burst of jobs for all other rows. The nonces were
 * written at least a row ago by then.
 */
final class IpsecMbBatch extends AeadBatch {
    /** A batch with no more keys is likely to find them in the cache. */
    private static final int FEW_KEYS = 4;

    private final AesGcm functions;
    private final KeyTables tables;
    private final GmacRows gmac;
    private final JobRows jobs;
    /** What {@link #touchKeys} read, which the compiler would leave unread if it were not kept. */
    private long touched;

    IpsecMbBatch(AesGcm functions, KeyTables tables, MultiBuffer multiBuffer, RandomBlocks vectors) {
        this.functions = functions;
        this.tables = tables;
        this.gmac = new GmacRows(this, functions);
        this.jobs = new JobRows(this, multiBuffer, vectors);
    }

    /** A call waits for its own key alone: many keys had better come side by side. */
    private void touchKeys() {
        long sum = touched;
        long before = 0;
        for (int row = 0; row < size(); row++) {
            long key = key(row);
            if (key != before) {
                sum += tables.touch(key & IpsecMbKey.SLOT, textBytes(row));
                before = key;
            }
        }
        touched = sum;
    }

    @Override
    public void seal() {
        if (keyChanges() > FEW_KEYS) {
            touchKeys();
        }
        for (int row = 0; row < size(); row++) {
            long slot = slot(row);
            long handle = key(row);
            long table = handle & IpsecMbKey.SLOT;
            long text = text(row);
            int bytes = textBytes(row);
            switch (IpsecMbKey.kind(handle)) {
                case IpsecMbKey.GCM_128 -> functions.encrypt128(table, text, bytes, slot + NONCE, slot + AAD,
                        aadBytes(row), text + bytes, icvBytes(row));
                case IpsecMbKey.GCM_256 -> functions.encrypt256(table, text, bytes, slot + NONCE, slot + AAD,
                        aadBytes(row), text + bytes, icvBytes(row));
                case IpsecMbKey.GCM_192 -> functions.encrypt192(table, text, bytes, slot + NONCE, slot + AAD,
                        aadBytes(row), text + bytes, icvBytes(row));
                default -> defer(row, handle, text + bytes);
            }
        }
        jobs.seal();
    }

    private void defer(int row, long handle, long icv) {
        if (IpsecMbKey.kind(handle) < IpsecMbKey.FIRST_JOB) {
            gmac.compute(row, icv);
        } else {
            jobs.add(row);
        }
    }

    /** The tag goes to scratch: written over the packet's own, it would always compare equal. */
    @Override
    public void open() {
        if (keyChanges() > FEW_KEYS) {
            touchKeys();
        }
        for (int row = 0; row < size(); row++) {
            long slot = slot(row);
            long handle = key(row);
            long table = handle & IpsecMbKey.SLOT;
            long computed = slot + COMPUTED_ICV;
            switch (IpsecMbKey.kind(handle)) {
                case IpsecMbKey.GCM_128 -> functions.decrypt128(table, text(row), textBytes(row), slot + NONCE,
                        slot + AAD, aadBytes(row), computed, icvBytes(row));
                case IpsecMbKey.GCM_256 -> functions.decrypt256(table, text(row), textBytes(row), slot + NONCE,
                        slot + AAD, aadBytes(row), computed, icvBytes(row));
                case IpsecMbKey.GCM_192 -> functions.decrypt192(table, text(row), textBytes(row), slot + NONCE,
                        slot + AAD, aadBytes(row), computed, icvBytes(row));
                default -> defer(row, handle, computed);
            }
        }
        compare();
        jobs.open();
    }
}
