package io.gapura.engine.crypto;

import io.gapura.ffi.ipsecmb.AesGcm;

/** One call of ipsec-mb per row. The nonces were written at least a row ago by then. */
final class IpsecMbBatch extends AeadBatch {
    private final AesGcm functions;

    IpsecMbBatch(AesGcm functions) {
        this.functions = functions;
    }

    @Override
    public void seal() {
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
