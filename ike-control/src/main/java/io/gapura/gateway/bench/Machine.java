package io.gapura.gateway.bench;

import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.SuiteChoice;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What results were measured on: they mean little without. */
public final class Machine {
    private static final Set<String> TELLING_FLAGS = Set.of("aes", "pclmulqdq", "avx2", "avx512f", "vaes", "vpclmulqdq",
            "sha_ni");

    private Machine() {
    }

    /** One property a line: processor, its instructions, kernel, JDK, collectors, cipher suite. */
    public static List<String> describe() {
        List<String> cpu = cpu();
        String flags = Stream.of(value(cpu, "flags").split(" ")).filter(TELLING_FLAGS::contains)
                .collect(Collectors.joining(" "));
        return List.of("processor  " + Runtime.getRuntime().availableProcessors() + " × " + value(cpu, "model name")
                + " (" + flags + ")",
                "system     " + System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "JDK        " + Runtime.version() + ", " + collectors(), "ESP        " + suite());
    }

    private static String suite() {
        try (AeadSuite suite = SuiteChoice.preferred()) {
            return suite.description();
        }
    }

    private static String collectors() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream().map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(", "));
    }

    private static List<String> cpu() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"));
        } catch (IOException unknown) {
            return List.of();
        }
    }

    private static String value(List<String> lines, String key) {
        return lines.stream().filter(line -> line.startsWith(key)).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).trim()).orElse("unknown");
    }
}
