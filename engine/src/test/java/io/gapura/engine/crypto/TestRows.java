package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random rows of a batch, and what was put into them. */
final class TestRows {
    private static final int ICV_BYTES = 16;
    private static final int ROW_BYTES = 2048;
    private static final int NONCE_BYTES = 12;

    private final Random random;
    private final MemorySegment memory = Arena.ofAuto().allocate((long) AeadBatch.CAPACITY * ROW_BYTES, 64);
    private final List<Row> rows = new ArrayList<>();

    TestRows(long seed) {
        random = new Random(seed);
    }

    AeadKey key(AeadSuite suite, EspCipher cipher) {
        try (KeyMaterial material = material(cipher)) {
            return suite.key(cipher, material);
        }
    }

    KeyMaterial material(EspCipher cipher) {
        return KeyMaterial.copyOf(bytes(cipher.keyBytes() + cipher.saltBytes()));
    }

    byte[] bytes(int count) {
        byte[] chosen = new byte[count];
        random.nextBytes(chosen);
        return chosen;
    }

    int number(int bound) {
        return random.nextInt(bound);
    }

    void addRandom(AeadBatch batch, AeadKey key, int textBytes) {
        add(batch, key, bytes(NONCE_BYTES), bytes(random.nextBoolean() ? 8 : 12), bytes(textBytes));
    }

    void add(AeadBatch batch, AeadKey key, byte[] nonce, byte[] aad, byte[] text) {
        int row = rows.size();
        rows.add(new Row(nonce, aad, text));
        restore(row, text);
        addAgain(batch, key, row);
    }

    /** The same row, as it is now, to another batch or under another key. */
    void addAgain(AeadBatch batch, AeadKey key, int row) {
        byte[] nonce = rows.get(row).nonce;
        byte[] aad = rows.get(row).aad;
        int textBytes = rows.get(row).text.length;
        Memory.copy(nonce, 0, batch.slot() + AeadBatch.NONCE, nonce.length);
        Memory.copy(aad, 0, batch.slot() + AeadBatch.AAD, aad.length);
        batch.add(key.handle(), aad.length, address(row), textBytes);
    }

    /** Where the row's text is. */
    long address(int row) {
        return memory.address() + (long) row * ROW_BYTES;
    }

    /** What the row's text was at first. */
    byte[] text(int row) {
        return rows.get(row).text.clone();
    }

    /** What it is now. */
    byte[] current(int row) {
        return Memory.bytesAt(address(row), rows.get(row).text.length);
    }

    /** The same with the ICV. */
    byte[] sealed(int row) {
        return Memory.bytesAt(address(row), rows.get(row).text.length + ICV_BYTES);
    }

    void restore(int row, byte[] content) {
        Memory.copy(content, 0, address(row), content.length);
    }

    void clear() {
        rows.clear();
    }

    private static final class Row {
        private final byte[] nonce;
        private final byte[] aad;
        private final byte[] text;

        private Row(byte[] nonce, byte[] aad, byte[] text) {
            this.nonce = nonce;
            this.aad = aad;
            this.text = text;
        }
    }
}
