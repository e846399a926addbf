package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.gapura.ike.message.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Project Wycheproof's test vectors, {@code testvectors_v1}, from the folder that the environment variable
 * {@code GAPURA_WYCHEPROOF} names. Without it a test is skipped, or fails if {@code gapura.require} is {@code all}.
 */
public final class Wycheproof {
    private static final String FOLDER = "GAPURA_WYCHEPROOF";

    private Wycheproof() {
    }

    /** One case, and the group that holds what its cases have in common. */
    public record Case(JsonNode group, JsonNode test) {
        public Bytes bytes(String field) {
            return Bytes.ofHex(test.get(field).stringValue());
        }

        public int number(String groupField) {
            return group.get(groupField).intValue();
        }

        public boolean isValid() {
            return result().equals("valid");
        }

        public String result() {
            return test.get("result").stringValue();
        }

        public boolean hasFlag(String flag) {
            return test.get("flags").valueStream().anyMatch(node -> node.stringValue().equals(flag));
        }

        @Override
        public String toString() {
            return test.get("tcId") + " " + test.get("comment") + " " + test.get("flags");
        }
    }

    public static List<Case> cases(String file) {
        String folder = System.getenv(FOLDER);
        if (folder == null) {
            String reason = "no Wycheproof vectors: set " + FOLDER + " to their folder";
            return "all".equals(System.getProperty("gapura.require")) ? fail(reason) : abort(reason);
        }
        List<Case> cases = new ArrayList<>();
        for (JsonNode group : read(Path.of(folder, file)).get("testGroups")) {
            group.get("tests").forEach(test -> cases.add(new Case(group, test)));
        }
        return cases;
    }

    private static JsonNode read(Path file) {
        return Files.isReadable(file) ? JsonMapper.shared().readTree(file.toFile()) : fail("cannot read " + file);
    }
}
