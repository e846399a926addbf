package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Compares a suite with the JDK's own AES-GCM, in both directions, for all ciphers and the lengths around
 * which vector code goes wrong. Functions for another processor, or a key table of theirs, give wrong tags
 * without any error.
 */
final class SelfTest {
    /** Every length up to here, then some up to a jumbo frame. */
    private static final int EACH_LENGTH_TO = 300;
    private static final int LONGEST = 9000;
    private static final int STEP = 487;
    private static final int ICV_BYTES = 16;

    private final AeadSuite suite;
    private final AeadSuite oracle = new JcaSuite();
    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    private final MemorySegment memory = Arena.ofAuto().allocate(2L * (LONGEST + ICV_BYTES), 64);
    private final long tested = memory.address();
    private final long expected = tested + LONGEST + ICV_BYTES;

    private SelfTest(AeadSuite suite) {
        this.suite = suite;
    }

    static boolean passes(AeadSuite suite) {
        return new SelfTest(suite).passes();
    }

    private boolean passes() {
        AeadBatch batch = suite.batch(0);
        AeadBatch reference = oracle.batch(0);
        for (EspCipher cipher : EspCipher.values()) {
            for (int bytes = 0; bytes <= LONGEST; bytes += bytes < EACH_LENGTH_TO ? 1 : STEP) {
                if (!agree(cipher, bytes, batch, reference)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean agree(EspCipher cipher, int bytes, AeadBatch batch, AeadBatch reference) {
        byte[] text = random(bytes);
        byte[] nonce = random(12);
        byte[] aad = random(bytes % 2 == 0 ? 8 : 12);
        try (KeyMaterial material = KeyMaterial.copyOf(random(cipher.keyBytes() + cipher.saltBytes()));
                AeadKey key = suite.key(cipher, material);
                AeadKey referenceKey = oracle.key(cipher, material)) {
            Memory.copy(text, 0, tested, bytes);
            Memory.copy(text, 0, expected, bytes);
            add(batch, key, nonce, aad, tested, bytes);
            add(reference, referenceKey, nonce, aad, expected, bytes);
            batch.seal();
            reference.seal();
            boolean sealed = Arrays.equals(Memory.bytesAt(tested, bytes + ICV_BYTES),
                    Memory.bytesAt(expected, bytes + ICV_BYTES));
            batch.open();
            boolean opened = batch.authentic(0) && Arrays.equals(Memory.bytesAt(tested, bytes), text);
            batch.clear();
            reference.clear();
            return sealed && opened;
        }
    }

    private static void add(AeadBatch batch, AeadKey key, byte[] nonce, byte[] aad, long text, int bytes) {
        Memory.copy(nonce, 0, batch.slot() + AeadBatch.NONCE, nonce.length);
        Memory.copy(aad, 0, batch.slot() + AeadBatch.AAD, aad.length);
        batch.add(key.handle(), aad.length, text, bytes);
    }

    private byte[] random(int bytes) {
        byte[] chosen = new byte[bytes];
        random.nextBytes(chosen);
        return chosen;
    }
}
