package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gapura explain conn}. */
@Command(name = "conn", mixinStandardHelpOptions = true, description = {
    "What the gateway would do with a connection and what it does: addresses, proofs, proposals in order, children, SAs.",
    "When it is not up: what went wrong last, what may help, and what comes next."}, footerHeading = "%nExamples:%n", footer = {
        "  gapura explain conn branch", "  gapura explain conn branch -o json"})
final class ExplainConnCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Output output = new Output();
    @Parameters(paramLabel = "NAME", description = "The connection.")
    private String connection = "";

    @Override
    public void run() {
        ViciMessage answer = socket.request("explain-conn", ViciMessage.builder().put("ike", connection).build());
        if (answer.text("found", "yes").equals("no")) {
            throw Failure.notFound(answer.text("errmsg", "not found"));
        }
        if (!answer.text("success", "no").equals("yes")) {
            throw Failure.because(answer.text("errmsg", "the gateway refused"));
        }
        if (!output.isJson()) {
            System.out.printf("%s is %s%n", answer.text("connection", ""), answer.text("state", ""));
        }
        Steps.print(answer, output, List.of("connection", "state"));
    }
}
