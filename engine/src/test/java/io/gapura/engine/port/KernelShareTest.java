package io.gapura.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import io.gapura.ffi.afxdp.FrameBytes;
import io.gapura.ffi.afxdp.XdpProgram;
import io.gapura.ffi.bpf.XdpAction;
import io.gapura.ffi.test.RequiresRoot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The oracle is the XDP program, which the kernel runs on the same frames: what it passes is the kernel's. */
final class KernelShareTest {
    private static final int PORTS = 0xc0a80101;
    private static final int HOSTS = 0x0a010001;
    private static final int ELSEWHERE = 0x0a020005;
    private static final int SPI = 0x1234;
    private static final int UDP_HEADER = 8;
    private static final long SEED = 20_24_11;
    private static final int FRAMES = 20_000;
    private static final int VLAN = 100;
    private static final List<Integer> DESTINATIONS = List.of(PORTS, HOSTS, ELSEWHERE, PORTS ^ 0x100, 0xe0000001, -1,
            0);
    private static final IpAddress PORTS6 = IpAddress.of("2001:db8:1::1");
    private static final IpAddress HOSTS6 = IpAddress.of("2001:db8:2::1");
    private static final List<IpAddress> DESTINATIONS6 = List.of(PORTS6, PORTS6, HOSTS6, IpAddress.of("2001:db8:3::5"),
            IpAddress.of("fe80::1"), IpAddress.of("ff02::1"), IpAddress.of("::ffff:192.168.1.1"), IpAddress.of("::1"));
    private static final List<Integer> PROTOCOLS = List.of(1, 6, 17, 47, 50, 51, 255);
    private static final List<Integer> FRAGMENTS = List.of(0, 0, 0, 0x4000, 0x2000, 0x2001, 0x0001, 0x1fff, 0x8000);
    private static final List<Integer> UDP_PORTS = List.of(500, 4500, 4500, 4501, 53);

    private final LocalAddresses addresses = LocalAddresses.of(
            Set.of(IpAddress.ofIpv4(PORTS), PORTS6), Set.of(IpAddress.ofIpv4(HOSTS), HOSTS6));
    private final KernelShare unprotectedPort = new KernelShare(PortRole.UNPROTECTED, FrameBytes.PORT_MAC,
            VlanTag.NONE);
    private final KernelShare protectedPort = new KernelShare(PortRole.PROTECTED, FrameBytes.PORT_MAC, VlanTag.NONE);
    private final MemorySegment frameMemory = Arena.ofAuto().allocate(256);
    private final long memory = frameMemory.address();

    private boolean takes(KernelShare share, byte[] frame) {
        Memory.copy(frame, 0, memory, frame.length);
        return share.takes(memory, frame.length, addresses);
    }

    private boolean takes(KernelShare share, FrameBytes frame) {
        return takes(share, frame.bytes());
    }

    @Test
    void theEngineTakesEspWholeAndInUdpAndTheKernelIke() {
        for (int address : new int[] {PORTS, HOSTS}) {
            assertThat(takes(unprotectedPort, FrameBytes.to(address).protocol(50))).isFalse();
            assertThat(takes(unprotectedPort, FrameBytes.to(address).protocol(51).fragment(0x2001))).isFalse();
            assertThat(takes(unprotectedPort, FrameBytes.to(address).udp(4500, UDP_HEADER + 40, SPI))).isFalse();
            assertThat(takes(unprotectedPort, FrameBytes.to(address).udp(4500, UDP_HEADER + 40, 0))).isTrue();
            assertThat(takes(unprotectedPort, FrameBytes.to(address).udp(500, UDP_HEADER + 40, SPI))).isTrue();
        }
    }

    @Test
    void aTruncatedHeaderIsTheKernels() {
        for (int length = 0; length < 34 + 12; length++) {
            assertThat(takes(unprotectedPort, FrameBytes.to(PORTS).udp(4500, UDP_HEADER + 40, SPI).length(length)))
                    .isTrue();
        }
        assertThat(takes(unprotectedPort, FrameBytes.to(PORTS).udp(4500, UDP_HEADER + 40, SPI).length(34 + 12)))
                .isFalse();
    }

