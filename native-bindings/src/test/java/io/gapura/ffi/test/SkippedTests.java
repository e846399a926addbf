package io.gapura.ffi.test;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Says at the end of a module's tests which were skipped, and why. Found by the platform as a service. */
public final class SkippedTests implements TestExecutionListener {
    private final Map<String, SortedSet<String>> classesByReason = new TreeMap<>();

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        classesByReason.computeIfAbsent(reason, unseen -> new TreeSet<>()).add(name(test));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            executionSkipped(test, result.getThrowable().map(Throwable::getMessage).orElse("aborted"));
        }
    }

    private static String name(TestIdentifier test) {
        Object source = test.getSource().orElse(null);
        if (source instanceof ClassSource whole) {
            return whole.getJavaClass().getSimpleName();
        }
        if (source instanceof MethodSource method) {
            return method.getJavaClass().getSimpleName();
        }
        return test.getDisplayName();
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        classesByReason.forEach((reason, classes) -> System.out.println("Skipped: " + String.join(", ", classes)
                + ". Reason: " + reason));
    }
}
