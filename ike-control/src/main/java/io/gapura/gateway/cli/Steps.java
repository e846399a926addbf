package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An explanation, step by step: what, in words, and its line of the configuration where it has one. */
final class Steps {
    private Steps() {
    }

    /** Prints the steps of an answer; as JSON after some of its values, by name. */
    static void print(ViciMessage answer, Output output, List<String> values) {
        Collection<ViciMessage> steps = answer.section("steps").sections().values();
        if (output.isJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            values.forEach(name -> json.put(name, answer.text(name, "")));
            json.put("steps", steps.stream().map(Answers::object).toList());
            System.out.println(Json.indented(json));
        } else {
            int width = steps.stream().mapToInt(step -> step.text("step", "").length()).max().orElse(0);
            steps.forEach(step -> print(step, width));
        }
    }

    private static void print(ViciMessage step, int width) {
        String where = step.text("where", "");
        System.out.printf("%-" + Math.max(1, width) + "s %s%s%n", step.text("step", ""), step.text("says", ""),
                where.isEmpty() ? "" : "   (" + where + ")");
    }
}
