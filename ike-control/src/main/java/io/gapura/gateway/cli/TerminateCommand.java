package io.gapura.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gapura terminate}. */
@Command(name = "terminate", mixinStandardHelpOptions = true, description = "Delete an SA here and at the peer.", footerHeading = "%nExamples:%n", footer = {
    "  gapura terminate --child net", "  gapura terminate --ike branch"})
final class TerminateCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Target target = new Target();

    @Override
    public void run() {
        target.expectSuccess(socket.request("terminate", target.request()));
    }
}
