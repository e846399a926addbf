package io.gapura.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.libc.HugePages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code driver: dpdk}, on a machine that has PCI devices of domain 0000 for it. */
final class DpdkSettingsTest {
    private static final String LAN = "    lan: { driver: dpdk, device: net_null1, role: protected, tap: lan0 }\n";

    @TempDir
    Path directory = Path.of("");

    private DataplaneSettings read(String yaml) throws InvalidConfiguration {
        try {
            Path file = Files.writeString(directory.resolve("gapura.yaml"), "dataplane:\n" + yaml);
            DataplaneSettings settings = Configuration.read(file, new FakeMachine(Map.of("eth0", 3), 100)).dataplane();
            assertThat(ConfigurationSchema.faults(Files.readString(file))).isEmpty();
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everythingCanBeSaid() throws Exception {
        DataplaneSettings dataplane = read("""
                  workers: "1-2"
                  huge_pages: require
                  rx_ring: 512
                  tx_ring: 512
                  dpdk: { eal_args: ["--log-level=7", -v] }
                  ports:
                    wan: { driver: dpdk, device: "0000:02:00.0,rx_vec=1", role: unprotected, rx_queues: 4, mtu: 1500,
                      tap: wan0, address: 192.0.2.1/24, vlan: 4094 }
                    lan: { driver: dpdk, device: "net_af_packet0,iface=eth1", role: protected, rx_queues: 2 }
                """);
        assertThat(dataplane.byDpdk()).isTrue();
        assertThat(dataplane.ealArguments()).containsExactly("--log-level=7", "-v");
        assertThat(dataplane.buffers().hugePages()).isEqualTo(HugePages.REQUIRE);
        assertThat(dataplane.ports().stream().map(PortSettings::driver)).isEqualTo(List.of(
                new DriverSettings.Dpdk(4, 1500, "wan0", 0xc0000201, 24, 4094),
                new DriverSettings.Dpdk(2, 0, "lan", 0, 0, 0)));
        assertThat(dataplane.ports().getFirst().driver().keyword()).isEqualTo("dpdk");
        assertThat(dataplane.placement().queuesOf(0, 1, 4)).containsExactly(1, 3);
    }

    @Test
    void automaticWorkersAreAsManyAsThereAreQueues() throws Exception {
        assertThat(read("""
                  workers: auto
                  ports:
                    wan: { driver: dpdk, device: net_null0, role: unprotected, rx_queues: 2 }
                    lan: { driver: dpdk, device: net_null1, role: protected, rx_queues: 3 }
                """).workers()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            device: eth0                           | 3:53: dataplane.ports.wan.device: 'eth0' is neither a PCI address, 0000:02:00.0, nor a virtual device, net_af_packet0,iface=eth1
            device: "0001:02:00.0"                 | 3:53: dataplane.ports.wan.device: there is no PCI device 0001:02:00.0
            device: net_null0, rx_queues: 0        | 3:75: dataplane.ports.wan.rx_queues: 0 is not between 1 and 256
            device: net_null0, mtu: 9000           | 3:69: dataplane.ports.wan.mtu: 9000 is not between 576 and 3500
            device: net_null0, tap: a/b            | 3:69: dataplane.ports.wan.tap: 'a/b' is no name of an interface
            device: net_null0, address: 192.0.2.1  | 3:73: dataplane.ports.wan.address: '192.0.2.1' is no IPv4 address with its prefix; write 192.0.2.1/24
            device: net_null0, zero_copy: off      | 3:64: dataplane.ports.wan.zero_copy: unknown key; choose from address, device, driver, mtu, role, rx_queues, tap, vlan
            device: net_null0, vlan: 4095          | 3:70: dataplane.ports.wan.vlan: 4095 is not between 1 and 4094
            device: net_null0, tap: a-dozen-lette, vlan: 100 | 3:10: dataplane.ports.wan: the kernel's interface for the VLAN would be called a-dozen-lette.100; write tap: and a name of at most 11 characters
            device: net_null1                      | 3:5: dataplane.ports: ports wan and lan are both net_null1
            device: net_null0, tap: lan0           | 3:5: dataplane.ports: ports wan and lan have both tap: lan0
            """)
    void whatCannotBeIsRefusedWithPlaceReasonAndRemedy(String keys, String message) {
        assertThat(faultOf("  ports:\n    wan: { driver: dpdk, role: unprotected, " + keys + " }\n" + LAN)).startsWith(
                "gapura.yaml:" + message);
    }

    @Test
    void aNameTooLongForAnInterfaceNeedsATap() {
        String port = "  ports:\n    behind-the-firewall: { driver: dpdk, role: unprotected, device: net_null0%s }\n";
        assertThat(faultOf(port.formatted("") + LAN))
                .contains("ports.behind-the-firewall: the port's name is too long for"
                        + " an interface; write tap: and a name of at most 15 characters");
        assertThat(faultOf(port.formatted(", tap: wan") + LAN)).isEqualTo("no fault");
    }

    @Test
    void driversDoNotMixAndQueuesMustDoForAllWorkers() {
        assertThat(faultOf("  ports:\n    wan: { device: eth0, role: unprotected }\n" + LAN)).contains(
                "driver: af_xdp and driver: dpdk do not go together; DPDK reaches an interface of the kernel by"
                        + " device: net_af_packet0,iface=NAME");
        assertThat(faultOf("  workers: \"1-2\"\n  ports:\n"
                + "    wan: { driver: dpdk, device: net_null0, role: unprotected, rx_queues: 2 }\n" + LAN)).contains(
                        "2:12: dataplane.workers: worker 1 has none of the 1 queues of lan (net_null1), and so could"
                                + " not send there; name fewer cores, or write rx_queues: 2 at port lan");
    }

    private String faultOf(String yaml) {
        try {
            read(yaml);
            return "no fault";
        } catch (InvalidConfiguration e) {
            return String.valueOf(e.getMessage()).replace(directory + "/", "");
        }
    }
}
