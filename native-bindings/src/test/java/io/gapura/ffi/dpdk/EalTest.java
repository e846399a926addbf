package io.gapura.ffi.dpdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.test.ForkedJvm;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresLibrary;
import io.gapura.ffi.test.RequiresRoot;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Starts DPDK in processes of its own, since that can be done once in each. */
@RequiresLibrary("librte_eal")
final class EalTest {
    private static final int PAGES = 48;

    @Test
    void startsWithoutPrivilegesAndHugePages() {
        String run = ForkedJvm.run(DeviceRun.class, "ordinary", "net_null0", "net_ring0");
        assertThat(run).contains("version: true", "affinity kept: true", "log: true",
                "second start: DPDK starts once in a process");
        assertThat(run).contains("unknown device: rte_eth_dev_get_port_by_name(net_nothing): No such device");
    }

    @Test
    void framesPassARingUntouchedAndEveryBufferComesBack() {
        String run = ForkedJvm.run(DeviceRun.class, "ordinary", "net_null0");
        assertThat(run).contains("fresh pool: 1023", "sent: 32", "received: 32", "same frames: true",
                "pool in the end: 1023");
        assertThat(run).contains("net_null0: net_null mtu 1500 mac true", "net_null0 burst: 32 32 32");
    }

    @Test
    @RequiresRoot
    void startsEveryKindOfVirtualDevice() {
        try (NetworkNamespace namespace = NetworkNamespace.create("dpdk")) {
            namespace.run("ip link add one type veth peer name two");
            namespace.run("ip link set one up");
            namespace.run("ip link set two up");
            String run = ForkedJvm.runIn(namespace, DeviceRun.class, "ordinary", "net_af_packet0,iface=one",
                    "net_pcap0,iface=two", "net_tap0,iface=three",
                    "net_memif0,role=server,socket=@" + namespace.name());
            assertThat(run).contains("net_af_packet0: net_af_packet mtu 1500 mac true", "net_pcap0: net_pcap mtu 1500",
                    "net_tap0: net_tap mtu 1500 mac true", "net_memif0: net_memif mtu 1500 mac true",
                    "pool in the end: 1023");
        }
    }

    @Test
    @RequiresRoot
    void leavesNoHugePagesBehind() throws IOException {
        int before = HugePageCount.reserved();
        HugePageCount.reserve(before + PAGES);
        try {
            int free = HugePageCount.free();
            String run = ForkedJvm.run(DeviceRun.class, "huge", "net_null0");
            assertThat(run).containsPattern("huge pages in use: \\d+").doesNotContain("huge pages in use: " + free);
            assertThat(HugePageCount.free()).isEqualTo(free);
        } finally {
            HugePageCount.reserve(before);
        }
    }

    @Test
    void tellsWhatIsInstalledInsteadOfAKnownVersion() {
        assertThat(RteLibraries.absence(List.of())).contains("not installed", "Debian's packages");
        assertThat(RteLibraries.absence(List.of("librte_eal.so.28")))
                .isEqualTo("librte_eal.so.28 is of a DPDK whose structures are not known here; known are"
                        + " 21.11 to 26.07, librte_eal.so.22 to .27");
    }

    @Test
    void argumentsKeepMemoryPrivate() {
        EalSettings huge = new EalSettings(0, true, 64, List.of("0000:02:00.0", "net_null0,size=64"), List.of("-v"));
        assertThat(huge.arguments(3)).containsExactly("gapura", "--lcores=0@3", "--iova-mode=va", "--no-telemetry",
                "--in-memory", "-a", "0000:02:00.0", "--vdev=net_null0,size=64", "-v");
        EalSettings ordinary = new EalSettings(0, false, 64, List.of("net_null0"), List.of());
        assertThat(ordinary.arguments(0)).containsExactly("gapura", "--lcores=0@0", "--iova-mode=va",
                "--no-telemetry", "--no-huge", "--no-shconf", "-m", "64", "--no-pci", "--vdev=net_null0");
        assertThat(EalSettings.isPci("02:00.1")).isTrue();
        assertThat(EalSettings.isPci("0000:02:00.0,rx_vec=1")).isTrue();
        assertThat(EalSettings.isPci("net_tap0,iface=eth1")).isFalse();
    }
}
