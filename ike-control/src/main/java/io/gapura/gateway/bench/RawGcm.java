package io.gapura.gateway.bench;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.BufferPool;
import io.gapura.ffi.Memory;
import io.gapura.ffi.ipsecmb.AesGcm;
import io.gapura.ffi.ipsecmb.IpsecMb;
import io.gapura.ffi.ipsecmb.MissingLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** ipsec-mb's direct functions of AES-GCM. */
final class RawGcm implements RawCalls {
    private static final int SLOT_BYTES = 64;
    private static final int AAD = 16;
    private static final int AAD_BYTES = 12;
    private static final int TAG = 32;
    private static final int TAG_BYTES = 16;
    private static final int TABLE_BYTES = 1280;

    private final BufferPool pool = BufferPool.allocate(GatewayPair.BATCH, 2048);
    private final MemorySegment slots = Arena.ofAuto().allocate((long) GatewayPair.BATCH * SLOT_BYTES, SLOT_BYTES);
    private final MemorySegment tables;
    private final long[] text = new long[GatewayPair.BATCH];
    private final int[] textBytes = new int[GatewayPair.BATCH];
    private final long[] table = new long[GatewayPair.BATCH];
    private final int[] order;
    private final boolean wide;
    private final AesGcm functions;
    private int next;
    private long sequence;

    /** @throws MissingLibrary without ipsec-mb */
    RawGcm(Load load) throws MissingLibrary {
        functions = IpsecMb.load().aesGcm().getFirst();
        wide = load.cipher().equals(EspCipher.AES_256_GCM_16);
        order = load.order();
        tables = Arena.ofAuto().allocate((long) load.sas() * TABLE_BYTES, AesGcm.TABLE_ALIGNMENT);
        for (int sa = 0; sa < load.sas(); sa++) {
            expand(sa);
        }
        for (int row = 0; row < text.length; row++) {
            textBytes[row] = load.textBytes(row);
            text[row] = pool.take() + BufferPool.HEADROOM_BYTES + 14;
        }
        renew();
    }

    private void expand(int sa) {
        long key = slots.address();
        Memory.putNativeInt(key, sa);
        if (wide) {
            functions.expand256(key, table(sa));
        } else {
            functions.expand128(key, table(sa));
        }
    }

    private long table(int sa) {
        return tables.address() + (long) sa * TABLE_BYTES;
    }

    private long slot(int row) {
        return slots.address() + (long) row * SLOT_BYTES;
    }

    @Override
    public void renew() {
        for (int row = 0; row < text.length; row++) {
            Memory.putLong(slot(row) + 4, ++sequence);
            Memory.putLong(slot(row) + AAD + 4, sequence);
            table[row] = table(order[next]);
            next = next + 1 == order.length ? 0 : next + 1;
        }
    }

    @Override
    public void encrypt() {
        for (int row = 0; row < text.length; row++) {
            long slot = slot(row);
            long tag = text[row] + textBytes[row];
            if (wide) {
                functions.encrypt256(table[row], text[row], textBytes[row], slot, slot + AAD, AAD_BYTES, tag,
                        TAG_BYTES);
            } else {
                functions.encrypt128(table[row], text[row], textBytes[row], slot, slot + AAD, AAD_BYTES, tag,
                        TAG_BYTES);
            }
        }
    }

    @Override
    public void decrypt() {
        for (int row = 0; row < text.length; row++) {
            long slot = slot(row);
            if (wide) {
                functions.decrypt256(table[row], text[row], textBytes[row], slot, slot + AAD, AAD_BYTES, slot + TAG,
                        TAG_BYTES);
            } else {
                functions.decrypt128(table[row], text[row], textBytes[row], slot, slot + AAD, AAD_BYTES, slot + TAG,
                        TAG_BYTES);
            }
        }
    }
}
