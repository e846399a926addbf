package io.gapura.gateway.vici;

import io.gapura.ike.message.Bytes;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Names and values in order: the body of a request, response or event, or a section within one. */
public record ViciMessage(SequencedMap<String, ViciValue> values) implements ViciValue {
    public static final ViciMessage EMPTY = new ViciMessage(new LinkedHashMap<>());

    public ViciMessage {
        values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The response to a command that did what it was asked. */
    public static ViciMessage success() {
        return builder().put("success", "yes").build();
    }

    /** The response to a command that could not do what it was asked. */
    public static ViciMessage failure(String reason) {
        return builder().put("success", "no").put("errmsg", reason).build();
    }

    /** The text of this name; null if there is none or it is no text. */
    public @Nullable String text(String name) {
        return values.get(name) instanceof Text(String value) ? value : null;
    }

    public String text(String name, String fallback) {
        String text = text(name);
        return text == null ? fallback : text;
    }

    /** The list of this name; empty if there is none or it is no list. */
    public List<String> texts(String name) {
        return values.get(name) instanceof Texts(List<String> texts) ? texts : List.of();
    }

    /** The section of this name; empty if there is none or it is no section. */
    public ViciMessage section(String name) {
        return values.get(name) instanceof ViciMessage section ? section : EMPTY;
    }

    /** All sections by name. */
    public SequencedMap<String, ViciMessage> sections() {
        SequencedMap<String, ViciMessage> sections = new LinkedHashMap<>();
        for (Map.Entry<String, ViciValue> entry : values.entrySet()) {
            if (entry.getValue() instanceof ViciMessage section) {
                sections.put(entry.getKey(), section);
            }
        }
        return sections;
    }

    /** Puts a message together. */
    public static final class Builder {
        private final SequencedMap<String, ViciValue> values = new LinkedHashMap<>();

        public Builder put(String name, String value) {
            values.put(name, new Text(value));
            return this;
        }

        public Builder put(String name, long value) {
            return put(name, Long.toString(value));
        }

        public Builder put(String name, boolean value) {
            return put(name, value ? "yes" : "no");
        }

        public Builder put(String name, Collection<String> list) {
            values.put(name, new Texts(List.copyOf(list)));
            return this;
        }

        public Builder put(String name, Bytes raw) {
            values.put(name, new Raw(raw));
            return this;
        }

        public Builder put(String name, ViciMessage section) {
            values.put(name, section);
            return this;
        }

        public Builder put(String name, Builder section) {
            return put(name, section.build());
        }

        public ViciMessage build() {
            return new ViciMessage(values);
        }
    }
}
