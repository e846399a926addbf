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
            IpsecMbKey used = (IpsecMbKey) key[row];
            long slot = slot(row);
            if (used.wide) {
                functions.encrypt256(used.table, text[row], textBytes[row], slot + NONCE, slot + AAD, aadBytes[row],
                        icv[row]);
            } else {
                functions.encrypt128(used.table, text[row], textBytes[row], slot + NONCE, slot + AAD, aadBytes[row],
                        icv[row]);
            }
        }
    }

    /** The tag goes to scratch: written over the packet's own, it would always compare equal. */
    @Override
    public void open() {
        for (int row = 0; row < size(); row++) {
            IpsecMbKey used = (IpsecMbKey) key[row];
            long slot = slot(row);
            if (used.wide) {
                functions.decrypt256(used.table, text[row], textBytes[row], slot + NONCE, slot + AAD, aadBytes[row],
                        slot + COMPUTED_ICV);
            } else {
                functions.decrypt128(used.table, text[row], textBytes[row], slot + NONCE, slot + AAD, aadBytes[row],
                        slot + COMPUTED_ICV);
            }
        }
    }
}
