package io.gapura.gateway.bench;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.packet.BufferPool;
import io.gapura.ffi.Memory;
import java.util.List;

/** A cipher suite alone, by the batch, as the engine calls it. */
public final class CryptoBench {
    private static final int BATCH = AeadBatch.CAPACITY;
    private static final int AAD_BYTES = 12;
    private static final int WARM_UP_ROUNDS = 3_000;

    private final AeadSuite suite;
    private final int rounds;

    public CryptoBench(AeadSuite suite, int rounds) {
        this.suite = suite;
        this.rounds = rounds;
    }

    public List<Row> measure(Load load) {
        EspCipher cipher = load.cipher();
        byte[] bytes = new byte[cipher.keyMaterialBytes()];
        try (KeyMaterial material = KeyMaterial.copyOf(bytes); AeadKey key = suite.key(cipher, material)) {
            AeadBatch batch = suite.batch(0);
            BufferPool pool = BufferPool.allocate(BATCH, 2048);
            long[] texts = new long[BATCH];
            for (int row = 0; row < BATCH; row++) {
                texts[row] = pool.take() + BufferPool.HEADROOM_BYTES;
            }
            Samples out = new Samples(Math.max(rounds, WARM_UP_ROUNDS));
            Samples in = new Samples(Math.max(rounds, WARM_UP_ROUNDS));
            run(batch, key, texts, load, WARM_UP_ROUNDS, out, in);
            run(batch, key, texts, load, rounds, out, in);
            return List.of(Row.of("crypto", "out", load, 1, out.floor(BATCH), Double.NaN),
                    Row.of("crypto", "in", load, 1, in.floor(BATCH), Double.NaN));
        }
    }

    private static void run(AeadBatch batch, AeadKey key, long[] texts, Load load, int rounds, Samples out,
            Samples in) {
        out.clear();
        in.clear();
        for (int round = 0; round < rounds; round++) {
            batch.clear();
            for (int row = 0; row < BATCH; row++) {
                Memory.putLong(batch.slot() + AeadBatch.NONCE + 4, (long) round * BATCH + row);
                Memory.putLong(batch.slot() + AeadBatch.AAD + 4, row);
                batch.add(key.handle(), AAD_BYTES, load.cipher().icvBytes(), texts[row], load.textBytes(row));
            }
            long start = System.nanoTime();
            batch.seal();
            long sealed = System.nanoTime();
            batch.open();
            in.add(System.nanoTime() - sealed);
            out.add(sealed - start);
        }
    }
}