    @Test
    void whatIsForThisHostOnAProtectedPortIsTheKernelsAndTheRestTheEngines() {
        assertThat(takes(protectedPort, FrameBytes.to(PORTS))).isTrue();
        assertThat(takes(protectedPort, FrameBytes.to(HOSTS).protocol(6))).isTrue();
        assertThat(takes(protectedPort, FrameBytes.to(ELSEWHERE).protocol(6))).isFalse();
        assertThat(takes(protectedPort, FrameBytes.to(ELSEWHERE).etherType(0x0806))).isTrue();
        assertThat(takes(protectedPort, FrameBytes.to(ELSEWHERE).vlan(7))).isTrue();
    }

    @Test
    void addressesAreFoundAmongMany() {
        LocalAddresses many = LocalAddresses.of(all(0, 1 << 16, 2 << 16, 3 << 16), all(-1, 1, 2, 3, 1 << 16));
        assertThat(many.kind(0)).isEqualTo(LocalAddresses.PORTS);
        assertThat(many.kind(1 << 16)).isEqualTo(LocalAddresses.PORTS);
        assertThat(many.kind(-1)).isEqualTo(LocalAddresses.HOSTS);
        assertThat(many.kind(4)).isEqualTo(LocalAddresses.NONE);
        assertThat(LocalAddresses.EMPTY.kind(0)).isEqualTo(LocalAddresses.NONE);
    }

    private static Set<IpAddress> all(int... addresses) {
        return Arrays.stream(addresses).mapToObj(IpAddress::ofIpv4).collect(Collectors.toSet());
    }

    @Test
    @RequiresRoot
    void decidesAsTheXdpProgramDoes() {
        Random random = new Random(SEED);
        try (XdpProgram unprotectedProgram = XdpProgram.forUnprotectedPort(FrameBytes.PORT_MAC);
                XdpProgram protectedProgram = XdpProgram.forProtectedPort(FrameBytes.PORT_MAC)) {
            for (XdpProgram program : List.of(unprotectedProgram, protectedProgram)) {
                program.localAddresses(Set.of(IpAddress.ofIpv4(PORTS), PORTS6),
                        Set.of(IpAddress.ofIpv4(HOSTS), HOSTS6));
            }
            for (int count = 0; count < FRAMES; count++) {
                byte[] frame = frame(random);
                agree(unprotectedPort, unprotectedProgram, frame);
                agree(protectedPort, protectedProgram, frame);
            }
        }
    }

    /** With its tag it is as without. */
    @Test
    @RequiresRoot
    void decidesOfTaggedFramesAsTheXdpProgramDoes() {
        Random random = new Random(SEED);
        KernelShare tagged = new KernelShare(PortRole.UNPROTECTED, FrameBytes.PORT_MAC, VLAN);
        KernelShare taggedProtected = new KernelShare(PortRole.PROTECTED, FrameBytes.PORT_MAC, VLAN);
        try (XdpProgram unprotectedProgram = XdpProgram.forUnprotectedPort(FrameBytes.PORT_MAC, VLAN);
                XdpProgram protectedProgram = XdpProgram.forProtectedPort(FrameBytes.PORT_MAC, VLAN)) {
            for (XdpProgram program : List.of(unprotectedProgram, protectedProgram)) {
                program.localAddresses(Set.of(IpAddress.ofIpv4(PORTS), PORTS6),
                        Set.of(IpAddress.ofIpv4(HOSTS), HOSTS6));
            }
            for (int count = 0; count < FRAMES; count++) {
                byte[] frame = frame(random);
                byte[] ours = tagged(frame, random.nextInt(16) << 12 | VLAN);
                agree(tagged, unprotectedProgram, ours);
                agree(taggedProtected, protectedProgram, ours);
                agree(tagged, unprotectedProgram, frame);
                assertThat(takes(tagged, ours)).isEqualTo(takes(unprotectedPort, frame));
                assertThat(takes(taggedProtected, ours)).isEqualTo(takes(protectedPort, frame));
                assertThat(takes(tagged, tagged(frame, VLAN + 1))).isTrue();
            }
        }
    }

