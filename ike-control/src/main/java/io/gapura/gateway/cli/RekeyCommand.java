package io.gapura.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura rekey}. */
@Command(name = "rekey", mixinStandardHelpOptions = true, description = "Replace an SA's keys without losing a packet, and wait until it is done.", footerHeading = "%nExamples:%n", footer = {
    "  gapura rekey --child net", "  gapura rekey --ike branch", "  gapura rekey --ike branch --reauth"})
final class RekeyCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Target target = new Target();
    @Option(names = "--reauth", description = "Both sides prove again who they are, in a new IKE SA. Of a connection that we have begun.")
    private boolean reauth;

    @Override
    public void run() {
        if (reauth && target.isChild()) {
            throw Failure.usage("--reauth is about an IKE SA: name its connection by --ike");
        }
        target.expectSuccess(socket.request("rekey", target.builder().put("reauth", reauth).build()));
    }
}
