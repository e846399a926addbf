package io.gapura.ffi.test;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** Decides between skipping and failing when something that a test needs is missing. */
final class Requirement {
    private static final String REQUIRE = "gapura.require";

    private Requirement() {
    }

    static ConditionEvaluationResult met(String what) {
        return ConditionEvaluationResult.enabled(what);
    }

    static ConditionEvaluationResult missing(String reason) {
        if ("all".equals(System.getProperty(REQUIRE))) {
            throw new ExtensionConfigurationException(reason + ", and nothing may be skipped (" + REQUIRE + "=all)");
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
