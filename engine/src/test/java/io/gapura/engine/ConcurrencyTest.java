package io.gapura.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the {@code *Stress} classes of this module in jcstress, C2 only and for seconds each, which finds a
 * missing fence in {@code Epochs}. All compilers and more time: the same command without {@code -jvmArgs}.
 */
class ConcurrencyTest {
    private static final int LIMIT_MINUTES = 5;

    private static final List<String> SHORT = List.of("-jvmArgs", "-XX:-TieredCompilation", "-jvmArgs",
            "--enable-native-access=ALL-UNNAMED", "-jvmArgs",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "-sc", "false", "-af", "NONE", "-f", "1", "-fsm",
            "1", "-time", "700",
            "-iters", "3");

    @Test
    void noStressTestSeesAForbiddenOutcome(@TempDir Path directory) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process jcstress = new ProcessBuilder(command(directory)).directory(directory.toFile())
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();

        boolean ended = jcstress.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);

        jcstress.destroyForcibly();
        String story = Files.readString(output);
        assertThat(ended).as(story).isTrue();
        assertThat(jcstress.exitValue()).as(story).isZero();
        assertThat(story).contains("Failed tests: No matches.", "Error tests: No matches.")
                .doesNotContain("All remaining tests: No matches.");
    }

    private static List<String> command(Path directory) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> start = List.of(java.toString(), "-cp", classPath, "org.openjdk.jcstress.Main", "-r",
                directory.toString(), "-t", "io.gapura");
        return Stream.concat(start.stream(), SHORT.stream()).toList();
    }
}
