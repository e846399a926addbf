package io.gapura.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.gateway.machine.AnyMachine;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Editors show common mistakes, each of which the reader refuses too; what the reader accepts, its own tests hold against the schema. */
final class SchemaTest {
    private static final String GOOD = """
            connections:
              hq:
                local_addrs: [192.0.2.1]
                remote_addrs: 192.0.2.2
                rekey_time: 4h
                children:
                  lan: { local_ts: [10.1.0.0/16], remote_ts: 10.2.0.0/16, life_bytes: 64GiB }
            dataplane:
              workers: [1, "2-3"]
              burst: 32
              rx_ring: 1024
              warm_up: 1500ms
              ports:
                wan: { driver: dpdk, device: net_null0, role: unprotected, rx_queues: 3 }
                lan: { driver: dpdk, device: net_null1, role: protected, rx_queues: 3 }
            """;

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            local_addrs: [192.0.2.1] | local_adrs: [192.0.2.1]        | local_addrs
            local_addrs: [192.0.2.1] | remote_port: 70000             | 65535
            rekey_time: 4h           | rekey_time: 4 hours            | rekey_time
            rekey_time: 4h           | encap: maybe                   | encap
            rekey_time: 4h           | post_quantum: always           | post_quantum
            rekey_time: 4h           | local: { auth: pub }           | auth
            life_bytes: 64GiB        | life_bytes: 64GB               | life_bytes
            life_bytes: 64GiB        | start_action: restart          | start_action
            life_bytes: 64GiB        | replay_window: 16              | replay_window
            life_bytes: 64GiB        | per_cpu_sas: many              | per_cpu_sas
            `[1, "2-3"]`             | 2 to 3                         | workers
            burst: 32                | burst: 65                      | burst
            rx_ring: 1024            | rx_ring: 1000                  | rx_ring
            warm_up: 1500ms          | warm_up: never                 | warm_up
            warm_up: 1500ms          | hugepages: off                 | hugepages
            role: protected,         | zero_copy: off, role: protected,     | zero_copy
            `role: protected, `      | ``                                   | role
            driver: dpdk, device: net_null1 | driver: ixgbe, device: net_null1 | driver
            """)
    void commonMistakesAreShown(String good, String bad, String named) throws Exception {
        assertThat(GOOD).contains(good);
        String yaml = GOOD.replace(good, bad);
        assertThat(ConfigurationSchema.faults(GOOD)).isEmpty();
        assertThat(ConfigurationSchema.faults(yaml)).anyMatch(fault -> fault.contains(named));
        Path file = Files.writeString(directory.resolve("gapura.yaml"), yaml);
        assertThatThrownBy(() -> Configuration.read(file, new AnyMachine()))
                .isInstanceOf(InvalidConfiguration.class).hasMessageContaining(named);
    }
}
