package io.gapura.engine.wire;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.TestPacket;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HeadersTest {
    private static final TestPacket UDP = TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 5000, 53, 10);

    private final MemorySegment memory = Arena.ofAuto().allocate(4096);
    private final long at = memory.address();

    private void put(byte[] bytes) {
        TestPacket.write(bytes, at);
    }

    private byte[] bytes(int count) {
        return Memory.bytesAt(at, count);
    }

    @Test
    void readTheFieldsOfAnIpv4Header() {
        put(UDP.withTypeOfService(0xb9).withTtl(17).withFlags(TestPacket.DONT_FRAGMENT).bytes());
        assertThat(Ipv4Header.headerBytes(at)).isEqualTo(20);
        assertThat(Ipv4Header.typeOfService(at)).isEqualTo(0xb9);
        assertThat(Ipv4Header.totalLength(at)).isEqualTo(38);
        assertThat(Ipv4Header.identification(at)).isEqualTo(0x4242);
        assertThat(Ipv4Header.dontFragment(at)).isTrue();
        assertThat(Ipv4Header.isFragment(at)).isFalse();
        assertThat(Ipv4Header.timeToLive(at)).isEqualTo(17);
        assertThat(Ipv4Header.protocol(at)).isEqualTo(17);
        assertThat(Ipv4Header.source(at)).isEqualTo(address("10.1.0.1"));
        assertThat(Ipv4Header.destination(at)).isEqualTo(address("10.2.0.2"));
        assertThat(Ipv4Header.isSound(at, 38)).isTrue();
        assertThat(Ipv4Header.isSound(at, 37)).isFalse();
    }

    @Test
    void showPortsWhereThereAreSome() {
        assertThat(ports(UDP)).isEqualTo(5000L << 32 | 53);
        assertThat(ports(UDP.withFlags(TestPacket.MORE_FRAGMENTS))).isEqualTo(5000L << 32 | 53);
        assertThat(ports(UDP.withFlags(1))).isEqualTo(Ipv4Header.OPAQUE);
        assertThat(ports(TestPacket.of(1, 2, 6, new byte[3]))).isEqualTo(Ipv4Header.OPAQUE);
        assertThat(ports(TestPacket.of(1, 2, 99, new byte[30]))).isEqualTo(Ipv4Header.OPAQUE);
        assertThat(ports(TestPacket.of(1, 2, 1, new byte[] {8, 3}))).isEqualTo(0x803L << 32 | 0x803);
        assertThat(ports(TestPacket.of(1, 2, 1, new byte[1]))).isEqualTo(Ipv4Header.OPAQUE);
    }

    @Test
    void skipOptionsToThePorts() {
        byte[] datagram = HexFormat.of().parseHex("4600001c" + "0000" + "0000" + "4011" + "0000" + "0a000001"
                + "0a000002" + "01010101" + "13880035");
        put(datagram);
        assertThat(Ipv4Header.ports(at)).isEqualTo(5000L << 32 | 53);
    }

    private long ports(TestPacket packet) {
        put(packet.bytes());
        return Ipv4Header.ports(at);
    }

    @Test
    void keepTheChecksumWhenTheyChange() {
        for (int ttl = 1; ttl <= 255; ttl++) {
            put(UDP.withTtl(ttl).bytes());
            Ipv4Header.decrementTimeToLive(at);
            assertThat(bytes(38)).isEqualTo(UDP.withTtl(ttl - 1).bytes());
            Ipv4Header.changeTypeOfService(at, ttl);
            assertThat(bytes(38)).isEqualTo(UDP.withTtl(ttl - 1).withTypeOfService(ttl).bytes());
        }
    }

    @Test
    void writeAnIpv4Header() {
        Ipv4Header.write(at, 38, 0xc0, 7, TestPacket.DONT_FRAGMENT, 64, 1, address("10.0.0.1"), address("10.0.0.2"));
        byte[] expected = new TestPacket(address("10.0.0.1"), address("10.0.0.2"), 0xc0, 7, TestPacket.DONT_FRAGMENT,
                64, 1, "00".repeat(18)).bytes();
        assertThat(bytes(20)).isEqualTo(Arrays.copyOf(expected, 20));
    }

    @Test
    void writeAndReadEthernet() {
        EthernetHeader.write(at, 0x0a0b_0c0d_0e0fL, 0x1a1b_1c1d_1e1fL, 0x86dd);
        assertThat(HexFormat.of().formatHex(bytes(14))).isEqualTo("0a0b0c0d0e0f1a1b1c1d1e1f86dd");
        assertThat(EthernetHeader.destination(at)).isEqualTo(0x0a0b_0c0d_0e0fL);
        assertThat(EthernetHeader.source(at)).isEqualTo(0x1a1b_1c1d_1e1fL);
        assertThat(EthernetHeader.type(at)).isEqualTo(0x86dd);
    }

    @Test
    void padToTheBlockWithACount() {
        for (int payload = 0; payload < 64; payload++) {
            int padding = EspHeader.paddingBytes(payload, 4);
            assertThat((payload + padding + 2) % 4).isZero();
            assertThat(padding).isBetween(0, 3);
            EspHeader.writeTrailer(at, padding, 4);
            long end = at + padding + 2;
            assertThat(EspHeader.paddingBytes(EspHeader.trailer(end))).isEqualTo(padding);
            assertThat(EspHeader.nextHeader(EspHeader.trailer(end))).isEqualTo(4);
            assertThat(EspHeader.isPadding(at, padding)).isTrue();
        }
    }

    @Test
    void tellPaddingFromWhatOnlyResemblesIt() {
        for (int bytes = 0; bytes <= 20; bytes++) {
            for (int offset = 0; offset < 24; offset++) {
                Memory.putByte(at + 8 + offset, offset + 1);
            }
            assertThat(EspHeader.isPadding(at + 8, bytes)).as("%d bytes", bytes).isTrue();
            for (int wrong = 0; wrong < bytes; wrong++) {
                Memory.putByte(at + 8 + wrong, 0x40 | (wrong + 1));
                assertThat(EspHeader.isPadding(at + 8, bytes)).as("%d bytes, %d wrong", bytes, wrong).isFalse();
                Memory.putByte(at + 8 + wrong, wrong + 1);
            }
        }
    }

    @Test
    void keepTheirChecksumRightWhenTheTimeToLiveShrinks() {
        for (int identification = 0; identification < 0x1_0000; identification++) {
            Ipv4Header.write(at, 100, 0, identification, 0, 1 + identification % 255, 17, 0x0a00_0001, 0x0a00_0002);
            assertThat(Ipv4Header.isSound(at, 100)).isTrue();

            Ipv4Header.decrementTimeToLive(at);

            assertThat(Ipv4Header.timeToLive(at)).isEqualTo(identification % 255);
            assertThat(Checksum.of(at, 20)).isZero();
            assertThat(Ipv4Header.isSound(at, 100)).isTrue();
            Memory.putShort(at + 4, identification ^ 1);
            assertThat(Ipv4Header.isSound(at, 100)).isFalse();
        }
    }

    /** RFC 6040 §4.2, figure 4, in the order Not-ECT, ECT(1), ECT(0), CE. */
    @Test
    void combineCongestionMarksAsRfc6040Says() {
        int drop = Ecn.DROP;
        List<List<Integer>> byInner = List.of(List.of(0, 0, 0, drop), List.of(1, 1, 1, 3), List.of(2, 1, 2, 3),
                List.of(3, 3, 3, 3));
        for (int inner = 0; inner < 4; inner++) {
            for (int outer = 0; outer < 4; outer++) {
                assertThat(Ecn.decapsulate(0xb8 | inner, 0x28 | outer)).isEqualTo(byInner.get(inner).get(outer));
            }
        }
    }

    @Test
    void takeDontFragmentAndDscpFromInsideAsToldTo() {
        long inner = at + 100;
        for (OuterDf df : OuterDf.values()) {
            for (boolean copyDscp : new boolean[] {true, false}) {
                for (int innerFlags : new int[] {0, TestPacket.DONT_FRAGMENT, TestPacket.MORE_FRAGMENTS}) {
                    TestPacket.write(UDP.withTypeOfService(0xba).withFlags(innerFlags).bytes(), inner);
                    OuterHeader.espInUdp(IpAddress.ofIpv4(1), IpAddress.ofIpv4(2), 4500 << 16 | 4501, df, copyDscp, 0)
                            .write(at, 100, 0x12345, inner);
                    int flags = switch (df) {
                        case COPY -> innerFlags & TestPacket.DONT_FRAGMENT;
                        case SET -> TestPacket.DONT_FRAGMENT;
                        case CLEAR -> 0;
                    };
                    byte[] expected = new TestPacket(1, 2, copyDscp ? 0xba : 0x02, 0x2345, flags, 64, 17,
                            "1194119500500000" + "00".repeat(72)).bytes();
                    assertThat(bytes(28)).isEqualTo(Arrays.copyOf(expected, 28));
                }
            }
        }
    }
}
