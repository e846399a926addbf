package io.gapura.gateway.bench;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.BufferPool;
import io.gapura.ffi.Memory;
import io.gapura.ffi.ipsecmb.MissingLibrary;

/** A batch of rows as the engine seals and opens it: what is done by bursts of jobs has no shorter way. */
final class RawBatch implements RawCalls {
    private static final int AAD_BYTES = 12;
    private static final int KEYS = 256;

    private final BufferPool pool = BufferPool.allocate(GatewayPair.BATCH, 2048);
    private final Load load;
    private final AeadBatch batch;
    private final AeadKey[] keys;
    private final long[] text = new long[GatewayPair.BATCH];
    private int next;
    private long sequence;
    private boolean sealed;

    RawBatch(Load load) throws MissingLibrary {
        this.load = load;
        AeadSuite suite = SuiteChoice.IPSEC_MB.open();
        this.batch = suite.batch(0);
        this.keys = new AeadKey[Math.min(load.sas(), KEYS)];
        for (int key = 0; key < keys.length; key++) {
            byte[] secret = new byte[load.cipher().keyMaterialBytes()];
            secret[0] = (byte) key;
            try (KeyMaterial material = KeyMaterial.copyOf(secret)) {
                keys[key] = suite.key(load.cipher(), material);
            }
        }
        for (int row = 0; row < text.length; row++) {
            text[row] = pool.take() + BufferPool.HEADROOM_BYTES + 14;
        }
        renew();
    }

    /** Rows that were sealed and not opened yet stay as they are: another's key would not open them. */
    @Override
    public void renew() {
        if (sealed) {
            return;
        }
        batch.clear();
        for (int row = 0; row < text.length; row++) {
            Memory.putLong(batch.slot() + AeadBatch.NONCE + 4, ++sequence);
            Memory.putLong(batch.slot() + AeadBatch.AAD + 4, sequence);
            batch.add(keys[next].handle(), AAD_BYTES, load.cipher().icvBytes(), text[row], load.textBytes(row));
            next = next + 1 == keys.length ? 0 : next + 1;
        }
    }

    @Override
    public void encrypt() {
        batch.seal();
        sealed = true;
    }

    @Override
    public void decrypt() {
        batch.open();
        sealed = false;
    }
}
