package io.gapura.gateway.config;

import java.nio.file.Path;
import java.util.Map;

/** Where in the file something was configured, for messages that come when it has long been read. */
public final class Origins {
    private final Path file;
    private final Map<String, Integer> lines;

    Origins(Path file, Map<String, Integer> lines) {
        this.file = file;
        this.lines = Map.copyOf(lines);
    }

    /**
     * Such as {@code gateway.yaml:12}; empty for what does not stand there.
     *
     * @param path of keys, such as {@code connections.branch.children.net} or {@code policies[0]}
     */
    public String of(String path) {
        Integer line = lines.get(path);
        return line == null ? "" : file + ":" + line;
    }

    /** Nothing that two readings of the same settings would differ in. */
    @Override
    public String toString() {
        return "Origins";
    }
}
