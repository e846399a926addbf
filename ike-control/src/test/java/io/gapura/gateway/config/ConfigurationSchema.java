package io.gapura.gateway.config;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code configs/gapura.schema.json}: what editors know of the configuration. */
final class ConfigurationSchema {
    private static final JsonNode ROOT = new JsonMapper().readTree(Path.of("..", "configs", "gapura.schema.json"));
    private static final Schema VALIDATOR = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ROOT);

    private ConfigurationSchema() {
    }

    /**
     * A key and what is said of it.
     *
     * @param path       with {@code NAME} in the place of what the operator names
     * @param schema     what it says beside a {@code $ref}
     * @param isRequired in its section
     */
    record Key(String path, JsonNode schema, boolean isRequired) {
        boolean isRefused() {
            return schema.isBoolean();
        }

        /** A row of the table of all keys. */
        String row() {
            String fallback = isRequired
                    ? "required"
                    : schema.has("default")
                            ? schema.get("default").asString()
                            : schema.path("$comment").asString("").replace("default: ", "");
            return "| `%s` | %s | %s | %s |".formatted(path, words(schema), fallback,
                    schema.path("description").asString(""));
        }
    }

    /** What it does not like about a file in YAML. */
    static List<String> faults(String yaml) {
        return VALIDATOR.validate(yaml, InputFormat.YAML).stream().map(Error::toString).toList();
    }

    /** All keys that hold no other keys, in their order. */
    static List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        collect("", ROOT, false, keys);
        return keys;
    }

    private static void collect(String path, JsonNode schema, boolean isRequired, List<Key> keys) {
        if (schema.has("items") && schema.get("items").has("properties")) {
            collect(path, schema.get("items"), isRequired, keys);
        } else if (schema.path("additionalProperties").isObject()) {
            collect(path + ".NAME", schema.get("additionalProperties"), false, keys);
        } else if (schema.has("properties")) {
            Set<String> required = schema.path("required").valueStream().map(JsonNode::asString)
                    .collect(Collectors.toSet());
            schema.get("properties").forEachEntry((name, value) -> collect(path.isEmpty() ? name : path + "." + name,
                    value, required.contains(name), keys));
        } else {
            keys.add(new Key(path, schema, isRequired));
        }
    }

    private static String words(JsonNode schema) {
        if (schema.has("title")) {
            return schema.get("title").asString();
        } else if (schema.has("enum")) {
            return schema.get("enum").valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
        } else if (schema.has("$ref")) {
            return words(ROOT.at(schema.get("$ref").asString().substring(1)));
        }
        return "%s to %s".formatted(schema.path("minimum").asString(), schema.path("maximum").asString());
    }
}
