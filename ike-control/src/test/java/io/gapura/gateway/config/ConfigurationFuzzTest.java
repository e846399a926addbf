package io.gapura.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gapura.gateway.machine.AnyMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Jazzer's target in the configuration: a file is read, or refused by {@link InvalidConfiguration}. */
final class ConfigurationFuzzTest {
    @TempDir
    private static Path directory = Path.of("");

    /** A queue that is placed twice, and there is no port. */
    private static final String FOUND = """
            dataplane:
              placement: [{ port: wan, queue: 1, worker: 0 }, { port: wan, queue: 1, worker: 0 }]
            """;

    static Stream<byte[]> files() throws IOException {
        try (Stream<Path> examples = Files.walk(Path.of("..", "configs"))) {
            List<byte[]> seeds = examples.filter(file -> file.toString().endsWith(".yaml"))
                    .map(ConfigurationFuzzTest::content).toList();
            return Stream.concat(seeds.stream(), Stream.of(FOUND.getBytes(UTF_8)));
        }
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @MethodSource("files")
    @FuzzTest
    void configuration(byte[] content) throws IOException {
        Path file = Files.write(directory.resolve("gapura.yaml"), content);
        try {
            assertThat(ConfigurationReader.read(new Place(file), new AnyMachine())).isNotNull();
        } catch (InvalidConfiguration faults) {
            assertThat(faults.getMessage()).contains("gapura.yaml");
        }
    }
}
