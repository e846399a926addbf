package io.gapura.ffi.test;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Looks for the programs of {@link RequiresProgram}. */
final class ProgramCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), RequiresProgram.class)
                .map(required -> evaluate(required.value()))
                .orElseGet(() -> Requirement.met("needs no program"));
    }

    private static ConditionEvaluationResult evaluate(String[] programs) {
        return Arrays.stream(programs).filter(program -> !isInstalled(program)).findFirst()
                .map(program -> Requirement.missing("the program " + program + " is not installed"))
                .orElseGet(() -> Requirement.met(String.join(", ", programs) + " installed"));
    }

    private static boolean isInstalled(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
