package io.gapura.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.gateway.machine.AnyMachine;
import io.gapura.gateway.pki.NewKey;
import io.gapura.gateway.pki.Pem;
import io.gapura.ike.auth.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The schema, the table of all keys and the reader say the same. */
final class ReferenceTest {
    private static final Path TABLE = Path.of("..", "configs", "REFERENCE.md");

    /** One of each kind of thing; the reader asks for all their keys. */
    private static final String ONE_OF_EACH = """
            connections:
              NAME:
                local_addrs: [192.0.2.1]
                remote_addrs: [192.0.2.2]
                local: { id: a.example.org }
                remote: { id: b.example.org }
                children:
                  NAME: { local_ts: [10.1.0.0/16], remote_ts: [10.2.0.0/16] }
            secrets:
              NAME: { id: [a.example.org, b.example.org], secret_file: psk }
            authorities:
              NAME: { cacert: ca.pem }
            policies:
              - { action: bypass, local_ts: [10.1.0.0/16], remote_ts: [10.3.0.0/16] }
            """;
    private static final String AF_XDP = ONE_OF_EACH + """
            dataplane:
              placement: [{ port: NAME, queue: 0, worker: 0 }]
              ports:
                NAME: { device: eth0, role: unprotected }
                lan: { device: eth1, role: protected }
            """;
    private static final String DPDK = ONE_OF_EACH + """
            dataplane:
              ports:
                NAME: { driver: dpdk, device: net_null0, role: unprotected }
                lan: { driver: dpdk, device: net_null1, role: protected }
            """;

    private static final String TUN = ONE_OF_EACH + """
            dataplane:
              ports:
                wan: { device: eth0, role: unprotected }
                NAME: { driver: tun, device: tun0, role: protected }
            """;

    @TempDir
    Path directory = Path.of("");

    @BeforeEach
    void writeSecret() throws IOException {
        Path secret = Files.writeString(directory.resolve("psk"), "known to both");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(directory.resolve("ca.pem"),
                Pem.of(List.of(TestAuthority.root(NewKey.ED25519, "CN=Root").certificate)));
    }

    private Place place(String yaml) throws IOException {
        return new Place(Files.writeString(directory.resolve("gapura.yaml"), yaml));
    }

    private Set<String> asked(String yaml) throws Exception {
        Place place = place(yaml);
        ConfigurationReader.read(place, new AnyMachine());
        return place.keys();
    }

    @Test
    void theSchemaHasEveryKeyThatTheReaderKnowsAndNoOther() throws Exception {
        Set<String> asked = new TreeSet<>(asked(AF_XDP));
        asked.addAll(asked(DPDK));
        asked.addAll(asked(TUN));
        Set<String> leaves = new TreeSet<>(asked);
        leaves.removeIf(key -> asked.stream().anyMatch(other -> other.startsWith(key + ".")));
        assertThat(ConfigurationSchema.keys()).extracting(ConfigurationSchema.Key::path)
                .containsExactlyInAnyOrderElementsOf(leaves);
    }

    @Test
    void theTableSaysWhatTheSchemaSays() throws IOException {
        List<String> rows = ConfigurationSchema.keys().stream().filter(key -> !key.isRefused())
                .map(ConfigurationSchema.Key::row).toList();
        List<String> table = Files.readAllLines(TABLE).stream().filter(line -> line.startsWith("| `")).toList();
        assertThat(String.join("\n", table)).isEqualTo(String.join("\n", rows));
    }

    @Test
    void everythingSaidByDefaultMeansTheSameAsNothingSaid() throws Exception {
        assertThat(ConfigurationSchema.faults(AF_XDP)).isEmpty();
        assertThat(described(withDefaults(AF_XDP, "rx_queues", "routes"))).isEqualTo(described(AF_XDP));
        assertThat(described(withDefaults(DPDK, "zero_copy", "routes"))).isEqualTo(described(DPDK));
        assertThat(described(withDefaults(TUN, "zero_copy", "rx_queues"))).isEqualTo(described(TUN));
    }

    private String described(String yaml) throws Exception {
        return ConfigurationReader.read(place(yaml), new AnyMachine()).toString();
    }

    /** The file with every default of the schema written out, but those of keys which belong to another driver. */
    private static String withDefaults(String yaml, String... otherDrivers) {
        ObjectNode root = (ObjectNode) new YAMLMapper().readTree(yaml);
        for (ConfigurationSchema.Key key : ConfigurationSchema.keys()) {
            List<String> path = List.of(key.path().split("\\."));
            String last = path.getLast();
            if (!key.isRefused() && key.schema().has("default") && !List.of(otherDrivers).contains(last)) {
                ObjectNode section = root;
                for (String name : path.subList(0, path.size() - 1)) {
                    section = section.withObject("/" + name);
                }
                if (!section.has(last)) {
                    section.set(last, key.schema().get("default"));
                }
            }
        }
        return root.toString(); // JSON is YAML
    }
}
