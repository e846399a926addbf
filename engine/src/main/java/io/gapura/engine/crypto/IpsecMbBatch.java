package io.gapura.engine.crypto;

import io.gapura.ffi.ipsecmb.AesGcm;

/** One call of ipsec-mb per row. The nonces were written at least a row ago by then. */
final class IpsecMbBatch extends AeadBatch {
    /** A batch with no more keys is likely to find them in the cache. */
    private static final int FEW_KEYS = 4;

    private final AesGcm functions;
    private final KeyTables tables;
    /** What {@link #touchKeys} read, which the compiler would leave unread if it were not kept. */
    private long touched;

    IpsecMbBatch(AesGcm functions, KeyTables tables) {
        this.functions = functions;
        this.tables = tables;
    }

    /** A call waits for its own key alone: many keys had better come side by side. */
    private void touchKeys() {
        long sum = touched;
        for (int row = 0; row < size(); row++) {
            sum += tables.touch(key(row) & IpsecMbKey.TABLE, textBytes(row));
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
            long table = key(row) & IpsecMbKey.TABLE;
            long text = text(row);
            int bytes = textBytes(row);
            if (IpsecMbKey.isWide(key(row))) {
                functions.encrypt256(table, text, bytes, slot + NONCE, slot + AAD, aadBytes(row), text + bytes);
            } else {
                functions.encrypt128(table, text, bytes, slot + NONCE, slot + AAD, aadBytes(row), text + bytes);
            }
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
            long table = key(row) & IpsecMbKey.TABLE;
            long computed = slot + COMPUTED_ICV;
            if (IpsecMbKey.isWide(key(row))) {
                functions.decrypt256(table, text(row), textBytes(row), slot + NONCE, slot + AAD, aadBytes(row),
                        computed);
            } else {
                functions.decrypt128(table, text(row), textBytes(row), slot + NONCE, slot + AAD, aadBytes(row),
                        computed);
            }
        }
    }
}
