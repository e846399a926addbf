package io.gapura.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gapura initiate}. */
@Command(name = "initiate", mixinStandardHelpOptions = true, description = "Set up an SA with the peer, and wait for it.", footerHeading = "%nExamples:%n", footer = {
    "  gapura initiate --child net", "  gapura initiate --ike branch --child net"})
final class InitiateCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Target target = new Target();

    @Override
    public void run() {
        target.expectSuccess(socket.request("initiate", target.request()));
    }
}
