package io.gapura.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.TestPacket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChecksumTest {
    private static final int MOST_BYTES = 2000;

    private final MemorySegment memory = Arena.ofAuto().allocate(MOST_BYTES + 1);
    private final Random random = new Random(1071);

    private int checksum(byte[] bytes) {
        TestPacket.write(bytes, memory.address());
        return Checksum.of(memory.address(), bytes.length);
    }

    @Test
    void isThatOfTheExampleInRfc1071() {
        assertThat(checksum(HexFormat.of().parseHex("0001f203f4f5f6f7"))).isEqualTo(~0xddf2 & 0xffff);
    }

    @Test
    void isThatOfAWellKnownHeader() {
        byte[] header = HexFormat.of().parseHex("45000073000040004011" + "0000" + "c0a80001c0a800c7");
        assertThat(checksum(header)).isEqualTo(0xb861);
    }

    @Test
    void agreesWithTheSlowWayForEveryLengthAndAlignment() {
        for (int bytes = 0; bytes <= MOST_BYTES; bytes++) {
            byte[] noise = new byte[bytes];
            random.nextBytes(noise);
            assertThat(checksum(noise)).isEqualTo(TestPacket.checksum(noise));
            TestPacket.write(noise, memory.address() + 1);
            assertThat(Checksum.of(memory.address() + 1, bytes)).isEqualTo(TestPacket.checksum(noise));
        }
    }

    @Test
    void longRangesAreSummedToTheSameInParts() {
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(MOST_BYTES)];
            random.nextBytes(noise);
            TestPacket.write(noise, memory.address() + 1);
            int even = random.nextInt(noise.length + 1) & ~1;
            long sum = Checksum.partial(memory.address() + 1, even)
                    + Checksum.partial(memory.address() + 1 + even, noise.length - even);
            assertThat(Checksum.complete(sum)).isEqualTo(TestPacket.checksum(noise));
        }
    }

    @Test
    void survivesTheLargestSums() {
        byte[] ones = new byte[MOST_BYTES];
        Arrays.fill(ones, (byte) 0xff);
        assertThat(checksum(ones)).isZero();
    }

    @Test
    void isUpdatedToWhatItWouldBeComputedAs() {
        for (int round = 0; round < 100_000; round++) {
            byte[] header = new byte[20];
            random.nextBytes(header);
            int before = checksum(header);
            int word = 2 * random.nextInt(10);
            int old = (header[word] & 0xff) << 8 | (header[word + 1] & 0xff);
            int changed = random.nextInt(0x10000);
            header[word] = (byte) (changed >>> 8);
            header[word + 1] = (byte) changed;
            assertThat(Checksum.update(before, old, changed)).isEqualTo(checksum(header));
        }
    }
}
