package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import io.gapura.ffi.ipsecmb.AesGcm;

/**
 * AES-GMAC, RFC 4543: AES-GCM without a text, whose AAD is the packet as it lies. One worker's thread.
 *
 * <p>With extended sequence numbers the AAD has the high half between SPI and the low half. For the time of the call the SPI is
 * moved into the end of the outer header, which is put back afterwards. Of AH the high half is behind the packet, where for that
 * time it lies in place of the ICV.
 */
final class GmacRows {
    /** SPI, sequence number and IV. */
    private static final int HEADER_BYTES = 16;

    private final AeadBatch batch;
    private final AesGcm functions;

    GmacRows(AeadBatch batch, AesGcm functions) {
        this.batch = batch;
        this.functions = functions;
    }

    void compute(int row, long icv) {
        long text = batch.text(row);
        long esp = text - HEADER_BYTES;
        int bytes = HEADER_BYTES + batch.textBytes(row);
        if (!batch.isExtended(row)) {
            call(row, esp, bytes, icv);
        } else if (IpsecMbKey.kind(batch.key(row)) >= IpsecMbKey.AH_GMAC_128) {
            computeWithSequenceBehind(row, esp, bytes, icv);
        } else {
            computeWithSequenceInside(row, esp, bytes, icv);
        }
    }

    private void computeWithSequenceBehind(int row, long packet, int bytes, long icv) {
        long behind = batch.icv(row);
        int received = Memory.nativeIntAt(behind);
        Memory.putNativeInt(behind, Memory.nativeIntAt(batch.sequenceHigh(row)));
        call(row, packet, bytes + Integer.BYTES, icv);
        if (icv != behind) {
            Memory.putNativeInt(behind, received);
        }
    }

    private void computeWithSequenceInside(int row, long esp, int bytes, long icv) {
        int outer = Memory.nativeIntAt(esp - Integer.BYTES);
        int spi = Memory.nativeIntAt(esp);
        Memory.putNativeInt(esp - Integer.BYTES, spi);
        Memory.putNativeInt(esp, Memory.nativeIntAt(batch.sequenceHigh(row)));
        call(row, esp - Integer.BYTES, Integer.BYTES + bytes, icv);
        Memory.putNativeInt(esp, spi);
        Memory.putNativeInt(esp - Integer.BYTES, outer);
    }

    private void call(int row, long aad, int aadBytes, long icv) {
        long handle = batch.key(row);
        long table = handle & IpsecMbKey.SLOT;
        long nonce = batch.slot(row) + AeadBatch.NONCE;
        switch (IpsecMbKey.kind(handle)) {
            case IpsecMbKey.GMAC_128, IpsecMbKey.AH_GMAC_128 ->
                functions.encrypt128(table, aad, 0, nonce, aad, aadBytes, icv,
                        batch.icvBytes(row));
            case IpsecMbKey.GMAC_192, IpsecMbKey.AH_GMAC_192 ->
                functions.encrypt192(table, aad, 0, nonce, aad, aadBytes, icv,
                        batch.icvBytes(row));
            default -> functions.encrypt256(table, aad, 0, nonce, aad, aadBytes, icv, batch.icvBytes(row));
        }
    }
}
