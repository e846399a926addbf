package io.gapura.gateway.config;

import io.gapura.text.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Keys and values. It remembers the keys that it was asked for, so that {@link #finish} can refuse all others: ask for
 * every key first.
 */
final class Section {
    private static final MappingNode EMPTY = new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);

    private final Place file;
    private final Value self;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final TreeSet<String> asked = new TreeSet<>();

    Section(Place file, Value self, MappingNode mapping) throws InvalidConfiguration {
        this.file = file;
        this.self = self;
        for (NodeTuple tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            String name = key instanceof ScalarNode scalar ? scalar.getValue() : "?";
            if (entries.put(name, tuple) != null) {
                throw file.fault(key.getStartMark(), pathOf(name) + ": stands here a second time; remove one");
            }
        }
    }

    private String pathOf(String key) {
        return self.path().isEmpty() ? key : self.path() + "." + key;
    }

    InvalidConfiguration fault(String what) {
        return self.fault(what);
    }

    /** The section as a whole, for complaints about several of its keys together. */
    Value self() {
        return self;
    }

    @Nullable
    Value find(String key) {
        asked.add(key);
        NodeTuple entry = entries.get(key);
        return entry == null ? null : new Value(file, pathOf(key), entry.getValueNode());
    }

    Value need(String key) throws InvalidConfiguration {
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

    <T> T read(String key, T fallback, Value.Reader<T> reader) throws InvalidConfiguration {
        Value value = find(key);
        return value == null ? fallback : reader.read(value);
    }

    /** A section within; an absent one is read as if it were there and empty. */
    <T> T readSection(String key, Reader<T> reader) throws InvalidConfiguration {
        Value value = find(key);
        Section section = value == null
                ? new Section(file, new Value(file, pathOf(key), EMPTY), EMPTY)
                : value.section();
        return finished(section, reader);
    }

    /** Reads every entry as a section of its own, as {@code connections} and {@code ports} are. */
    <T> List<T> readAll(NamedReader<T> reader) throws InvalidConfiguration {
        List<T> all = new ArrayList<>();
        for (String name : List.copyOf(entries.keySet())) {
            all.add(finished(need(name).section(), section -> reader.read(name, section)));
        }
        return all;
    }

    static <T> T finished(Section section, Reader<T> reader) throws InvalidConfiguration {
        T read = reader.read(section);
        section.finish();
        return read;
    }

    private void finish() throws InvalidConfiguration {
        for (Map.Entry<String, NodeTuple> entry : entries.entrySet()) {
            if (!asked.contains(entry.getKey())) {
                throw unknown(entry.getKey(), entry.getValue());
            }
        }
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
