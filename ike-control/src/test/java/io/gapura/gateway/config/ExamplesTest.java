package io.gapura.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.gateway.pki.NewKey;
import io.gapura.gateway.pki.Pem;
import io.gapura.ike.auth.TestAuthority;
import io.gapura.ike.auth.TestAuthority.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people copy works: every configuration under {@code configs/}. */
final class ExamplesTest {
    private static final Path CONFIGS = Path.of("..", "configs");

    @TempDir
    Path directory = Path.of("");

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.walk(CONFIGS)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
    }

    @Test
    void thereAreExamples() throws IOException {
        assertThat(examples()).isNotEmpty();
    }

    /** With a secret and certificates of our own in the place of the operator's. */
    @ParameterizedTest
    @MethodSource("examples")
    void exampleIsValid(Path example) throws Exception {
        Path secret = directory.resolve("psk");
        Files.writeString(secret, "correct horse");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        TestAuthority authority = TestAuthority.root(NewKey.ED25519, "CN=Example CA");
        Owner owner = authority.issue(NewKey.ED25519, "a.example.org");
        Pem.writePublic(directory.resolve("ca.pem"), Pem.of(List.of(authority.certificate)));
        Pem.writePublic(directory.resolve("a.pem"), Pem.of(owner.chain()));
        Pem.writePrivateKey(directory.resolve("a.key"), owner.keys().getPrivate());
        Path copy = directory.resolve(example.getFileName());
        Files.writeString(copy, Files.readString(example).replaceAll("secret_file: *[^ ,}\\n]+", "secret_file: psk"));
        Configuration configuration = Configuration.read(copy);
        assertThat(ConfigurationSchema.faults(Files.readString(example))).isEmpty();
        assertThat(configuration.connections()).isNotEmpty();
        assertThat(configuration.dataplane().ports()).isNotEmpty();
    }
}
