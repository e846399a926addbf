package io.gapura.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.engine.port.TunSettings.Prefix;
import io.gapura.gateway.config.DriverSettings.Tun.Routes;
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

/** {@code driver: tun}. */
final class TunSettingsTest {
    @TempDir
    Path directory = Path.of("");

    private DataplaneSettings read(String yaml) throws InvalidConfiguration {
        try {
            Path file = Files.writeString(directory.resolve("gapura.yaml"), "dataplane:\n" + yaml);
            return Configuration.read(file, new FakeMachine(Map.of("eth0", 3), 100)).dataplane();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everythingCanBeSaid() throws Exception {
        String yaml = """
                  workers: "1-2"
                  ports:
                    host: { driver: tun, device: ipsec0, role: protected, addresses: [10.1.0.1/32, 10.1.0.2/24],
                      mtu: 1400, routes: off }
                    wan: { device: eth0, role: unprotected }
                """;
        assertThat(ConfigurationSchema.faults("dataplane:\n" + yaml)).isEmpty();
        DataplaneSettings dataplane = read(yaml);
        assertThat(dataplane.ports()).as("the host's own is last").extracting(PortSettings::name)
                .containsExactly("wan", "host");
        PortSettings host = dataplane.ports().getLast();
        assertThat(host.isOfHost()).isTrue();
        assertThat(host.driver()).isEqualTo(new DriverSettings.Tun(
                List.of(new Prefix(0x0a010001, 32), new Prefix(0x0a010002, 24)), 1400, Routes.OFF));
        assertThat(host.driver().keyword()).isEqualTo("tun");
    }

    @Test
    void eachWorkerHasAQueueOfIt() throws Exception {
        DataplaneSettings dataplane = read("""
                  workers: "1-2"
                  ports:
                    wan: { driver: dpdk, device: net_null0, role: unprotected, rx_queues: 2 }
                    host: { driver: tun, device: ipsec0, role: protected }
                """);
        assertThat(dataplane.byDpdk()).isTrue();
        assertThat(dataplane.placement().queuesOf(1, 1, 2)).containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            role: unprotected                     | 4:48: dataplane.ports.host.role: what a TUN device leads to is this host, which is to be protected; write protected
            role: protected, addresses: [10.1.0.1] | 4:71: dataplane.ports.host.addresses[0]: '10.1.0.1' is no IPv4 address with its prefix; write 192.0.2.1/24
            role: protected, mtu: 9000            | 4:64: dataplane.ports.host.mtu: 9000 is not between 576 and 3500
            role: protected, zero_copy: off       | 4:59: dataplane.ports.host.zero_copy: unknown key; choose from addresses, device, driver, mtu, role, routes
            """)
    void whatCannotBeIsRefusedWithPlaceReasonAndRemedy(String keys, String message) {
        assertThatThrownBy(() -> read("""
                  ports:
                    wan: { device: eth0, role: unprotected }
                    host: { driver: tun, device: ipsec0, %s }
                """.formatted(keys))).isInstanceOf(InvalidConfiguration.class).hasMessageContaining(message);
    }

    @Test
    void aSecondOneAndOneThatIsPlacedAreRefused() {
        assertThatThrownBy(() -> read("""
                  ports:
                    wan: { device: eth0, role: unprotected }
                    host: { driver: tun, device: ipsec0, role: protected }
                    other: { driver: tun, device: ipsec1, role: protected }
                """)).hasMessageContaining("one port with driver: tun; give it several addresses");
        assertThatThrownBy(() -> read("""
                  placement: [{ port: host, queue: 0, worker: 0 }]
                  ports:
                    wan: { device: eth0, role: unprotected }
                    host: { driver: tun, device: ipsec0, role: protected }
                """)).hasMessageContaining("every worker has a queue of a TUN device");
    }
}
