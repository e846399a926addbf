package io.gapura.ffi.afxdp;

import static io.gapura.ffi.bpf.XdpAction.DROP;
import static io.gapura.ffi.bpf.XdpAction.PASS;
import static io.gapura.ffi.bpf.XdpAction.REDIRECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.IpAddress;
import io.gapura.ffi.bpf.XdpMode;
import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.HugePages;
import io.gapura.ffi.libc.InterfaceIndex;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresRoot;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Runs both programs on crafted frames, by BPF_PROG_TEST_RUN: REDIRECT is the engine, PASS the kernel. */
@RequiresRoot
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class XdpProgramTest {
    private static final int PORTS = 0xc0a80101;
    private static final int HOSTS = 0x0a010001;
    private static final int ELSEWHERE = 0x0a020005;
    private static final IpAddress PORTS6 = IpAddress.of("2001:db8:1::1");
    private static final IpAddress HOSTS6 = IpAddress.of("2001:db8:2::1");
    private static final IpAddress ELSEWHERE6 = IpAddress.of("2001:db8:3::5");
    private static final int SPI = 0x1234;
    private static final int UDP_HEADER = 8;

    private final NetworkNamespace namespace = NetworkNamespace.create("filter");
    private final Umem umem = Umem.create(64, 2048, HugePages.OFF);
    private final XdpProgram unprotectedPort = XdpProgram.forUnprotectedPort(FrameBytes.PORT_MAC);
    private final XdpProgram protectedPort = XdpProgram.forProtectedPort(FrameBytes.PORT_MAC);
    private final XskSocket socket = openSocket();

    private XskSocket openSocket() {
        namespace.run("ip link add wan type veth peer name far");
        namespace.run("ip link set wan up");
        XskSettings small = new XskSettings(64, 64, 64, 64, CopyMode.COPY, true, 0);
        return namespace.call(() -> XskSocket.open("wan", 0, umem, small));
    }

    @BeforeAll
    void connect() {
        for (XdpProgram program : List.of(unprotectedPort, protectedPort)) {
            program.redirect(0, socket);
            program.localAddresses(Set.of(IpAddress.ofIpv4(PORTS), PORTS6), Set.of(IpAddress.ofIpv4(HOSTS), HOSTS6));
        }
    }

    @AfterAll
    void close() {
        unprotectedPort.close();
        protectedPort.close();
        socket.close();
        umem.close();
        namespace.close();
    }

    @Nested
    class OnAnUnprotectedPort {
        @Test
        void theEngineTakesEspAndAhWithAllTheirFragments() {
            for (int protocol : new int[] {50, 51}) {
                for (int fragment : new int[] {0, 0x4000, 0x2000, 0x2001, 0x00b9}) {
                    toEngine(FrameBytes.to(PORTS).protocol(protocol).fragment(fragment));
                    toEngine(FrameBytes.to(HOSTS).protocol(protocol).fragment(fragment));
                }
            }
        }

        @Test
        void theEngineTakesEspInUdp() {
            for (int options = 0; options <= 10; options++) {
                toEngine(FrameBytes.to(PORTS).optionWords(options).udp(4500, UDP_HEADER + 40, SPI));
                toEngine(FrameBytes.to(HOSTS).optionWords(options).udp(4500, UDP_HEADER + 40, SPI << 16));
            }
        }

        @Test
        void theKernelTakesIke() {
            for (int address : new int[] {PORTS, HOSTS}) {
                toKernel(FrameBytes.to(address).udp(500, UDP_HEADER + 40, SPI));
                toKernel(FrameBytes.to(address).udp(4500, UDP_HEADER + 40, 0));
                toKernel(FrameBytes.to(address).optionWords(3).udp(4500, UDP_HEADER + 40, 0));
            }
        }

        @Test
        void theKernelTakesKeepAlivesAndWhatIsTooShortForAnSpi() {
            for (int payload = 0; payload <= 4; payload++) {
                toKernel(FrameBytes.to(PORTS).udp(4500, UDP_HEADER + payload, 0xff000000));
            }
            toEngine(FrameBytes.to(PORTS).udp(4500, UDP_HEADER + 5, SPI));
        }

        @Test
        void theKernelTakesFragmentsOfUdpAlike() {
            for (int fragment : new int[] {0x2000, 0x2001, 0x0001, 0x1fff}) {
                toKernel(FrameBytes.to(PORTS).fragment(fragment).udp(4500, UDP_HEADER + 40, SPI));
            }
            toEngine(FrameBytes.to(PORTS).fragment(0x4000).udp(4500, UDP_HEADER + 40, SPI));
        }

        @Test
        void theKernelTakesEverythingElseForThePortsAddress() {
            for (int protocol : new int[] {1, 2, 6, 47, 89, 132, 255}) {
                toKernel(FrameBytes.to(PORTS).protocol(protocol));
            }
            toKernel(FrameBytes.to(PORTS).udp(53, UDP_HEADER + 40, SPI));
            toKernel(FrameBytes.to(PORTS).udp(4501, UDP_HEADER + 40, SPI));
        }

        @Test
        void theEngineHearsOfPacketsThatAreTooBig() {
            toEngine(FrameBytes.to(PORTS).icmp(1, 3, 4));
            toEngine(FrameBytes.to(PORTS).optionWords(7).icmp(1, 3, 4));
            toEngine(FrameBytes.to6(PORTS6).icmp(58, 2, 0));
            toEngine(FrameBytes.to6(PORTS6).extension(60, options(1)).icmp(58, 2, 0));
            for (FrameBytes other : List.of(FrameBytes.to(PORTS).icmp(1, 3, 3), FrameBytes.to(PORTS).icmp(1, 8, 0),
                    FrameBytes.to(PORTS).fragment(0x2000).icmp(1, 3, 4), FrameBytes.to6(PORTS6).icmp(58, 128, 0),
                    FrameBytes.to6(PORTS6).icmp(58, 135, 0), FrameBytes.to6(PORTS6).icmp(1, 3, 4),
                    FrameBytes.to6(PORTS6).extension(44, fragment(1)).icmp(58, 2, 0),
                    FrameBytes.to(PORTS).icmp(1, 3, 4).length(34 + 7),
                    FrameBytes.to6(PORTS6).icmp(58, 2, 0).length(54 + 7))) {
                toKernel(other);
            }
        }

        @Test
        void theEngineJudgesClearTextForOtherAddresses() {
            for (int address : new int[] {HOSTS, ELSEWHERE}) {
                toEngine(FrameBytes.to(address).protocol(6));
                toEngine(FrameBytes.to(address).protocol(1));
                toEngine(FrameBytes.to(address).udp(53, UDP_HEADER + 40, SPI));
            }
            toEngine(FrameBytes.to(ELSEWHERE).udp(500, UDP_HEADER + 40, 0));
            toEngine(FrameBytes.to(ELSEWHERE).fragment(0x2000).udp(4500, UDP_HEADER + 40, SPI));
        }

        @Test
        void truncatedHeadersNeverReachTheEngineAsEspInUdp() {
            for (int length = 34; length < 34 + 12; length++) {
                toKernel(FrameBytes.to(PORTS).udp(4500, UDP_HEADER + 40, SPI).length(length));
            }
            toEngine(FrameBytes.to(PORTS).udp(4500, UDP_HEADER + 40, SPI).length(34 + 12));
        }

        @Test
        void ofIpv6TheEngineTakesEspAndAhBehindAnyExtensionHeaders() {
            for (int protocol : new int[] {50, 51}) {
                for (IpAddress address : List.of(PORTS6, HOSTS6)) {
                    toEngine(FrameBytes.to6(address).protocol(protocol));
                    toEngine(FrameBytes.to6(address).protocol(protocol).extension(0, options(1))
                            .extension(60, options(2))
                            .extension(43, options(3)).extension(44, fragment(0)).extension(60, options(1))
                            .extension(60, options(1)));
                    toEngine(FrameBytes.to6(address).protocol(protocol).extension(44, fragment(1)));
                    toEngine(FrameBytes.to6(address).protocol(protocol).extension(44, fragment(0x0100)));
                }
            }
        }

        @Test
        void ofIpv6TheEngineTakesEspInUdpButNoIkeAndNoFragmentOfIt() {
            toEngine(FrameBytes.to6(PORTS6).udp(4500, UDP_HEADER + 40, SPI));
            toEngine(FrameBytes.to6(HOSTS6).extension(60, options(2)).udp(4500, UDP_HEADER + 40, SPI));
            toEngine(FrameBytes.to6(PORTS6).extension(44, fragment(0)).udp(4500, UDP_HEADER + 40, SPI));
            toKernel(FrameBytes.to6(PORTS6).extension(44, fragment(1)).udp(4500, UDP_HEADER + 40, SPI));
            toKernel(FrameBytes.to6(PORTS6).extension(44, fragment(0x0100)).udp(4500, UDP_HEADER + 40, SPI));
            for (IpAddress address : List.of(PORTS6, HOSTS6)) {
                toKernel(FrameBytes.to6(address).udp(500, UDP_HEADER + 40, SPI));
                toKernel(FrameBytes.to6(address).extension(0, options(1)).udp(4500, UDP_HEADER + 40, 0));
            }
            toKernel(FrameBytes.to6(PORTS6).udp(4500, UDP_HEADER + 1, 0xff000000));
        }

        @Test
        void ofIpv6TheKernelTakesNeighboursAndTheRestForItsPort() {
            toKernel(FrameBytes.to6(PORTS6).protocol(58));
            toKernel(FrameBytes.to6(PORTS6).protocol(6));
            for (String linkOrGroup : List.of("fe80::1", "febf::1", "ff02::1:ff00:1", "ff0e::1")) {
                toKernel(FrameBytes.to6(IpAddress.of(linkOrGroup)));
            }
            for (IpAddress address : List.of(HOSTS6, ELSEWHERE6)) {
                toEngine(FrameBytes.to6(address).protocol(58));
            }
            toEngine(FrameBytes.to6(ELSEWHERE6).udp(500, UDP_HEADER + 40, 0));
        }

        @Test
        void ofIpv6SevenExtensionHeadersAreTooMany() {
            FrameBytes frame = FrameBytes.to6(PORTS6);
            for (int count = 0; count < 6; count++) {
                frame.extension(60, options(1));
            }
            toEngine(frame);
            FrameBytes more = FrameBytes.to6(PORTS6);
            for (int count = 0; count < 7; count++) {
                more.extension(60, options(1));
            }
            toKernel(more);
        }

        @Test
        void ofIpv6TruncatedHeadersNeverReachTheEngineForThePortsAddress() {
            for (int length = 14; length < 14 + 40 + 12; length++) {
                toKernel(FrameBytes.to6(PORTS6).udp(4500, UDP_HEADER + 40, SPI).length(length));
            }
            toKernel(FrameBytes.to6(PORTS6).extension(60, options(4)).udp(4500, UDP_HEADER + 40, SPI).length(14 + 60));
        }

        private byte[] options(int units) {
            byte[] bytes = new byte[8 * units];
            bytes[1] = (byte) (units - 1);
            return bytes;
        }

        private byte[] fragment(int offsetAndMore) {
            return new byte[] {0, 0, (byte) (offsetAndMore >>> 8), (byte) offsetAndMore, 0, 0, 0, 7};
        }

        @Test
        void theKernelTakesWhatIsNotForThisPort() {
            leavesToKernel(unprotectedPort, PORTS);
        }

        private void toEngine(FrameBytes frame) {
            assertThat(unprotectedPort.test(frame.bytes())).isEqualTo(REDIRECT);
        }

        private void toKernel(FrameBytes frame) {
            assertThat(unprotectedPort.test(frame.bytes())).isEqualTo(PASS);
        }
    }

    @Nested
    class OnAProtectedPort {
        @Test
        void theEngineTakesWhatIsToBeForwarded() {
            for (int protocol : new int[] {1, 6, 17, 50, 51}) {
                assertThat(protectedPort.test(FrameBytes.to(ELSEWHERE).protocol(protocol).bytes())).isEqualTo(REDIRECT);
            }
            assertThat(protectedPort.test(FrameBytes.to(ELSEWHERE).fragment(0x2001).bytes())).isEqualTo(REDIRECT);
            assertThat(protectedPort.test(FrameBytes.to(ELSEWHERE).optionWords(10).bytes())).isEqualTo(REDIRECT);
        }

        @Test
        void ofIpv6TheEngineTakesWhatIsToBeForwarded() {
            for (int protocol : new int[] {58, 6, 17, 50}) {
                assertThat(protectedPort.test(FrameBytes.to6(ELSEWHERE6).protocol(protocol).bytes()))
                        .isEqualTo(REDIRECT);
                assertThat(protectedPort.test(FrameBytes.to6(PORTS6).protocol(protocol).bytes())).isEqualTo(PASS);
                assertThat(protectedPort.test(FrameBytes.to6(HOSTS6).protocol(protocol).bytes())).isEqualTo(PASS);
            }
            assertThat(protectedPort.test(FrameBytes.to6(IpAddress.of("ff02::2")).bytes())).isEqualTo(PASS);
        }

        @Test
        void theKernelTakesWhatIsForThisHost() {
            for (int address : new int[] {PORTS, HOSTS}) {
                assertThat(protectedPort.test(FrameBytes.to(address).bytes())).isEqualTo(PASS);
                assertThat(protectedPort.test(FrameBytes.to(address).protocol(6).bytes())).isEqualTo(PASS);
            }
        }

        @Test
        void theKernelTakesWhatIsNotForThisPort() {
            leavesToKernel(protectedPort, ELSEWHERE);
        }
    }

    /** What would be decided without a tag is decided with it, whatever its priority; the rest of the wire is the kernel's. */
    @Nested
    class OnAPortOfAVlan {
        private static final int VLAN = 100;
        private static final int PRIORITY = 0xf000;

        @Test
        void theEngineTakesFramesWithItsTag() {
            try (XdpProgram tagged = taggedUnprotectedPort()) {
                for (int tag : new int[] {VLAN, PRIORITY | VLAN}) {
                    assertThat(tagged.test(FrameBytes.to(PORTS).vlan(tag).bytes())).isEqualTo(REDIRECT);
                    assertThat(tagged.test(FrameBytes.to6(PORTS6).vlan(tag).bytes())).isEqualTo(REDIRECT);
                    assertThat(tagged.test(FrameBytes.to(PORTS).vlan(tag).udp(4500, UDP_HEADER + 40, SPI).bytes()))
                            .isEqualTo(REDIRECT);
                    assertThat(tagged.test(FrameBytes.to(PORTS).vlan(tag).udp(500, UDP_HEADER + 40, 0).bytes()))
                            .isEqualTo(PASS);
                    assertThat(tagged.test(FrameBytes.to(ELSEWHERE).vlan(tag).protocol(6).bytes()))
                            .isEqualTo(REDIRECT);
                }
            }
        }

        @Test
        void theKernelTakesFramesWithoutWithAnotherAndWithASecondTag() {
            try (XdpProgram tagged = taggedUnprotectedPort()) {
                assertThat(tagged.test(FrameBytes.to(PORTS).bytes())).isEqualTo(PASS);
                for (int tag : new int[] {0, 1, VLAN - 1, VLAN + 1, VLAN << 4, 4095}) {
                    assertThat(tagged.test(FrameBytes.to(PORTS).vlan(tag).bytes())).isEqualTo(PASS);
                }
                assertThat(tagged.test(FrameBytes.to(PORTS).vlan(VLAN).etherType(0x8100).bytes())).isEqualTo(PASS);
                assertThat(tagged.test(FrameBytes.to(PORTS).vlan(VLAN).etherType(0x0806).bytes())).isEqualTo(PASS);
            }
        }

        @Test
        void truncatedHeadersAreTheKernels() {
            try (XdpProgram tagged = taggedUnprotectedPort()) {
                for (int length = 14; length < 18 + 20; length++) {
                    assertThat(tagged.test(FrameBytes.to(PORTS).vlan(VLAN).length(length).bytes())).isEqualTo(PASS);
                }
                assertThat(tagged.test(FrameBytes.to(PORTS).vlan(VLAN).length(18 + 20).bytes())).isEqualTo(REDIRECT);
            }
        }

        private XdpProgram taggedUnprotectedPort() {
            XdpProgram tagged = XdpProgram.forUnprotectedPort(FrameBytes.PORT_MAC, VLAN);
            tagged.redirect(0, socket);
            tagged.localAddresses(Set.of(IpAddress.ofIpv4(PORTS), PORTS6), Set.of(IpAddress.ofIpv4(HOSTS), HOSTS6));
            return tagged;
        }
    }

    private static void leavesToKernel(XdpProgram program, int destination) {
        List<FrameBytes> frames = List.of(FrameBytes.to(destination).mac(0xffff_ffff_ffffL),
                FrameBytes.to(destination).mac(0x0100_5e00_0001L), FrameBytes.to(destination).mac(0x02_00_00_00_00_02L),
                FrameBytes.to(destination).vlan(7), FrameBytes.to(destination).etherType(0x0806),
                FrameBytes.to(destination).etherType(0x86dd), FrameBytes.to(destination).version(6),
                FrameBytes.to(destination).optionWords(-1), FrameBytes.to(destination).length(33),
                FrameBytes.to(destination).length(14), FrameBytes.to(0xe0000001), FrameBytes.to(0xffffffff));
        for (FrameBytes frame : frames) {
            assertThat(program.test(frame.bytes())).isEqualTo(PASS);
        }
    }

    @Test
    void localAddressesAreReplacedWhileTheProgramRuns() {
        byte[] frame = FrameBytes.to(ELSEWHERE).bytes();
        protectedPort.localAddresses(Set.of(IpAddress.ofIpv4(ELSEWHERE)), Set.of());
        assertThat(protectedPort.test(frame)).isEqualTo(PASS);
        assertThat(protectedPort.test(FrameBytes.to(PORTS).bytes())).isEqualTo(REDIRECT);

        protectedPort.localAddresses(Set.of(IpAddress.ofIpv4(PORTS), PORTS6),
                Set.of(IpAddress.ofIpv4(HOSTS), HOSTS6));
        assertThat(protectedPort.test(frame)).isEqualTo(REDIRECT);
    }

    @Test
    void aQueueWithoutASocketDropsWhatIsTheEngines() {
        try (XdpProgram alone = XdpProgram.forProtectedPort(FrameBytes.PORT_MAC)) {
            assertThat(alone.test(FrameBytes.to(ELSEWHERE).bytes())).isEqualTo(DROP);
            assertThat(alone.test(FrameBytes.to(ELSEWHERE).etherType(0x0806).bytes())).isEqualTo(PASS);
        }
    }

    @Test
    void attachesInTheFirstModeThatTheDriverTakesAndVanishesWhenClosed() {
        int loopback = namespace.call(() -> InterfaceIndex.of("lo"));
        int wan = namespace.call(() -> InterfaceIndex.of("wan"));
        List<XdpMode> modes = List.of(XdpMode.NATIVE, XdpMode.GENERIC);
        try (XdpProgram one = XdpProgram.forProtectedPort(FrameBytes.PORT_MAC);
                XdpProgram other = XdpProgram.forProtectedPort(FrameBytes.PORT_MAC)) {
            assertThat(namespace.<XdpMode>call(() -> one.attach(wan, modes))).isEqualTo(XdpMode.NATIVE);
            assertThat(namespace.<XdpMode>call(() -> other.attach(loopback, modes))).isEqualTo(XdpMode.GENERIC);
            assertThat(namespace.run("ip link show wan")).contains("xdp");
        }
        assertThat(namespace.run("ip link show wan")).doesNotContain("xdp");
    }

    @Test
    void anInterfaceThatHasAProgramKeepsIt() {
        int wan = namespace.call(() -> InterfaceIndex.of("wan"));
        try (XdpProgram one = XdpProgram.forProtectedPort(FrameBytes.PORT_MAC);
                XdpProgram other = XdpProgram.forProtectedPort(FrameBytes.PORT_MAC)) {
            namespace.call(() -> one.attach(wan, List.of(XdpMode.NATIVE)));
            assertThatThrownBy(
                    () -> namespace.call(() -> other.attach(wan, List.of(XdpMode.NATIVE, XdpMode.GENERIC)))).cause()
                    .isInstanceOf(ErrnoException.class)
                    .extracting(thrown -> ((ErrnoException) thrown).errno())
                    .isEqualTo(Errno.EBUSY);
        }
    }
}
