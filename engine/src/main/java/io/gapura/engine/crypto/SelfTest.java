package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Compares a suite with the JDK, in both directions and by whole batches, at the lengths around which vector code goes
 * wrong. Functions for another processor, or a key table of theirs, give wrong tags without any error. Control thread.
 */
final class SelfTest {
    /** Every length up to here, then some up to a jumbo frame. */
    private static final int EACH_LENGTH_TO = 300;
    private static final int LONGEST = 9000;
    private static final int STEP = 487;
    private static final int[] FEW_LENGTHS = {16, 32, 48, 64, 80, 112, 128, 176, 240, 256, 272, 512, 1424, 8992, 64,
        96};

    private static final int HEADER_BYTES = 8;
    private static final int LONGEST_IV_BYTES = 16;
    private static final int LONGEST_ICV_BYTES = 32;
    private static final int PACKET_BYTES = HEADER_BYTES + LONGEST_IV_BYTES + LONGEST + LONGEST_ICV_BYTES + 64;

    private final AeadSuite suite;
    private final AeadSuite oracle = new JcaSuite();
    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    private final MemorySegment memory = Arena.ofAuto().allocate((long) AeadBatch.CAPACITY * PACKET_BYTES, 64);
    private final AeadBatch batch;
    private final AeadBatch reference;

    SelfTest(AeadSuite suite) {
        this.suite = suite;
        this.batch = suite.batch(0);
        this.reference = oracle.batch(0);
    }

    /** Whether the suite is right about all lengths of AES-GCM, by which its functions are chosen. */
    static boolean passes(AeadSuite suite) {
        SelfTest test = new SelfTest(suite);
        List<Integer> lengths = IntStream.concat(IntStream.rangeClosed(0, EACH_LENGTH_TO),
                IntStream.iterate(EACH_LENGTH_TO + STEP, bytes -> bytes <= LONGEST, bytes -> bytes + STEP)).boxed()
                .toList();
        return test.passes(EspCipher.AES_128_GCM_16, lengths) && test.passes(EspCipher.AES_256_GCM_16, lengths);
    }

    /** Whether it is right about a few lengths of {@code cipher}: some milliseconds. */
    boolean passes(EspCipher cipher) {
        return passes(cipher, Arrays.stream(FEW_LENGTHS).boxed().toList());
    }

    private boolean passes(EspCipher cipher, List<Integer> lengths) {
        for (int from = 0; from < lengths.size(); from += AeadBatch.CAPACITY) {
            List<Packet> packets = new ArrayList<>();
            for (int bytes : lengths.subList(from, Math.min(from + AeadBatch.CAPACITY, lengths.size()))) {
                packets.add(new Packet(cipher, packets.size(), bytes));
            }
            if (!agree(packets, suite, batch, oracle, reference) || !agree(packets, oracle, reference, suite, batch)) {
                return false;
            }
        }
        return true;
    }

    /** Whether one opens what the other has sealed, each packet by a key of its own. */
    private static boolean agree(List<Packet> packets, AeadSuite sealer, AeadBatch sealing, AeadSuite opener,
            AeadBatch opening) {
        List<AeadKey> keys = new ArrayList<>();
        for (Packet packet : packets) {
            packet.restore();
            try (KeyMaterial material = KeyMaterial.copyOf(packet.secret)) {
                keys.add(sealer.key(packet.cipher, material));
                packet.addTo(sealing, keys.getLast());
                keys.add(opener.key(packet.cipher, material));
                packet.addTo(opening, keys.getLast());
            }
        }
        sealing.seal();
        opening.open();
        boolean agree = true;
        for (int row = 0; row < packets.size(); row++) {
            agree &= opening.authentic(row) && packets.get(row).isRestored();
        }
        sealing.clear();
        opening.clear();
        keys.forEach(AeadKey::close);
        return agree;
    }

    /** ESP with random contents. */
    private final class Packet {
        private final EspCipher cipher;
        private final byte[] secret;
        private final byte[] header;
        private final byte[] text;
        private final byte[] nonce;
        private final byte[] aad;
        private final long at;

        Packet(EspCipher cipher, int row, int textBytes) {
            this.cipher = cipher;
            this.secret = random(cipher.keyMaterialBytes());
            this.text = random(textBytes);
            this.header = random(HEADER_BYTES + cipher.ivBytes());
            this.nonce = random(12);
            this.aad = random(row % 2 == 0 ? 8 : 12);
            this.at = memory.address() + (long) row * PACKET_BYTES;
            System.arraycopy(header, 0, aad, 0, 4);
            System.arraycopy(header, 4, aad, aad.length - 4, 4);
            if (cipher.ivBytes() == 8) {
                System.arraycopy(header, HEADER_BYTES, nonce, 4, 8);
            }
        }

        private byte[] random(int bytes) {
            byte[] chosen = new byte[bytes];
            random.nextBytes(chosen);
            return chosen;
        }

        void restore() {
            Memory.copy(header, 0, at, header.length);
            Memory.copy(text, 0, at + header.length, text.length);
        }

        void addTo(AeadBatch rows, AeadKey key) {
            Memory.copy(nonce, 0, rows.slot() + AeadBatch.NONCE, nonce.length);
            Memory.copy(aad, 0, rows.slot() + AeadBatch.AAD, aad.length);
            rows.add(key.handle(), aad.length, cipher.icvBytes(), at + header.length, text.length);
        }

        /** Whether it is as it was, but for an IV that is not its own. */
        boolean isRestored() {
            return Arrays.equals(Memory.bytesAt(at, HEADER_BYTES), Arrays.copyOf(header, HEADER_BYTES))
                    && Arrays.equals(Memory.bytesAt(at + header.length, text.length), text);
        }
    }
}
