package io.gapura.gateway.config;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** The file that is being read, and what was found wrong with it so far. */
final class Place {
    private static final Comparator<InvalidConfiguration> AS_THEY_STAND = Comparator
            .comparingInt(InvalidConfiguration::line).thenComparingInt(InvalidConfiguration::column)
            .thenComparing(fault -> String.valueOf(fault.getMessage()));

    private final Path file;
    private final SortedSet<InvalidConfiguration> faults = new TreeSet<>(AS_THEY_STAND);
    private final Set<String> keys = new TreeSet<>();
    private final Map<String, Integer> lines = new HashMap<>();

    Place(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    InvalidConfiguration fault(Optional<Mark> mark, String what) {
        int line = mark.map(at -> at.getLine() + 1).orElse(0);
        int column = mark.map(at -> at.getColumn() + 1).orElse(0);
        String where = mark.isEmpty() ? "" : ":" + line + ":" + column;
        return new InvalidConfiguration(line, column, file + where + ": " + what);
    }

    /** Remembers a fault, once, so that reading can go on and find more. */
    void report(InvalidConfiguration fault) {
        faults.add(fault);
    }

    /** How many faults are known. */
    int faults() {
        return faults.size();
    }

    /** One of the faults that are known, to end what cannot go on because of it. */
    InvalidConfiguration known() {
        return faults.last();
    }

    /** Ends the reading if there was any fault. */
    void finish() throws InvalidConfiguration {
        if (!faults.isEmpty()) {
            InvalidConfiguration first = faults.first();
            throw new InvalidConfiguration(first.line(), first.column(),
                    faults.stream().map(InvalidConfiguration::getMessage).collect(Collectors.joining("\n")));
        }
    }

    /** Remembers where something stands. */
    void stands(String path, Optional<Mark> mark) {
        mark.ifPresent(at -> lines.put(path, at.getLine() + 1));
    }

    Origins origins() {
        return new Origins(file, lines);
    }

    /** A key that the reader knows, with {@code NAME} in the place of what the operator names. */
    void knows(String pattern) {
        keys.add(pattern);
    }

    Set<String> keys() {
        return keys;
    }

    /** Paths in the file are relative to its directory. */
    Path resolve(String path) {
        return file.toAbsolutePath().resolveSibling(path);
    }
}
