package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random rows of a batch, each over a packet of ESP, and what was put into them. */
final class TestRows {
    private static final int ROW_BYTES = 2048;
    private static final int NONCE_BYTES = 12;
    private static final int TEXT = 64;
    private static final long FENCE = 0x0123_4567_89ab_cdefL;

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
        return KeyMaterial.copyOf(bytes(cipher.keyMaterialBytes()));
    }

    byte[] bytes(int count) {
        byte[] chosen = new byte[count];
        random.nextBytes(chosen);
        return chosen;
    }

    int number(int bound) {
        return random.nextInt(bound);
    }

    /** @param textBytes at least; made a multiple of the cipher's blocks */
    void addRandom(AeadBatch batch, EspCipher cipher, AeadKey key, int textBytes) {
        byte[] aad = bytes(random.nextBoolean() ? 8 : 12);
        add(batch, cipher, key, bytes(NONCE_BYTES), aad,
                bytes((textBytes + cipher.blockBytes() - 1) & -cipher.blockBytes()));
    }

    /** A packet with the header that {@code aad} tells of, and the IV that {@code nonce} ends in. */
    void add(AeadBatch batch, EspCipher cipher, AeadKey key, byte[] nonce, byte[] aad, byte[] text) {
        int row = rows.size();
        byte[] iv = cipher.ivBytes() <= 8
                ? Arrays.copyOfRange(nonce, NONCE_BYTES - cipher.ivBytes(), NONCE_BYTES)
                : bytes(cipher.ivBytes());
        rows.add(new Row(cipher, nonce, aad, iv, text));
        restore(row, text);
        addAgain(batch, key, row);
    }

    /** The same row, as it is now, to another batch or under another key. */
    void addAgain(AeadBatch batch, AeadKey key, int row) {
        Row same = rows.get(row);
        Memory.copy(same.nonce, 0, batch.slot() + AeadBatch.NONCE, same.nonce.length);
        Memory.copy(same.aad, 0, batch.slot() + AeadBatch.AAD, same.aad.length);
        batch.add(key.handle(), same.aad.length, same.cipher.icvBytes(), address(row), same.text.length);
    }

    /** Where the row's text is. */
    long address(int row) {
        return memory.address() + (long) row * ROW_BYTES + TEXT;
    }

    /** Where its ESP header is. */
    long header(int row) {
        return address(row) - rows.get(row).iv.length - 8;
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
        return Memory.bytesAt(address(row), rows.get(row).text.length + rows.get(row).cipher.icvBytes());
    }

    /** What it is now, from its header to its ICV. */
    byte[] packet(int row) {
        int end = rows.get(row).text.length + rows.get(row).cipher.icvBytes();
        return Memory.bytesAt(header(row), (int) (address(row) - header(row)) + end);
    }

    byte[] icv(int row) {
        return Memory.bytesAt(address(row) + rows.get(row).text.length, rows.get(row).cipher.icvBytes());
    }

    /** Puts known bytes in front of the packet and behind it. */
    void fence(int row) {
        Memory.putLong(header(row) - 8, FENCE);
        Memory.putLong(header(row) + packet(row).length, FENCE);
    }

    boolean isFenced(int row) {
        return Memory.longAt(header(row) - 8) == FENCE
                && Memory.longAt(header(row) + packet(row).length) == FENCE;
    }

    /** Puts header and IV, as they were at first, and {@code content} into the packet. */
    void restore(int row, byte[] content) {
        Row same = rows.get(row);
        Memory.copy(same.aad, 0, header(row), 4);
        Memory.copy(same.aad, same.aad.length - 4, header(row) + 4, 4);
        Memory.copy(same.iv, 0, header(row) + 8, same.iv.length);
        Memory.copy(content, 0, address(row), content.length);
    }

    void clear() {
        rows.clear();
    }

    private static final class Row {
        private final EspCipher cipher;
        private final byte[] nonce;
        private final byte[] aad;
        private final byte[] iv;
        private final byte[] text;

        private Row(EspCipher cipher, byte[] nonce, byte[] aad, byte[] iv, byte[] text) {
            this.cipher = cipher;
            this.nonce = nonce;
            this.aad = aad;
            this.iv = iv;
            this.text = text;
        }
    }
}
