package io.gapura.ffi.test;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Tries to load the library of {@link RequiresLibrary}, under its plain name and with versions 0 to 29. */
final class LibraryCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), RequiresLibrary.class)
                .map(required -> evaluate(required.value()))
                .orElseGet(() -> Requirement.met("needs no library"));
    }

    private static ConditionEvaluationResult evaluate(String library) {
        return fileNames(library).anyMatch(LibraryCondition::loads)
                ? Requirement.met(library + " is installed")
                : Requirement.missing("the library " + library + " is not installed");
    }

    private static Stream<String> fileNames(String library) {
        Stream<String> versioned = IntStream.range(0, 30).mapToObj(version -> library + ".so." + version);
        return Stream.concat(Stream.of(library + ".so"), versioned);
    }

    private static boolean loads(String fileName) {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(fileName, arena);
            return true;
        } catch (IllegalArgumentException absent) {
            return false;
        }
    }
}
