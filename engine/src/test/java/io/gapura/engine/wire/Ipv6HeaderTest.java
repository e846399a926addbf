package io.gapura.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The chain of extension headers against a model that reads it the slow way, under seeded random input. */
final class Ipv6HeaderTest {
    private static final int ROUNDS = 200_000;
    private static final int MOST_BYTES = 400;
    private static final Set<Integer> EXTENSIONS = Set.of(0, 43, 44, 60);
    private static final int[] NEXT = {0, 43, 44, 60, 60, 60, 6, 17, 50, 51, 58, 59, 135, 140};

    private final Random random = new Random(6);
    private final MemorySegment memory = Arena.ofAuto().allocate(MOST_BYTES, 8);
    private final long at = memory.address();

    /** What {@link Ipv6Header#chain} should say, field by field. */
    private record Model(boolean malformed, boolean tooLong, int protocol, int headerBytes, boolean fragment,
            boolean later) {

        private static final Model MALFORMED = new Model(true, false, 0, 0, false, false);

        static Model of(byte[] packet, int end) {
            int next = packet[6] & 0xff;
            int offset = 40;
            boolean fragment = false;
            for (int seen = 0; EXTENSIONS.contains(next); seen++) {
                if (seen == 6) {
                    return new Model(false, true, 0, 0, false, false);
                }
                int bytes = bytes(packet, next, offset, end);
                if (bytes == 0 || (next == 0 && seen > 0)) {
                    return MALFORMED;
                }
                int field = next == 44 ? (packet[offset + 2] & 0xff) << 8 | (packet[offset + 3] & 0xff) : 0;
                next = packet[offset] & 0xff;
                offset += bytes;
                fragment |= (field & 1) != 0;
                if (field >>> 3 != 0) {
                    return new Model(false, false, next, offset, true, true);
                }
            }
            return new Model(false, false, next, offset, fragment, false);
        }

        /** 0 if the header does not end before {@code end}. */
        private static int bytes(byte[] packet, int header, int offset, int end) {
            if (offset + 8 > end) {
                return 0;
            }
            int bytes = header == 44 ? 8 : ((packet[offset + 1] & 0xff) + 1) * 8;
            return offset + bytes > end ? 0 : bytes;
        }
    }

    private byte[] packet() {
        byte[] packet = new byte[40 + random.nextInt(MOST_BYTES - 40)];
        random.nextBytes(packet);
        packet[0] = 0x60;
        packet[4] = (byte) ((packet.length - 40) >>> 8);
        packet[5] = (byte) (packet.length - 40);
        packet[6] = (byte) NEXT[random.nextInt(NEXT.length)];
        int offset = 40;
        while (offset + 8 <= packet.length) {
            packet[offset] = (byte) NEXT[random.nextInt(NEXT.length)];
            packet[offset + 1] = (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : random.nextInt(3));
            packet[offset + 2] = 0;
            packet[offset + 3] = (byte) new int[] {0, 1, 8, 9}[random.nextInt(4)];
            offset += 8;
        }
        return packet;
    }

    @Test
    void readsTheChainOfExtensionHeadersAsTheModelDoes() {
        int understood = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] packet = packet();
            Memory.copy(packet, 0, at, packet.length);
            int available = round % 4 == 0 ? 40 + random.nextInt(packet.length - 39) : packet.length;
            int chain = round % 4 == 0 ? Ipv6Header.chain(at, available) : Ipv6Header.chain(at);
            Model model = Model.of(packet, available);
            assertThat(chain == Ipv6Header.MALFORMED).as("malformed").isEqualTo(model.malformed);
            assertThat(chain == Ipv6Header.TOO_LONG).as("too long").isEqualTo(model.tooLong);
            if (chain >= 0) {
                understood++;
                assertThat(new Model(false, false, Ipv6Header.protocol(chain), Ipv6Header.headerBytes(chain),
                        Ipv6Header.isFragment(chain), Ipv6Header.isLaterFragment(chain))).isEqualTo(model);
                assertThat(available).isGreaterThanOrEqualTo(model.headerBytes);
                assertFieldSpeaksOf(packet, chain);
            }
        }
        assertThat(understood).isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 10);
    }

    private void assertFieldSpeaksOf(byte[] packet, int chain) {
        int field = Ipv6Header.fieldBefore(at, Ipv6Header.headerBytes(chain));
        assertThat(packet[field] & 0xff).isEqualTo(Ipv6Header.protocol(chain));
        int unfragmentable = Ipv6Header.unfragmentable(at);
        assertThat(unfragmentable >>> 8).isLessThanOrEqualTo(Ipv6Header.headerBytes(chain));
        assertThat(Ipv6Header.fieldBefore(at, unfragmentable >>> 8)).isEqualTo(unfragmentable & 0xff);
    }

    @Test
    void changesTheTrafficClassAndNothingElse() {
        byte[] header = new byte[40];
        random.nextBytes(header);
        header[0] = 0x6a;
        header[1] = (byte) 0xbc;
        Memory.copy(header, 0, at, header.length);
        assertThat(Ipv6Header.trafficClass(at)).isEqualTo(0xab);
        Ipv6Header.changeTrafficClass(at, 0x12);
        assertThat(Memory.shortAt(at)).isEqualTo(0x612c);
        assertThat(Memory.bytesAt(at + 2, 38)).isEqualTo(Arrays.copyOfRange(header, 2, 40));
    }
}
