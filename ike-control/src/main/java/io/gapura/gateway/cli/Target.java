package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which connection or child a command is about. */
final class Target {
    @Option(names = "--ike", paramLabel = "NAME", description = "A connection, or only the children of this one.")
    private @Nullable String ike;
    @Option(names = "--child", paramLabel = "NAME", description = "A child of a connection.")
    private @Nullable String child;
    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "30", description = "How long to wait for the outcome. Default: ${DEFAULT-VALUE}")
    private int timeoutSeconds;

    /** The request, with times in milliseconds as vici has them. */
    ViciMessage request() {
        return builder().build();
    }

    /** The same, to be added to. */
    ViciMessage.Builder builder() {
        if (ike == null && child == null) {
            throw Failure.usage("name a connection by --ike or a child by --child");
        }
        ViciMessage.Builder request = ViciMessage.builder();
        if (ike != null) {
            request.put("ike", ike);
        }
        if (child != null) {
            request.put("child", child);
        }
        return request.put("timeout", timeoutSeconds * 1000L);
    }

    /** Whether it is about a child alone. */
    boolean isChild() {
        return child != null;
    }

    /** Ends the command unless the gateway did what it was asked. */
    void expectSuccess(ViciMessage response) {
        if (response.text("found", "yes").equals("no")) {
            throw Failure.notFound(this + ": " + response.text("errmsg", "not found"));
        }
        if (!response.text("success", "no").equals("yes")) {
            throw Failure.because(this + ": " + response.text("errmsg", "failed"));
        }
    }

    @Override
    public String toString() {
        return Stream.of(ike, child).filter(name -> name != null).collect(Collectors.joining("/"));
    }
}
