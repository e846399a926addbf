package io.gapura.gateway.config;

import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** The file that is being read. */
record Place(Path file) {
    InvalidConfiguration fault(Optional<Mark> mark, String what) {
        String where = mark.map(at -> ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1)).orElse("");
        return new InvalidConfiguration(file + where + ": " + what);
    }

    /** Paths in the file are relative to its directory. */
    Path resolve(String path) {
        return file.toAbsolutePath().resolveSibling(path);
    }
}
