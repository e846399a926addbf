package io.gapura.ffi.ipsecmb;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.Memory;
import io.gapura.ffi.test.RequiresLibrary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@RequiresLibrary("libIPSec_MB")
class AesGcmTest {
    private static final int TAG_BYTES = 16;
    private static final int ROOM = 4096;
    private static final byte CANARY = 0x5a;

    private final Arena arena = Arena.ofAuto();
    private final long table = arena.allocate(AesGcm.TABLE_BYTES, AesGcm.TABLE_ALIGNMENT).address();
    private final long text = arena.allocate(ROOM, 1).address();
    private final long nonce = arena.allocate(ROOM, 1).address();
    private final long aad = arena.allocate(ROOM, 1).address();

    @ParameterizedTest
    @MethodSource("vectors")
    void sealsAsWycheproofSays(Vector vector) throws MissingLibrary {
        for (AesGcm functions : IpsecMb.load().aesGcm()) {
            byte[] sealed = seal(functions, vector);

            assertThat(Arrays.equals(sealed, vector.sealed())).as("%s", functions.instructionSet())
                    .isEqualTo(vector.isValid());
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void opensAsWycheproofSays(Vector vector) throws MissingLibrary {
        for (AesGcm functions : IpsecMb.load().aesGcm()) {
            byte[] opened = open(functions, vector);

            byte[] tag = Arrays.copyOfRange(opened, vector.textBytes(), opened.length);
            assertThat(Arrays.equals(tag, vector.tag.bytes())).isEqualTo(vector.isValid());
            if (vector.isValid()) {
                assertThat(Arrays.copyOf(opened, vector.textBytes())).isEqualTo(vector.text.bytes());
            }
        }
    }

    @Test
    void writesNothingBesideTextAndTag() throws MissingLibrary {
        AesGcm functions = IpsecMb.load().aesGcm().getFirst();
        functions.expand128(nonce, table);
        for (int bytes = 0; bytes < 1600; bytes++) {
            Memory.segment(text, ROOM).fill(CANARY);

            functions.encrypt128(table, text + 64, bytes, nonce, aad, 8, text + 64 + bytes, 16);

            assertThat(Memory.longAt(text + 56)).isEqualTo(0x5a5a5a5a5a5a5a5aL);
            assertThat(Memory.longAt(text + 64 + bytes + TAG_BYTES)).isEqualTo(0x5a5a5a5a5a5a5a5aL);
        }
    }

    @Test
    void hasItsOwnFunctionsForAnotherThreadWhereCallsWouldDisturbEachOther() throws MissingLibrary {
        IpsecMb library = IpsecMb.load();
        IpsecMb another = library.forAnotherThread();

        assertThat(another == library).isEqualTo(!library.version().startsWith("1.3"));
        assertThat(another.version()).isEqualTo(library.version());
        Vector vector = vectors().getLast();
        AesGcm functions = another.aesGcm(library.aesGcm().getFirst().instructionSet());
        assertThat(Arrays.equals(seal(functions, vector), vector.sealed())).isEqualTo(vector.isValid());
    }

    private byte[] seal(AesGcm functions, Vector vector) {
        load(functions, vector, vector.text.bytes());
        long tag = text + vector.textBytes();
        if (vector.isWide()) {
            functions.encrypt256(table, text, vector.textBytes(), nonce, aad, vector.aad.bytes().length, tag,
                    16);
        } else {
            functions.encrypt128(table, text, vector.textBytes(), nonce, aad, vector.aad.bytes().length, tag,
                    16);
        }
        return Memory.bytesAt(text, vector.textBytes() + TAG_BYTES);
    }

    private byte[] open(AesGcm functions, Vector vector) {
        load(functions, vector, vector.ciphertext.bytes());
        long tag = text + vector.textBytes();
        if (vector.isWide()) {
            functions.decrypt256(table, text, vector.textBytes(), nonce, aad, vector.aad.bytes().length, tag,
                    16);
        } else {
            functions.decrypt128(table, text, vector.textBytes(), nonce, aad, vector.aad.bytes().length, tag,
                    16);
        }
        return Memory.bytesAt(text, vector.textBytes() + TAG_BYTES);
    }

    private void load(AesGcm functions, Vector vector, byte[] input) {
        put(vector.key, nonce);
        if (vector.isWide()) {
            functions.expand256(nonce, table);
        } else {
            functions.expand128(nonce, table);
        }
        put(vector.nonce, nonce);
        put(vector.aad, aad);
        Memory.copy(input, 0, text, input.length);
    }

    private static void put(Hex value, long address) {
        byte[] bytes = value.bytes();
        Memory.copy(bytes, 0, address, bytes.length);
    }

    static List<Vector> vectors() {
        try (InputStream resource = Objects
                .requireNonNull(AesGcmTest.class.getResourceAsStream("wycheproof-aes-gcm.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.startsWith("#")).map(Vector::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Hex(String digits) {
        byte[] bytes() {
            return digits.equals("-") ? new byte[0] : HexFormat.of().parseHex(digits);
        }
    }

    record Vector(String id, String result, Hex key, Hex nonce, Hex aad, Hex text, Hex ciphertext, Hex tag) {
        private static Vector parse(String line) {
            String[] words = line.split(" ", -1);
            return new Vector(words[0], words[1], new Hex(words[2]), new Hex(words[3]), new Hex(words[4]),
                    new Hex(words[5]), new Hex(words[6]), new Hex(words[7]));
        }

        private boolean isValid() {
            return result.equals("valid");
        }

        private boolean isWide() {
            return key.bytes().length == 32;
        }

        private int textBytes() {
            return ciphertext.bytes().length;
        }

        private byte[] sealed() {
            return HexFormat.of().parseHex((ciphertext.digits + tag.digits).replace("-", ""));
        }

        @Override
        public String toString() {
            return "vector " + id;
        }
    }
}
