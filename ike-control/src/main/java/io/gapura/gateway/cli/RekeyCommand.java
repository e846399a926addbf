package io.gapura.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gapura rekey}. */
@Command(name = "rekey", mixinStandardHelpOptions = true, description = "Replace an SA's keys without losing a packet, and wait until it is done.", footerHeading = "%nExamples:%n", footer = {
    "  gapura rekey --child net", "  gapura rekey --ike branch"})
final class RekeyCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Target target = new Target();

    @Override
    public void run() {
        target.expectSuccess(socket.request("rekey", target.request()));
    }
}
