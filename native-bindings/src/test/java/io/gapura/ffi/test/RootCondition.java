package io.gapura.ffi.test;

import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.NativeSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tries what {@link RequiresRoot} promises: an AF_XDP socket and a network namespace. */
final class RootCondition implements ExecutionCondition {
    private static final int AF_XDP = 44;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!isRoot()) {
            return Requirement.missing("not run as root");
        }
        try (NativeSocket xdp = NativeSocket.open(AF_XDP, NativeSocket.SOCK_RAW, 0);
                NetworkNamespace probe = NetworkNamespace.create("probe")) {
            return Requirement.met("root, with " + probe.name() + " and AF_XDP socket " + xdp.descriptor());
        } catch (ErrnoException | IllegalStateException refused) {
            return Requirement.missing("no AF_XDP or network namespaces here: " + refused.getMessage());
        }
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException notLinux) {
            return false;
        }
    }
}
