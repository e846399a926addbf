package io.gapura.ffi.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a process of its own, for what a process can do only once. */
public final class ForkedJvm {
    private static final int MOST_SECONDS = 60;

    private ForkedJvm() {
    }

    /** Runs {@code main} with the class path of this JVM; its output. A failure is an {@link IllegalStateException}. */
    public static String run(Class<?> main, String... arguments) {
        return run(List.of(), main, arguments);
    }

    /** As {@link #run}, in {@code namespace}. */
    public static String runIn(NetworkNamespace namespace, Class<?> main, String... arguments) {
        return run(List.of("ip", "netns", "exec", namespace.name()), main, arguments);
    }

    private static String run(List<String> before, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-ea", "-Xmx256m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(main.getSimpleName() + " failed: " + output);
            }
            return output;
        } catch (IOException absent) {
            throw new UncheckedIOException(absent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(main.getSimpleName(), interrupted);
        }
    }
}
