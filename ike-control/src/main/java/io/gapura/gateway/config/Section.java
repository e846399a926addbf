package io.gapura.gateway.config;

import io.gapura.text.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Keys and values. It remembers the keys that it was asked for, so that {@link #finished} can refuse all others: ask
 * for every key first.
 */
final class Section {
    private static final MappingNode EMPTY = new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);

    private final Place file;
    private final Value self;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final TreeSet<String> asked = new TreeSet<>();
    /** How many faults the file had before this section was looked at. */
    private final int faultsBefore;

    Section(Place file, Value self, MappingNode mapping) {
        this.file = file;
        this.self = self;
        this.faultsBefore = file.faults();
        for (NodeTuple tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            String name = key instanceof ScalarNode scalar ? scalar.getValue() : "?";
            file.stands(pathOf(name), key.getStartMark());
            if (entries.put(name, tuple) != null) {
                file.report(file.fault(key.getStartMark(), pathOf(name) + ": stands here a second time; remove one"));
            }
        }
    }

    private String pathOf(String key) {
        return join(self.path(), key);
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** A complaint about several keys together, which counts for nothing while one of them alone is wrong. */
    InvalidConfiguration fault(String what) {
        return isFaulty() ? file.known() : self.fault(what);
    }

    /** As {@link #fault(String)}, but about one of the keys: where it stands, if it does. */
    InvalidConfiguration fault(String key, String what) {
        Value value = find(key);
        return isFaulty() || value == null ? fault(key + ": " + what) : value.fault(what);
    }

    private boolean isFaulty() {
        return file.faults() > faultsBefore;
    }

    /** What {@code maker} makes of several keys, its complaints put in their place. */
    <T> T checked(Supplier<T> maker) throws InvalidConfiguration {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw fault(String.valueOf(e.getMessage()));
        }
    }

    /** Where the section is in the file. */
    String path() {
        return self.path();
    }

    @Nullable
    Value find(String key) {
        asked.add(key);
        file.knows(join(self.pattern(), key));
        NodeTuple entry = entries.get(key);
        return entry == null
                ? null
                : new Value(file, pathOf(key), join(self.pattern(), key), entry.getValueNode());
    }

    private Value need(String key) throws InvalidConfiguration {
        Value value = find(key);
        if (value == null) {
            throw missing(key);
        }
        return value;
    }

    /** Points at what may be the same key misspelled. */
    private InvalidConfiguration missing(String key) {
        for (Map.Entry<String, NodeTuple> entry : entries.entrySet()) {
            if (!asked.contains(entry.getKey()) && Suggestion.isClose(entry.getKey(), key)) {
                return unknown(entry.getKey(), entry.getValue());
            }
        }
        return self.fault("'" + key + "' is missing");
    }

    private InvalidConfiguration unknown(String key, NodeTuple entry) {
        return file.fault(entry.getKeyNode().getStartMark(),
                pathOf(key) + ": unknown key; " + Suggestion.of(key, asked));
    }

    /** What stands under a key; {@code fallback} if nothing does, or if it is faulty, and then the fault is reported. */
    <T> T read(String key, T fallback, Value.Reader<T> reader) {
        Value value = find(key);
        try {
            return value == null ? fallback : reader.read(value);
        } catch (InvalidConfiguration fault) {
            file.report(fault);
            return fallback;
        }
    }

    /** What stands under a key that must be there; if it is not, or faulty, that is reported, and reading goes on with {@code placeholder}. */
    <T> T need(String key, T placeholder, Value.Reader<T> reader) {
        try {
            return reader.read(need(key));
        } catch (InvalidConfiguration fault) {
            file.report(fault);
            return placeholder;
        }
    }

    /** A section within; an absent or faulty one is read as if it were there and empty. */
    <T> T readSection(String key, Reader<T> reader) throws InvalidConfiguration {
        Value value = find(key);
        if (value != null) {
            try {
                return finished(value.section(), reader);
            } catch (InvalidConfiguration fault) {
                file.report(fault);
            }
        }
        Value empty = new Value(file, pathOf(key), join(self.pattern(), key), EMPTY);
        return finished(new Section(file, empty, EMPTY), reader);
    }

    /** Reads every entry as a section of its own, as {@code connections} and {@code ports} are; those without fault. */
    <T> List<T> readAll(NamedReader<T> reader) {
        List<T> all = new ArrayList<>();
        entries.forEach((name, entry) -> {
            try {
                all.add(finished(named(name).section(), section -> reader.read(name, section)));
            } catch (InvalidConfiguration fault) {
                file.report(fault);
            }
        });
        return all;
    }

    /** An entry of {@link #readAll}. */
    Value named(String name) {
        asked.add(name);
        NodeTuple entry = Objects.requireNonNull(entries.get(name));
        return new Value(file, pathOf(name), join(self.pattern(), "NAME"), entry.getValueNode());
    }

    /** What {@code reader} makes of the section; it asks for every key before it complains. */
    static <T> T finished(Section section, Reader<T> reader) throws InvalidConfiguration {
        try {
            return reader.read(section);
        } finally {
            section.finish();
        }
    }

    private void finish() {
        entries.forEach((key, entry) -> {
            if (!asked.contains(key)) {
                file.report(unknown(key, entry));
            }
        });
    }

    /** Reads one kind of section. */
    interface Reader<T> {
        T read(Section section) throws InvalidConfiguration;
    }

    /** Reads one kind of section, which has a name. */
    interface NamedReader<T> {
        T read(String name, Section section) throws InvalidConfiguration;
    }
}
