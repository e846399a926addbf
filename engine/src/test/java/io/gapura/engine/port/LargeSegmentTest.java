package io.gapura.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.TestPacket;
import io.gapura.engine.TestPacket6;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import io.gapura.ffi.tun.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LargeSegmentTest {
    private static final int MOST_BYTES = 1500;
    private static final int ETHERNET_BYTES = 14;
    private static final int GUARD = 0x5a;

    private static final IpAddress FROM = IpAddress.of("2001:db8::1");
    private static final IpAddress TO = IpAddress.of("2001:db8::2");

    private final MemorySegment read = Arena.ofAuto().allocate(1 << 17, 8);
    private final MemorySegment frame = Arena.ofAuto().allocate(4096, 8);
    private final LargeSegment segment = new LargeSegment(MOST_BYTES);
    private final Random random = new Random(9293);
    private final NaiveSegments naive = new NaiveSegments(random);

    private void load(byte[] packet, int type, int segmentBytes) {
        int upper = packet[9] == NaiveSegments.TCP ? 16 : 6;
        VirtioNetHeader.write(read.address(), type, 0, segmentBytes, 20, upper);
        TestPacket.write(packet, read.address() + VirtioNetHeader.BYTES);
        segment.load(read.address(), VirtioNetHeader.BYTES + packet.length);
    }

    /** All packets; of each frame nothing is written behind its end. */
    private List<byte[]> takeAll() {
        List<byte[]> packets = new ArrayList<>();
        while (!segment.isEmpty()) {
            frame.fill((byte) GUARD);
            int bytes = segment.take(frame.address());
            assertThat(bytes).isBetween(ETHERNET_BYTES, ETHERNET_BYTES + MOST_BYTES);
            assertThat(Memory.byteAt(frame.address() + bytes)).isEqualTo(GUARD);
            packets.add(Memory.bytesAt(frame.address() + ETHERNET_BYTES, bytes - ETHERNET_BYTES));
        }
        return packets;
    }

    @ParameterizedTest
    @ValueSource(ints = {NaiveSegments.TCP, NaiveSegments.UDP})
    void isCutIntoThePacketsItStandsFor(int protocol) {
        for (int round = 0; round < 500; round++) {
            byte[] large = naive.random(protocol, 1 + random.nextInt(65_000), random.nextInt(8));
            int segmentBytes = 100 + random.nextInt(1340);
            load(NaiveSegments.withOpenChecksum(large), protocol == NaiveSegments.TCP
                    ? VirtioNetHeader.GSO_TCPV4
                    : VirtioNetHeader.GSO_UDP_L4, segmentBytes);
            assertThat(takeAll()).containsExactlyElementsOf(NaiveSegments.cut(large, segmentBytes));
        }
    }

    @Test
    void flagsOfTheEndAreTheLastPacketsAndReducedWindowIsTheFirsts() {
        byte[] large = naive.tcp(new byte[3000], 0, 0x99, 0xffff_ff00);
        load(NaiveSegments.withOpenChecksum(large), VirtioNetHeader.GSO_TCPV4, 1000);
        assertThat(takeAll()).containsExactlyElementsOf(NaiveSegments.cut(large, 1000))
                .extracting(packet -> packet[33]).containsExactly((byte) 0x90, (byte) 0x10, (byte) 0x19);
    }

    @Test
    void anOrdinaryPacketPassesWithItsChecksumCompleted() {
        for (int round = 0; round < 500; round++) {
            byte[] packet = naive.random(random.nextBoolean() ? NaiveSegments.TCP : NaiveSegments.UDP,
                    random.nextInt(1400), random.nextInt(8));
            load(NaiveSegments.withOpenChecksum(packet), VirtioNetHeader.GSO_NONE, 0);
            assertThat(takeAll()).singleElement().satisfies(whole -> {
                assertThat(NaiveSegments.upperChecksum(whole)).isZero();
                assertThat(NaiveSegments.finished(whole)).isEqualTo(packet);
            });
        }
    }

    /** As many packets of the same payload as over IPv4, each with its length and its checksum. */
    @Test
    void ofIpv6IsCutLikewise() {
        for (int round = 0; round < 200; round++) {
            byte[] large = naive.random(NaiveSegments.TCP, 1 + random.nextInt(60_000), random.nextInt(8));
            int segmentBytes = 100 + random.nextInt(1300);
            loadIpv6(large, segmentBytes);
            List<byte[]> packets = takeAll();
            assertThat(Memory.shortAt(frame.address() + 12)).isEqualTo(0x86dd);
            List<byte[]> expected = NaiveSegments.cut(large, segmentBytes);
            assertThat(packets).hasSameSizeAs(expected);
            for (int index = 0; index < packets.size(); index++) {
                assertSameSegment(packets.get(index), expected.get(index));
            }
        }
    }

    private void loadIpv6(byte[] ipv4, int segmentBytes) {
        byte[] upper = Arrays.copyOfRange(ipv4, 20, ipv4.length);
        VirtioNetHeader.write(read.address(), VirtioNetHeader.GSO_TCPV6, 0, segmentBytes, 40, 16);
        byte[] packet = TestPacket6.of(FROM, TO, NaiveSegments.TCP, upper).bytes();
        TestPacket.write(packet, read.address() + VirtioNetHeader.BYTES);
        segment.load(read.address(), VirtioNetHeader.BYTES + packet.length);
    }

    private static void assertSameSegment(byte[] packet, byte[] ipv4) {
        byte[] upper = Arrays.copyOfRange(packet, 40, packet.length);
        assertThat((packet[4] & 0xff) << 8 | (packet[5] & 0xff)).isEqualTo(upper.length);
        ByteBuffer pseudo = ByteBuffer.allocate(40 + upper.length).put(packet, 8, 32).putInt(upper.length)
                .putInt(NaiveSegments.TCP).put(upper);
        assertThat(TestPacket.checksum(pseudo.array())).isZero();
        byte[] theirs = Arrays.copyOfRange(ipv4, 20, ipv4.length);
        upper[16] = theirs[16];
        upper[17] = theirs[17];
        assertThat(upper).isEqualTo(theirs);
    }

    @Test
    void whatContradictsItselfIsOneFrameWithoutContent() {
        byte[] large = naive.random(NaiveSegments.TCP, 3000, 0);
        load(large, VirtioNetHeader.GSO_TCPV4, 0);
        assertThat(takeAll()).containsExactly(new byte[0]);
        load(large, VirtioNetHeader.GSO_TCPV4, 1461);
        assertThat(takeAll()).as("larger than a packet may be").containsExactly(new byte[0]);
        load(large, VirtioNetHeader.GSO_UDP_L4, 1000);
        assertThat(takeAll()).as("TCP that is said to be UDP").containsExactly(new byte[0]);
        load(large, VirtioNetHeader.GSO_NONE, 0);
        assertThat(takeAll()).as("large without being said to be").containsExactly(new byte[0]);
        byte[] longOptions = TestPacket.flip(large, 32, 0xf0 ^ 0x50);
        load(longOptions, VirtioNetHeader.GSO_TCPV4, 1000);
        assertThat(takeAll()).as("a header of 60 bytes with options").hasSize(3);
        load(TestPacket.flip(large, 32, 0x10), VirtioNetHeader.GSO_TCPV4, 1000);
        assertThat(takeAll()).as("a TCP header of 16 bytes").containsExactly(new byte[0]);
        load(TestPacket.flip(large, 3, 1), VirtioNetHeader.GSO_TCPV4, 1000);
        assertThat(takeAll()).as("total length is not what was read").containsExactly(new byte[0]);
    }

    /** Whatever the header says, taking ends, and every frame is within its bounds. */
    @Test
    void noHeaderMakesItReadOrWriteElsewhere() {
        for (int round = 0; round < 50_000; round++) {
            byte[] packet = naive.random(random.nextBoolean() ? NaiveSegments.TCP : NaiveSegments.UDP,
                    random.nextInt(3000), random.nextInt(8));
            packet[random.nextInt(40) % packet.length] ^= (byte) (1 << random.nextInt(8));
            TestPacket.write(packet, read.address() + VirtioNetHeader.BYTES);
            byte[] header = new byte[VirtioNetHeader.BYTES];
            for (int field = 0; field < header.length; field += 2) {
                header[field] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(64));
                header[field + 1] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(6));
            }
            TestPacket.write(header, read.address());
            segment.load(read.address(), random.nextInt(8) == 0
                    ? random.nextInt(60)
                    : VirtioNetHeader.BYTES + packet.length);
            assertThat(takeAll()).hasSizeBetween(1, 3000);
        }
    }
}
