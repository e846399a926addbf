package io.gapura.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.TestPacket;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.Memory;
import io.gapura.ffi.tun.VirtioNetHeader;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MergedBatchTest {
    private static final int IOVEC_BYTES = 16;

    private final BufferPool pool = BufferPool.allocate(PacketBatch.CAPACITY, 2048);
    private final MemorySegment memory = Arena.ofAuto().allocate((PacketBatch.CAPACITY + 2) * IOVEC_BYTES, 8);
    private final long header = memory.address();
    private final long vector = header + IOVEC_BYTES;
    private final Random random = new Random(793);
    private final NaiveSegments naive = new NaiveSegments(random);

    /** What would be written for one segment. */
    private static final class Written {
        private final int type;
        private final int segmentBytes;
        private final byte[] packet;

        Written(int type, int segmentBytes, byte[] packet) {
            this.type = type;
            this.segmentBytes = segmentBytes;
            this.packet = packet;
        }

        /** The packets that the kernel, or a card, makes of it. */
        List<byte[]> packets() {
            return type == VirtioNetHeader.GSO_NONE ? List.of(packet) : NaiveSegments.cut(packet, segmentBytes);
        }
    }

    private List<Written> merge(List<byte[]> packets, boolean udp) {
        PacketBatch batch = new PacketBatch();
        MergedBatch merged = new MergedBatch(udp);
        merged.clear();
        for (byte[] packet : packets) {
            long frame = pool.take() + BufferPool.HEADROOM_BYTES;
            TestPacket.write(TestPacket.frame(packet), frame);
            batch.add(frame, 14 + packet.length);
            merged.add(batch, batch.size() - 1);
        }
        List<Written> written = new ArrayList<>();
        for (int segment = 0; segment < merged.size(); segment++) {
            written.add(gather(merged.segment(segment).seal(batch, header, vector)));
        }
        for (int packet = 0; packet < batch.size(); packet++) {
            pool.give(batch.start(packet));
        }
        return written;
    }

    private Written gather(int pieces) {
        assertThat(Memory.nativeLongAt(vector)).isEqualTo(header);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        for (int piece = 1; piece < pieces; piece++) {
            packet.writeBytes(Memory.bytesAt(Memory.nativeLongAt(vector + (long) piece * IOVEC_BYTES),
                    (int) Memory.nativeLongAt(vector + (long) piece * IOVEC_BYTES + 8)));
        }
        int type = VirtioNetHeader.type(header);
        byte[] bytes = packet.toByteArray();
        if (type != VirtioNetHeader.GSO_NONE) {
            assertThat(VirtioNetHeader.needsChecksum(header)).isTrue();
            assertThat(VirtioNetHeader.checksumStart(header)).isEqualTo(20);
            assertThat(bytes).as("lengths, and the pseudo header's sum")
                    .isEqualTo(NaiveSegments.withOpenChecksum(NaiveSegments.finished(bytes)));
        }
        return new Written(type, VirtioNetHeader.segmentSize(header), bytes);
    }

    private static List<byte[]> cutAgain(List<Written> written) {
        return written.stream().flatMap(segment -> segment.packets().stream()).toList();
    }

    @Test
    void aTrainThatWasCutFromASegmentBecomesThatSegment() {
        for (int round = 0; round < 500; round++) {
            int protocol = random.nextBoolean() ? NaiveSegments.TCP : NaiveSegments.UDP;
            int segmentBytes = 100 + random.nextInt(1200);
            int most = Math.min(65_000, segmentBytes * PacketBatch.CAPACITY);
            byte[] large = naive.random(protocol, segmentBytes + 1 + random.nextInt(most - segmentBytes),
                    random.nextInt(8));
            assertThat(merge(NaiveSegments.cut(large, segmentBytes), true)).singleElement().satisfies(written -> {
                assertThat(written.segmentBytes).isEqualTo(segmentBytes);
                assertThat(written.packet).isEqualTo(NaiveSegments.withOpenChecksum(large));
            });
        }
    }

    @Test
    void trainsOfSeveralFlowsAreMergedSideBySide() {
        List<List<byte[]>> trains = new ArrayList<>();
        for (int flow = 0; flow < 8; flow++) {
            trains.add(NaiveSegments.cut(naive.random(flow < 5 ? NaiveSegments.TCP : NaiveSegments.UDP, 8000, flow),
                    1000));
        }
        List<byte[]> interleaved = new ArrayList<>();
        for (int packet = 0; packet < 8; packet++) {
            for (List<byte[]> train : trains) {
                interleaved.add(train.get(packet));
            }
        }
        assertThat(merge(interleaved, true)).hasSize(8);
        assertThat(merge(interleaved, false)).as("UDP one by one").hasSize(5 + 3 * 8);
        assertThat(cutAgain(merge(interleaved, true)))
                .containsExactlyElementsOf(trains.stream().flatMap(List::stream).toList());
    }

    /** Damaged, reordered, duplicated and foreign packets among trains: the same packets come out, each flow's in order. */
    @Test
    void whateverIsMergedIsCutIntoTheSamePackets() {
        int segments = 0;
        int packets = 0;
        for (int round = 0; round < 1000; round++) {
            List<byte[]> sent = mixture();
            List<Written> written = merge(sent, random.nextBoolean());
            segments += written.size();
            packets += sent.size();
            assertThat(byFlow(cutAgain(written))).isEqualTo(byFlow(sent));
        }
        assertThat(packets).isGreaterThan(3 * segments / 2);
    }

    private List<byte[]> mixture() {
        List<byte[]> packets = new ArrayList<>();
        while (packets.size() < 40) {
            byte[] large = naive.random(random.nextBoolean() ? NaiveSegments.TCP : NaiveSegments.UDP,
                    1 + random.nextInt(6000), random.nextInt(10));
            packets.addAll(NaiveSegments.cut(large, 200 + random.nextInt(1000)));
        }
        List<byte[]> some = new ArrayList<>(packets.subList(0, Math.min(packets.size(), PacketBatch.CAPACITY)));
        for (int change = random.nextInt(6); change > 0; change--) {
            int index = random.nextInt(some.size() - 1);
            switch (random.nextInt(5)) {
                case 0 -> some.set(index, damaged(some.get(index)));
                case 1 -> some.set(index, NaiveSegments.finished(damaged(some.get(index))));
                case 2 -> Collections.swap(some, index, index + 1);
                case 3 -> some.set(index, some.get(index + 1));
                default -> some.remove(index);
            }
        }
        return some;
    }

    /** One bit anywhere but in version, protocol, fragment and lengths. */
    private byte[] damaged(byte[] packet) {
        int[] harmless = {1, 4, 5, 8, 10, 12, 16, 19, 20, 21, 22, 23, 27, 28, 31, 33, 34, 36, 37, 38, 40, 41};
        int offset = harmless[random.nextInt(harmless.length)];
        byte[] bytes = TestPacket.flip(packet, Math.min(offset, packet.length - 1), 1 << random.nextInt(8));
        ByteBuffer.wrap(bytes).putShort(10, (short) 0);
        ByteBuffer.wrap(bytes).putShort(10, (short) TestPacket.checksum(Arrays.copyOf(bytes, 20)));
        return bytes;
    }

    /** By addresses, protocol and ports in their order; identifications are left out where fragmenting is forbidden. */
    private static List<String> byFlow(List<byte[]> packets) {
        List<String> lines = new ArrayList<>();
        for (byte[] packet : packets) {
            byte[] copy = packet.clone();
            if ((copy[6] & 0x40) != 0) {
                Arrays.fill(copy, 4, 6, (byte) 0);
                Arrays.fill(copy, 10, 12, (byte) 0);
            }
            HexFormat hex = HexFormat.of();
            lines.add(hex.formatHex(copy, 12, 24) + copy[9] + "; " + hex.formatHex(copy));
        }
        lines.sort(Comparator.comparing(line -> line.substring(0, line.indexOf("; "))));
        return lines;
    }

    @Test
    void packetsWithoutPayloadAndRemarkableOnesGoAlone() {
        List<byte[]> packets = List.of(naive.tcp(new byte[0], 0, 0x10, 1), naive.tcp(new byte[100], 0, 0x12, 1),
                naive.tcp(new byte[100], 0, 0x18, 101), naive.tcp(new byte[100], 0, 0x10, 201),
                naive.tcp(new byte[100], 0, 0x30, 301));
        assertThat(merge(packets, true)).hasSize(5);
    }

    @Test
    void theLastPacketMayBeShorterAndCarryTheEndOfThePush() {
        List<byte[]> packets = List.of(naive.tcp(new byte[100], 0, 0x10, -100), naive.tcp(new byte[100], 0, 0x10, 0),
                naive.tcp(new byte[10], 0, 0x18, 100), naive.tcp(new byte[100], 0, 0x10, 110));
        assertThat(merge(packets, true)).hasSize(2).first()
                .satisfies(written -> assertThat(written.packet).hasSize(20 + 20 + 210));
    }
}