    private static byte[] tagged(byte[] frame, int tag) {
        return ByteBuffer.allocate(frame.length + 4).put(frame, 0, 12).putShort((short) 0x8100).putShort((short) tag)
                .put(frame, 12, frame.length - 12).array();
    }

    /** What is taken out comes back as it was, but for the priority. */
    @Test
    void aTagIsRemovedAndInsertedInPlace() {
        byte[] untagged = FrameBytes.to(PORTS).bytes();
        byte[] tagged = tagged(untagged, 0xe000 | VLAN);
        Memory.copy(tagged, 0, memory, tagged.length);
        long start = VlanTag.remove(memory);
        assertThat(start).isEqualTo(memory + VlanTag.BYTES);
        assertThat(Memory.bytesAt(start, untagged.length)).isEqualTo(untagged);
        assertThat(VlanTag.insert(start, VLAN)).isEqualTo(memory);
        assertThat(Memory.bytesAt(memory, tagged.length)).isEqualTo(tagged(untagged, VLAN));
    }

    /** Its programs have no sockets: what is the engine's they drop. */
    private void agree(KernelShare share, XdpProgram program, byte[] frame) {
        assertThat(takes(share, frame)).as(() -> "seed " + SEED + ": " + HexFormat.of().formatHex(frame))
                .isEqualTo(program.test(frame) == XdpAction.PASS);
    }

    private static byte[] frame(Random random) {
        FrameBytes frame = random.nextBoolean()
                ? FrameBytes.to(any(random, DESTINATIONS)).fragment(any(random, FRAGMENTS))
                : ipv6(random);
        frame.protocol(any(random, PROTOCOLS));
        if (random.nextInt(3) == 0) {
            frame.optionWords(random.nextInt(12) - 1);
        }
        if (random.nextInt(2) == 0) {
            frame.udp(any(random, UDP_PORTS), random.nextInt(40), random.nextInt(3) == 0 ? 0 : SPI);
        }
        if (random.nextInt(6) == 0) {
            frame.icmp(random.nextBoolean() ? 1 : 58, 1 + random.nextInt(3), random.nextInt(6));
        }
        if (random.nextInt(4) == 0) {
            frame.length(14 + random.nextInt(60));
        }
        switch (random.nextInt(20)) {
            case 0 -> frame.mac(random.nextLong() >>> 16);
            case 1 -> frame.etherType(random.nextInt(1 << 16));
            case 2 -> frame.version(random.nextInt(16));
            case 3 -> frame.vlan(random.nextInt(4096));
            default -> {
            }
        }
        return frame.bytes();
    }

    /** Behind none to eight extension headers, most of them sound. */
    private static FrameBytes ipv6(Random random) {
        FrameBytes frame = FrameBytes.to6(DESTINATIONS6.get(random.nextInt(DESTINATIONS6.size())));
        for (int count = random.nextInt(9); count > 0 && random.nextInt(6) > 0; count--) {
            int type = any(random, List.of(0, 43, 44, 44, 60, 60, 60));
            int units = type == 44 ? 0 : random.nextInt(2);
            byte[] extension = new byte[8 + 8 * units];
            extension[1] = (byte) (random.nextInt(10) == 0 ? random.nextInt(256) : units);
            extension[2] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : 0);
            extension[3] = (byte) (random.nextInt(2) == 0 ? random.nextInt(256) : 0);
            frame.extension(type, extension);
        }
        return frame;
    }

    private static int any(Random random, List<Integer> values) {
        return values.get(random.nextInt(values.size()));
    }
}
