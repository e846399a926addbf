package io.gapura.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.engine.Idle;
import io.gapura.engine.port.PacketMemory;
import io.gapura.engine.worker.Worker;
import io.gapura.ffi.libc.HugePages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code dataplane}, held against a machine with four cores; wan has three receive queues and lan four. */
final class DataplaneReaderTest {
    private static final String PORTS = """
              ports:
                wan: { device: eth0, role: unprotected }
                lan: { device: eth1, role: protected }
            """;
    private static final FakeMachine MACHINE = new FakeMachine(Map.of("eth0", 3, "eth1", 4), 100);

    @TempDir
    Path directory = Path.of("");

    private DataplaneSettings read(String yaml) throws InvalidConfiguration {
        return read(yaml, MACHINE);
    }

    private DataplaneSettings read(String yaml, FakeMachine machine) throws InvalidConfiguration {
        try {
            Path file = Files.writeString(directory.resolve("gapura.yaml"), "dataplane:\n" + yaml + PORTS);
            DataplaneSettings settings = Configuration.read(file, machine).dataplane();
            assertThat(ConfigurationSchema.faults(Files.readString(file))).isEmpty();
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsLeftOutHasDefaults() throws Exception {
        DataplaneSettings dataplane = read("");
        assertThat(dataplane.mainCore()).isEqualTo(Worker.ANY_CORE);
        assertThat(dataplane.workers()).containsExactly(Worker.ANY_CORE);
        assertThat(dataplane.idle()).isEqualTo(Idle.ADAPTIVE);
        assertThat(dataplane.warmUp()).isEqualTo(Duration.ofSeconds(1));
        assertThat(dataplane.buffers()).isEqualTo(
                new BufferSettings(64, 2048, 2048, PacketMemory.AS_NEEDED, HugePages.PREFER, true));
        assertThat(dataplane.placement().workerOf(0, 2)).isZero();
    }

    @Test
    void everythingCanBeSaid() throws Exception {
        DataplaneSettings dataplane = read("""
                  main_core: 0
                  workers: [1, "2-3"]
                  idle: park
                  burst: 32
                  rx_ring: 1024
                  tx_ring: 512
                  buffers: 65536
                  huge_pages: "off"
                  numa: "off"
                  warm_up: 1500ms
                  placement: [{ port: lan, queue: 3, worker: 2 }, { port: lan, queue: 2, worker: 0 }]
                """.indent(0));
        assertThat(dataplane.workers()).containsExactly(1, 2, 3);
        assertThat(dataplane.idle()).isEqualTo(Idle.PARK);
        assertThat(dataplane.warmUp()).isEqualTo(Duration.ofMillis(1500));
        assertThat(dataplane.buffers()).isEqualTo(new BufferSettings(32, 1024, 512, 65_536, HugePages.OFF, false));
        assertThat(dataplane.placement().queuesOf(1, 0, 4)).containsExactly(0, 2);
        assertThat(dataplane.placement().queuesOf(1, 2, 4)).containsExactly(3);
        assertThat(dataplane.placement().queuesOf(0, 2, 3)).containsExactly(2);
    }

    @Test
    void automaticWorkersAreAsManyAsThereAreQueues() throws Exception {
        assertThat(read("  workers: auto\n").workers()).containsExactly(3, 2, 1);
        assertThat(read("  workers: auto\n  numa: off\n").workers()).containsExactly(1, 2, 3);
    }

    @Test
    void coresAreSharedOnlyOnRequest() throws Exception {
        assertThat(read("  workers: [1, 1]\n  main_core: 1\n  share_cores: yes\n").workers()).containsExactly(1, 1);
        assertThat(read("  workers: [any, any]\n").workers()).containsExactly(-1, -1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            workers: 4            | 2:12: dataplane.workers: there is no core 4
            main_core: 7          | 2:14: dataplane.main_core: there is no core 7
            workers: [1, 1]       | 2:12: dataplane.workers: core 1 would have two workers, each waiting for the other; name another core, or say share_cores: yes
            workers: "0-3"        | 2:12: dataplane.workers: worker 3 has none of the 3 queues of wan (eth0), and so could not send there; name fewer cores, or run: ethtool -L eth0 combined 4
            burst: 65             | 2:10: dataplane.burst: 65 is not between 1 and 64
            rx_ring: 1000         | 2:12: dataplane.rx_ring: 1000 is no power of two; write 512 or 1024
            tx_ring: 32           | 2:12: dataplane.tx_ring: 32 is not between 64 and 32768
            buffers: 1024         | 2:12: dataplane.buffers: worker 0 needs 57600 for its rings, not 1024; write auto
            huge_pages: always    | 2:15: dataplane.huge_pages: 'always' is not possible here; choose from prefer, require, off
            idle: nap             | 2:9: dataplane.idle: 'nap' is not possible here; choose from adaptive, spin, pause, park
            warm_up: never        | 2:12: dataplane.warm_up: 'never' is not a number that fits here
            placement: [{ port: dmz, queue: 0, worker: 0 }]  | 2:23: dataplane.placement[0].port: 'dmz' is no port; choose from wan, lan
            placement: [{ port: wan, queue: 3, worker: 0 }]  | 2:35: dataplane.placement[0].queue: eth0 has receive queues 0 to 2; for more run: ethtool -L eth0 combined 4
            placement: [{ port: wan, queue: 0, worker: 1 }]  | 2:46: dataplane.placement[0].worker: there is no worker 1; dataplane.workers has them from 0 to 0
            placement: [{ port: wan, worker: 0 }]  | 2:15: dataplane.placement[0]: 'queue' is missing
            """)
    void whatCannotBeIsRefusedWithPlaceReasonAndRemedy(String line, String message) {
        assertThat(faultOf("  " + line + "\n")).startsWith("gapura.yaml:" + message);
    }

    @Test
    void hugePagesThatAreRequiredMustBeFree() throws Exception {
        String required = "  huge_pages: require\n";
        assertThat(read(required).buffers().hugePages()).isEqualTo(HugePages.REQUIRE);
        assertThatThrownBy(() -> read(required, new FakeMachine(Map.of("eth0", 3, "eth1", 4), 56)))
                .hasMessageEndingWith("gapura.yaml:2:15: dataplane.huge_pages: 57 of 2 MiB are needed and 56 are free;"
                        + " run: sysctl -w vm.nr_hugepages=57, or write prefer");
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
