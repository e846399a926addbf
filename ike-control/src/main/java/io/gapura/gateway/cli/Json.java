package io.gapura.gateway.cli;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes maps, lists, texts and numbers as JSON. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final JsonMapper INDENTING = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {
    }

    /** In several lines. */
    static String indented(Object value) {
        return INDENTING.writeValueAsString(value);
    }

    /** In one line. */
    static String line(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
